// Invariants of sealed segments, retention, registered readers and the epoch, as scenarios that
// return the violated one (empty: none). The tests of the store expect empty results; of a store
// with a deliberate fault, one of the scenarios must fail.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "event_store/tests/hooked_storage.hpp"
#include "event_store/tests/support.hpp"
#include "platform/process.hpp"

namespace bw::event_store::test {

/// Wall-clock time changes only when the test sets it; the monotonic clock advances at every read,
/// so that nothing waits.
class TestClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ns; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return looks_ += 2'000'000'000; }
    std::uint64_t now_ns = 1'000'000'000'000;

 private:
    mutable std::uint64_t looks_ = 0;
};

/// A store on a disk in memory, in one thread.
struct SmallWorld {
    static constexpr std::size_t message_bytes = 1016;  ///< some 58 records in a segment

    CutStorage disk;
    HookedStorage storage{disk};
    TestClock clock;
    StoreOptions options;

    SmallWorld() {
        options.directory = "disk";
        options.shared_directory = "shm";
        options.segment_bytes = min_segment_bytes;
        options.kept_shared_segments = 2;
        options.storage = &storage;
        options.clock = &clock;
    }
    [[nodiscard]] std::unique_ptr<Store> open() const {
        auto store = Store::open(options);
        if (!store) throw std::runtime_error(store.error().message);
        return std::move(*store);
    }
    [[nodiscard]] Identity identity() { return *read_identity(disk, "disk"); }
    [[nodiscard]] Paths paths() { return {"disk", "shm", identity()}; }
};

/// Runs background work until there is none left.
inline void settle(Store& store) {
    for (std::size_t done = 1; done != 0;) {
        done = 0;
        for (const BackgroundTask& task : store.background()) done += task.do_work();
    }
}

/// Appends commands up to `last`, each with one event, with times 1000 + sequence.
inline void append_up_to(Store& store, std::uint64_t last, std::size_t size) {
    for (std::uint64_t s = store.commands().appended_sequence() + 1; s <= last; ++s) {
        const Bytes message = message_of(s, size);
        const StampedCommand command{s, 1000 + s, message};
        while (store.commands().append({&command, 1}) == AppendResult::full)
            for (const BackgroundTask& task : store.background()) task.do_work();
        while (!store.events().append(s, 1000 + s, note_last_event_of_command, message))
            for (const BackgroundTask& task : store.background()) task.do_work();
    }
    settle(store);
}

/// Changes a message without changing its CRC32C: adds the polynomial, bit by bit in the order of
/// the CRC.
inline void change_unseen_by_crc(std::span<std::byte> bytes) {
    constexpr std::uint64_t polynomial = 0x11EDC6F41ull;
    for (unsigned i = 0; i <= 32; ++i)
        if ((polynomial >> (32 - i) & 1) != 0)
            bytes[i / 8] ^= static_cast<std::byte>(1u << (i % 8));
}

inline void replace(platform::Storage& storage, const std::string& path, const Bytes& bytes) {
    if (!storage.write_file(path, bytes)) throw std::runtime_error("cannot write " + path);
}

inline Bytes contents(platform::Storage& storage, const std::string& path) {
    auto bytes = storage.read(path, 0, 1u << 30);
    if (!bytes) throw std::runtime_error(bytes.error().message);
    return *bytes;
}

/// Changes a command in segment 1 of five without changing a CRC: verification must name the
/// segment.
inline std::string a_change_that_no_crc_shows_is_found() {
    SmallWorld world;
    append_up_to(*world.open(), 250, SmallWorld::message_bytes);
    const Paths paths = world.paths();
    const LogIdentity log = world.identity().log(LogKind::commands);
    const std::string path = paths.durable(LogKind::commands, 1);
    const Bytes good = contents(world.disk, path);
    if (const auto sound = verify_log(world.disk, paths, log); !sound)
        return "a sound log is refused: " + sound.error().message;
    Bytes bad = good;
    change_unseen_by_crc(std::span(bad).subspan(segment_header_bytes + 2000, 8));
    replace(world.disk, path, bad);
    if (!scan_durable(world.disk, paths, log)) return "the change was seen by a CRC";
    const auto found = verify_log(world.disk, paths, log);
    if (found) return "verification did not see it";
    if (found.error().message.find(path) == std::string::npos)
        return "another file is named: " + found.error().message;
    return {};
}

/// As above, but the segment is sealed again: the next seal must not continue it.
inline std::string a_new_seal_breaks_the_chain() {
    SmallWorld world;
    append_up_to(*world.open(), 250, SmallWorld::message_bytes);
    const Paths paths = world.paths();
    const LogIdentity log = world.identity().log(LogKind::commands);
    const std::string path = paths.durable(LogKind::commands, 2);
    Bytes bad = contents(world.disk, path);
    change_unseen_by_crc(std::span(bad).subspan(segment_header_bytes + 2000, 8));
    replace(world.disk, path, bad);
    SealMaker maker(world.disk, paths, log, 2);
    while (!*maker.step()) {
    }
    const SealFile made = maker.finish(read_seal(world.disk, paths, log, 1)->seal.chain);
    if (!write_seal(world.disk, paths, log, made)) return "cannot write the seal";
    const auto found = verify_log(world.disk, paths, log);
    if (found) return "verification did not see it";
    if (found.error().message.find(seal_name(3)) == std::string::npos)
        return "another file is named: " + found.error().message;
    if (Store::open(world.options)) return "the start did not see it";
    return {};
}

