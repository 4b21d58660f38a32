#include "event_store/identity.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "event_store/check_line.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

constexpr std::size_t max_identity_bytes = 4096;

base::Result<Identity> parse(const std::string& path, const std::string& text) {
    unsigned version = 0;
    Identity identity;
    const int found =
        std::sscanf(text.c_str(),
                    "buttonwood event store\nformat %u\ncluster %16" SCNx64 "\nnode %" SCNu32 "\n",
                    &version, &identity.cluster, &identity.node);
    if (found >= 1 && version > format_version)
        return std::unexpected(newer_format(path, version, format_version));
    if (found != 3 || version != format_version || !check_line_fits(text))
        return base::error(
            fmt::format("{} is damaged or not of this program. Restore it from a backup.", path));
    return identity;
}

}  // namespace

Paths::Paths(std::string data_directory, const std::string& shared_root, const Identity& identity)
    : directory(std::move(data_directory)),
      shared(
          fmt::format("{}/buttonwood-{:016x}-{}", shared_root, identity.cluster, identity.node)) {}

std::string Paths::durable(LogKind kind) const {
    return fmt::format("{}/{}", directory, name_of(kind));
}

std::string Paths::durable(LogKind kind, std::uint64_t index) const {
    return durable(kind) + "/" + durable_name(index);
}

std::string Paths::seal(LogKind kind, std::uint64_t index) const {
    return durable(kind) + "/" + seal_name(index);
}

std::string Paths::shared_segment(LogKind kind, std::uint64_t index) const {
    return shared + "/" + shared_name(kind, index);
}

base::Result<Identity> read_identity(platform::Storage& storage, const std::string& directory) {
    const std::string path = Paths::identity(directory);
    if (!storage.exists(path))
        return base::error(
            fmt::format("{} does not exist: {} is not a data directory.", path, directory));
    const auto bytes = storage.read(path, 0, max_identity_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    return parse(path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

base::Result<Identity> create_identity(platform::Storage& storage, const std::string& directory,
                                       std::uint32_t node, platform::Random& random,
                                       const platform::Clock& clock) {
    Identity identity{.cluster = 0, .node = node};
    random.fill(std::as_writable_bytes(std::span(&identity.cluster, 1)));
    const std::string text = with_check_line(
        fmt::format("buttonwood event store\nformat {}\ncluster {:016x}\nnode {}\ncreated {}\n",
                    format_version, identity.cluster, node, utc_text(clock.realtime_ns())));
    if (auto written = storage.write_file(Paths::identity(directory), bytes_of(text)); !written)
        return std::unexpected(written.error());
    return identity;
}

}  // namespace bw::event_store
