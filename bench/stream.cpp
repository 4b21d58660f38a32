#include "bench/stream.hpp"

#include <fmt/format.h>

#include <cstring>
#include <fstream>

namespace bw::bench {
namespace {

base::Result<void> check(const Stream& stream, const std::string& path) {
    for (std::size_t i = 0; i < stream.commands.size(); ++i) {
        const StreamCommand& c = stream.commands[i];
        const bool priced = c.op == Op::enter || c.op == Op::replace;
        const bool good = c.id >= 1 && c.id <= stream.header.max_id &&
                          c.symbol < stream.header.symbols && c.op <= Op::replace && c.side <= 1 &&
                          c.tif <= StreamTif::fok &&
                          (!priced || (c.price >= 1 && c.price < (1ll << 31) && c.quantity >= 1));
        if (!good)
            return base::error(
                fmt::format("{}: record {} is out of range (id {}, symbol {}, op {})", path, i,
                            c.id, c.symbol, static_cast<int>(c.op)));
    }
    return {};
}

}  // namespace

base::Result<Stream> load_stream(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return base::error(fmt::format(
            "{}: cannot be opened; give --stream FILE an existing command stream", path));
    Stream stream;
    if (!file.read(reinterpret_cast<char*>(&stream.header), sizeof stream.header) ||
        std::memcmp(stream.header.magic, "MESTRM01", 8) != 0)
        return base::error(fmt::format(
            "{}: is not a command stream (its first 8 bytes are not \"MESTRM01\")", path));
    const std::uint64_t count = stream.header.prefill + stream.header.ops;
    if (count > (1ull << 32) || stream.header.max_id > (1ull << 32))
        return base::error(fmt::format("{}: announces {} records, more than 2^32", path, count));
    stream.commands.resize(count);
    const auto bytes = static_cast<std::streamsize>(count * sizeof(StreamCommand));
    if (!file.read(reinterpret_cast<char*>(stream.commands.data()), bytes))
        return base::error(
            fmt::format("{}: ends before the {} records that its header announces", path, count));
    if (auto checked = check(stream, path); !checked) return std::unexpected(checked.error());
    return stream;
}

}  // namespace bw::bench