/// With a policy that keeps nothing, everything below the floor is removed and nothing above it.
inline std::string only_what_lies_below_the_floor_is_removed() {
    SmallWorld world;
    world.options.retention.keep_bytes = 1;
    auto store = world.open();
    append_up_to(*store, 600, SmallWorld::message_bytes);
    if (*store->oldest_sequence(LogKind::commands) != 1) return "removed without a floor";
    store->set_retention_floor(200, 0);
    settle(*store);
    const std::uint64_t first = *store->oldest_sequence(LogKind::commands);
    if (first > 200) return fmt::format("removed up to {}", first);
    if (first < 100) return fmt::format("only removed up to {}", first);
    if (*store->oldest_sequence(LogKind::events) != 1) return "events were removed";
    return {};
}

/// A slow registered reader keeps what it needs.
inline std::string a_registered_reader_keeps_what_it_needs() {
    SmallWorld world;
    world.options.retention.keep_bytes = 1;
    auto store = world.open();
    auto slow = store->register_reader("slow", LogKind::events, 150);
    if (!slow) return slow.error().message;
    append_up_to(*store, 600, SmallWorld::message_bytes);
    store->set_retention_floor(550, 550);
    settle(*store);
    const std::uint64_t first = *store->oldest_sequence(LogKind::events);
    if (first > 150) return fmt::format("events are gone up to {}", first);
    if (first == 1) return "nothing was removed";
    const auto reader = store->open_reader(LogKind::events, 150);
    if (!reader) return reader.error().message;
    if (!slow->advance(500, true)) return "cannot advance";
    settle(*store);
    if (*store->oldest_sequence(LogKind::events) <= first) return "it is still kept";
    return {};
}

/// At every step of a removal another reader registers: either it learns that it is too late, or
/// what it needs stays, also if the process dies at a later step and starts again.
inline std::string a_reader_that_registers_in_between_is_told_or_served() {
    for (std::uint64_t step = 0; step < 40; ++step)
        for (std::uint64_t death = step; death < step + 4; ++death) {
            SmallWorld world;
            world.options.retention.keep_bytes = 1;
            auto store = world.open();
            append_up_to(*store, 600, SmallWorld::message_bytes);
            store->set_retention_floor(0, 300);
            std::uint64_t at = 0;
            std::optional<RegisteredReader> late;
            world.storage.set_hook([&](const std::string&, const std::string&) {
                const std::uint64_t now = at++;
                if (now == step)
                    late = *RegisteredReader::open(
                        {world.disk, world.clock, world.paths(), world.identity()}, "late",
                        LogKind::events, 70);
                if (now == death && death != step) throw Died{};
            });
            try {
                settle(*store);
            } catch (const Died&) {
            }
            world.storage.set_hook({});
            if (!late) continue;
            store.reset();
            store = world.open();
            store->set_retention_floor(0, 300);
            settle(*store);
            const bool served = *store->oldest_sequence(LogKind::events) <= 70 &&
                                store->open_reader(LogKind::events, 70).has_value();
            if (!late->needs_snapshot() && !served)
                return fmt::format(
                    "registered at step {}, died at step {}: told that all is well, "
                    "but the log begins with {}",
                    step, death, *store->oldest_sequence(LogKind::events));
        }
    return {};
}

/// The process is killed, or the power fails, at every step of a removal: the next start continues.
inline std::string a_removal_may_be_interrupted_anywhere() {
    for (const bool power : {false, true})
        for (std::uint64_t death = 0; death < 60; ++death) {
            SmallWorld world;
            world.options.retention.keep_bytes = 1;
            auto store = world.open();
            append_up_to(*store, 600, SmallWorld::message_bytes);
            store->set_retention_floor(300, 300);
            std::uint64_t at = 0;
            world.storage.set_hook([&](const std::string&, const std::string&) {
                if (at++ == death) throw Died{};
            });
            try {
                settle(*store);
            } catch (const Died&) {
            }
            world.storage.set_hook({});
            std::unique_ptr<CutStorage> after;
            if (power) {
                after = world.disk.after_power_cut(death);
                world.options.storage = after.get();
            }
            store.reset();
            const auto again = Store::open(world.options);
            if (!again)
                return fmt::format("{} at step {}: {}", power ? "power cut" : "killed", death,
                                   again.error().message);
            for (const LogKind kind : {LogKind::commands, LogKind::events}) {
                const std::uint64_t first = *(*again)->oldest_sequence(kind);
                auto reader = (*again)->open_reader(kind, first);
                if (!reader) return reader.error().message;
                std::uint64_t next = first;
                while (const RecordView* record = (*reader)->poll())
                    if (record->sequence != next++) return "a record is missing";
                if (next != 601 || first > 300) return fmt::format("{} to {}", first, next - 1);
            }
        }
    return {};
}

/// Returns the message with which the process ends itself in `work`, with exit status 74; empty: it
/// does not end.
template <class Work>
std::string end_of_the_process(Work&& work) {
    struct Stopped : std::runtime_error {
        using std::runtime_error::runtime_error;
    };
    platform::replace_process_end([](int status, const std::string& why) {
        throw Stopped(status == 74 ? why : fmt::format("with status {}: {}", status, why));
    });
    std::string why;
    try {
        work();
    } catch (const Stopped& stopped) {
        why = stopped.what();
    }
    platform::replace_process_end(nullptr);
    return why;
}

/// A second process ignores the lock: the first one stops when it opens its next segment.
inline std::string a_second_writer_is_noticed() {
    SmallWorld world;
    auto first = world.open();
    append_up_to(*first, 20, SmallWorld::message_bytes);
    const auto second = world.open();  // this disk's lock does not block
    settle(*second);
    if (second->recovery().epoch <= first->recovery().epoch) return "the epoch did not rise";
    const std::string why =
        end_of_the_process([&] { append_up_to(*first, 200, SmallWorld::message_bytes); });
    if (why.find("another process writes") == std::string::npos) return "it went on writing " + why;
    return {};
}

}  // namespace bw::event_store::test
