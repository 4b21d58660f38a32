#include "event_store/archive/log_begin.hpp"

#include <cstring>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

constexpr std::uint64_t begin_magic = 0x31474542'444F4F57ull;  // "WOODBEG1" as it lies in the file
constexpr std::uint32_t begin_version = 1;

std::uint32_t crc_of(const LogBegin& begin, std::uint32_t seed) {
    return base::crc32c(seed, std::as_bytes(std::span(&begin, 1)).first(offsetof(LogBegin, crc)));
}

base::Result<LogBegin> judge(const std::string& path, const LogBegin& begin,
                             const LogIdentity& identity) {
    const LogIdentity claimed{begin.cluster, begin.node, static_cast<LogKind>(begin.kind)};
    if (begin.magic != begin_magic || begin.crc != crc_of(begin, claimed.seed()))
        return base::error(
            fmt::format("{} is damaged. It says where the log begins; restore it from a backup. "
                        "Nothing was changed.",
                        path));
    if (begin.version > begin_version)
        return std::unexpected(newer_format(path, begin.version, begin_version));
    if (claimed.seed() != identity.seed())
        return base::error(
            fmt::format("{} belongs to another log (cluster {:016x}, node {}). Put the right file "
                        "there; nothing was changed.",
                        path, begin.cluster, begin.node));
    return begin;
}

}  // namespace

LogBegin whole_log(const LogIdentity& identity) {
    LogBegin begin{};
    begin.magic = begin_magic;
    begin.version = begin_version;
    begin.node = identity.node;
    begin.kind = static_cast<std::uint32_t>(identity.kind);
    begin.cluster = identity.cluster;
    begin.previous_crc = identity.seed();
    begin.index = 1;
    begin.first_sequence = 1;
    begin.leaving_before = 1;
    return begin;
}

LogBegin begin_behind(const LogBegin& begin, const Seal& seal) {
    LogBegin out = begin;
    out.previous_crc = seal.last_crc;
    out.index = seal.index + 1;
    out.first_sequence = out.leaving_before = seal.last_sequence + 1;
    out.last_timestamp_ns = seal.last_timestamp_ns;
    out.commands_before += seal.commands_ended;
    out.chain = seal.chain;
    return out;
}

base::Result<LogBegin> read_begin(platform::Storage& storage, const Paths& paths,
                                  const LogIdentity& identity) {
    const std::string path = paths.begin(identity.kind);
    if (!storage.exists(path)) return whole_log(identity);
    const auto bytes = storage.read(path, 0, sizeof(LogBegin) + 1);
    if (!bytes) return std::unexpected(bytes.error());
    LogBegin begin{};
    if (bytes->size() == sizeof begin) std::memcpy(&begin, bytes->data(), sizeof begin);
    return judge(path, begin, identity);
}

base::Result<void> write_begin(platform::Storage& storage, const Paths& paths,
                               const LogIdentity& identity, LogBegin begin) {
    begin.crc = crc_of(begin, identity.seed());
    return storage.write_file(paths.begin(identity.kind), std::as_bytes(std::span(&begin, 1)));
}

std::string no_longer_kept(const Paths& paths, LogKind kind, std::uint64_t wanted,
                           std::uint64_t first) {
    return fmt::format(
        "record {} of {} is no longer kept: the log begins with record {}. Start from a snapshot "
        "of record {} or later, and read on from there.",
        wanted, paths.durable(kind), first, first - 1);
}

}  // namespace bw::event_store
