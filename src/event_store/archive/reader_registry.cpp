#include "event_store/archive/reader_registry.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include <fmt/format.h>

#include "event_store/archive/log_begin.hpp"
#include "event_store/check_line.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

using base::Result;

constexpr unsigned reader_format = 1;
constexpr std::size_t max_bytes = 4096;
constexpr std::size_t max_name = 64;
constexpr std::uint64_t between_writes_ns = 1'000'000'000;

bool good_name(const std::string& name) {
    return !name.empty() && name.size() <= max_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// Splits `NAME.events` into NAME and the log; false for other files.
bool split(const std::string& file, Registration& out) {
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const std::string suffix = fmt::format(".{}", name_of(kind));
        if (!file.ends_with(suffix)) continue;
        out.name = file.substr(0, file.size() - suffix.size());
        out.kind = kind;
        return good_name(out.name);
    }
    return false;
}

void parse(const std::string& text, Registration& out) {
    unsigned format = 0;
    char log[16]{};
    char updated[32]{};
    const int found = std::sscanf(
        text.c_str(), "buttonwood reader\nformat %u\nlog %15s\nneeds %" SCNu64 "\nupdated %31s\n",
        &format, log, &out.needs, updated);
    out.updated = updated;
    if (found >= 1 && format > reader_format && check_line_fits(text)) out.newer_format = format;
    out.damaged = out.newer_format == 0 && (found != 4 || format != reader_format ||
                                            log != name_of(out.kind) || !check_line_fits(text));
    if (!out.readable()) out.needs = 0;
}

Result<Registration> read(platform::Storage& storage, const std::string& path, Registration out) {
    const auto bytes = storage.read(path, 0, max_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, out);
    return out;
}

Result<void> make_folder(platform::Storage& storage, const Paths& paths) {
    if (storage.exists(paths.readers())) return {};
    if (auto made = storage.create_directories(paths.readers()); !made) return made;
    return storage.sync_directory(paths.directory);
}

}  // namespace

Result<std::vector<Registration>> ReaderRegistry::list() const {
    std::vector<Registration> out;
    if (!storage_.exists(paths_.readers())) return out;
    const auto names = storage_.list(paths_.readers());
    if (!names) return std::unexpected(names.error());
    for (const std::string& file : *names) {
        Registration registration;
        if (!split(file, registration)) continue;
        auto there = read(storage_, paths_.readers() + "/" + file, registration);
        if (!there) return std::unexpected(there.error());
        out.push_back(std::move(*there));
    }
    return out;
}

Result<std::uint64_t> ReaderRegistry::oldest_needed(LogKind kind, std::uint64_t begin) const {
    const auto there = list();
    if (!there) return std::unexpected(there.error());
    std::uint64_t oldest = none;
    for (const Registration& registration : *there)
        if (registration.kind == kind && (!registration.readable() || registration.needs >= begin))
            oldest = std::min(oldest, registration.needs);
    return oldest;
}

Result<void> ReaderRegistry::remove(const std::string& name) {
    bool removed = false;
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const std::string path = fmt::format("{}/{}.{}", paths_.readers(), name, name_of(kind));
        if (!good_name(name) || !storage_.exists(path)) continue;
        if (auto done = storage_.remove(path); !done) return done;
        removed = true;
    }
    if (!removed)
        return base::error(
            fmt::format("no reader \"{}\" is registered in {}", name, paths_.readers()));
    return storage_.sync_directory(paths_.readers());
}

Result<RegisteredReader> RegisteredReader::open(const Setup& setup, const std::string& name,
                                                LogKind kind, std::uint64_t first_sequence) {
    if (!good_name(name))
        return base::error(
            fmt::format("\"{}\" is no name for a reader: 1 to 64 of a-z, 0-9, - and _", name));
    const std::string path = fmt::format("{}/{}.{}", setup.paths.readers(), name, name_of(kind));
    RegisteredReader reader(setup, path, kind);
    if (auto made = make_folder(setup.storage, setup.paths); !made)
        return std::unexpected(made.error());
    reader.needs_ = first_sequence;
    if (setup.storage.exists(path)) {
        const auto there =
            read(setup.storage, path, {.name = name, .kind = kind, .needs = 0, .updated = {}});
        if (!there) return std::unexpected(there.error());
        if (there->newer_format != 0)
            return std::unexpected(newer_format(path, there->newer_format, reader_format));
        if (there->damaged)
            return base::error(fmt::format(
                "{} is damaged. Remove it (`buttonwood readers {} --remove {}`) and register the "
                "reader again.",
                path, setup.paths.directory, name));
        reader.needs_ = there->needs;
    }
    if (auto written = reader.write(); !written) return std::unexpected(written.error());
    if (auto looked = reader.look_at_the_begin(); !looked) return std::unexpected(looked.error());
    return reader;
}

/// Call it only after the registration is written: see the race in the header.
Result<void> RegisteredReader::look_at_the_begin() {
    const auto begin = read_begin(*storage_, paths_, identity_.log(kind_));
    if (!begin) return std::unexpected(begin.error());
    oldest_ = std::max(begin->first_sequence, begin->leaving_before);
    return {};
}

Result<void> RegisteredReader::advance(std::uint64_t sequence, bool now) {
    if (sequence <= needs_ && !now) return {};
    needs_ = std::max(needs_, sequence);
    if (!now && clock_->monotonic_ns() - written_at_ns_ < between_writes_ns) return {};
    return write();
}

Result<void> RegisteredReader::write() {
    const std::string text = with_check_line(
        fmt::format("buttonwood reader\nformat {}\nlog {}\nneeds {}\nupdated {}\n", reader_format,
                    name_of(kind_), needs_, utc_text(clock_->realtime_ns())));
    written_at_ns_ = clock_->monotonic_ns();
    return storage_->write_file(path_, bytes_of(text));
}

}  // namespace bw::event_store
