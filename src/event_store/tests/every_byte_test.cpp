// Every byte of a small data folder, changed, and every length of each of its files, cut: refused
// with the file's name, or without any effect on what the logs hold. Nothing in between.
//
//   commands: three segments, two of them sealed, and a prepared one; events: two, one sealed, and
//   a prepared one;
//   commands.mark, identity, epoch
#include "event_store/tests/segment_scenarios.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t records = 40;  // commands
constexpr std::uint64_t events = 30;
// With sanitizers, ten times slower, a part of the bytes: what is judged is the same code.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t stride = 61;
#else
constexpr std::size_t stride = 1;
#endif
constexpr std::size_t message_bytes = 3'500;  // some 17 in a segment

/// The files of the folder as they lie in memory; reading hands out what is there now. Nothing can
/// be written.
class FrozenFolder final : public platform::Storage {
 public:
    template <class T>
    using Result = base::Result<T>;

    std::map<std::string, Bytes> files;

    Result<std::vector<std::string>> list(const std::string& directory) override {
        std::vector<std::string> out;
        const std::string prefix = directory + "/";
        for (const auto& [path, bytes] : files)
            if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
                out.push_back(path.substr(prefix.size()));
        return out;
    }
    bool exists(const std::string& path) override {
        return files.contains(path) || !list(path)->empty();
    }
    Result<std::uint64_t> file_size(const std::string& path) override {
        return files.at(path).size();
    }
    Result<Bytes> read(const std::string& path, std::uint64_t offset, std::size_t size) override {
        const Bytes& from = files.at(path);
        const std::size_t begin = std::min<std::size_t>(offset, from.size());
        const auto first = from.begin() + static_cast<std::ptrdiff_t>(begin);
        return Bytes(first,
                     first + static_cast<std::ptrdiff_t>(std::min(size, from.size() - begin)));
    }

    Result<void> create_directories(const std::string&) override { return frozen(); }
    Result<void> remove(const std::string&) override { return frozen(); }
    Result<void> rename(const std::string&, const std::string&) override { return frozen(); }
    Result<void> sync_directory(const std::string&) override { return frozen(); }
    Result<void> write_file(const std::string&, std::span<const std::byte>) override {
        return frozen();
    }
    Result<std::unique_ptr<platform::FileLock>> lock(const std::string&) override {
        return frozen();
    }
    Result<std::unique_ptr<platform::MappedFile>> create_mapped(const std::string&,
                                                                std::size_t) override {
        return frozen();
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped(const std::string&) override {
        return frozen();
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped_read_only(
        const std::string&) override {
        return frozen();
    }
    Result<void> create_zeroed(const std::string&, std::size_t) override { return frozen(); }
    Result<std::unique_ptr<platform::BlockFile>> open_blocks(const std::string&,
                                                             platform::WriteMode) override {
        return frozen();
    }

 private:
    [[nodiscard]] static std::unexpected<base::Error> frozen() {
        return base::error("this folder cannot be written");
    }
};

/// Hash of all records a start would take, or how it refuses.
struct Judgement {
    std::uint64_t records = 0;
    std::uint64_t last_crc = 0;
    std::string refusal;
};

/// What Store::open does before it changes anything.
Judgement judge(FrozenFolder& folder, LogKind kind) {
    const auto identity = read_identity(folder, "disk");
    if (!identity) return {.refusal = identity.error().message};
    const Paths paths("disk", "shm", *identity);
    if (const auto known = Epoch::check_file(folder, paths); !known)
        return {.refusal = known.error().message};
    const auto state = scan_durable(folder, paths, identity->log(kind));
    if (!state) return {.refusal = state.error().message};
    return {.records = state->records, .last_crc = state->end.previous_crc, .refusal = {}};
}

FrozenFolder small_folder() {
    SmallWorld world;
    {
        auto store = world.open();
        append_up_to(*store, events, message_bytes);
        for (std::uint64_t s = events + 1; s <= records; ++s) {
            const Bytes message = message_of(s, message_bytes);
            const StampedCommand command{s, 1000 + s, message};
            while (store->commands().append({&command, 1}) == AppendResult::full) settle(*store);
        }
        settle(*store);
        store->close();
    }
    FrozenFolder folder;
    for (const char* directory : {"disk", "disk/commands", "disk/events"}) {
        const auto names = *world.disk.list(directory);
        for (const std::string& name : names) {
            const std::string path = std::string(directory) + "/" + name;
            folder.files[path] = contents(world.disk, path);
        }
    }
    return folder;
}

LogKind kind_of(const std::string& path) {
    return path.starts_with("disk/events") ? LogKind::events : LogKind::commands;
}

/// Crc of each record, chained: a log that ends with record n and its crc holds exactly the first n
/// records.
std::vector<std::uint64_t> chain_of_log(FrozenFolder& folder, LogKind kind) {
    std::vector<std::uint64_t> out;
    const Identity identity = *read_identity(folder, "disk");
    const Paths paths("disk", "shm", identity);
    const LogIdentity log = identity.log(kind);
    out.push_back(log.seed());
    for (std::uint64_t index = 1; folder.exists(paths.durable(kind, index)); ++index) {
        const Bytes& bytes = folder.files[paths.durable(kind, index)];
        SegmentHeader header;
        if (read_header(bytes, log, header) != HeaderState::valid) break;
        LogPosition at = start_of(header, 0);
        scan_records(bytes, at, log.seed(), [&](const RecordHeader& record, const std::byte*) {
            out.push_back(record.crc);
        });
    }
    return out;
}

class EveryByte : public testing::Test {
 protected:
    FrozenFolder folder = small_folder();
    std::map<LogKind, std::vector<std::uint64_t>> chains{
        {LogKind::commands, chain_of_log(folder, LogKind::commands)},
        {LogKind::events, chain_of_log(folder, LogKind::events)}};

    /// Commands: refused, or all there. Events, which can be made again: a prefix, or refused. True
    /// if refused.
    bool expect_harmless(const std::string& path, const std::string& what, FrozenFolder& changed) {
        const LogKind kind = kind_of(path);
        const Judgement judged = judge(changed, kind);
        if (!judged.refusal.empty()) {
            refusal = judged.refusal;
            return true;
        }
        const std::uint64_t all = kind == LogKind::commands ? records : events;
        const bool good =
            (kind == LogKind::commands ? judged.records == all : judged.records <= all) &&
            judged.last_crc == chains[kind][judged.records];
        EXPECT_TRUE(good) << what << " of " << path << " was not found";
        return false;
    }
    void expect_named(const std::string& path, const std::string& what, FrozenFolder& changed) {
        if (!expect_harmless(path, what, changed)) return;
        EXPECT_NE(refusal.find(path.substr(0, path.rfind('.'))), std::string::npos)
            << what << " of " << path << ": " << refusal;
    }

    void flip_all(const std::string& path) {
        FrozenFolder changed = folder;
        Bytes& bytes = changed.files[path];
        for (std::size_t at = 0; at < bytes.size() && !HasFailure(); at += stride) {
            const auto bit = static_cast<std::byte>(1u << (at * 5 + at / 8) % 8);
            bytes[at] ^= bit;
            expect_named(path, fmt::format("byte {}", at), changed);
            bytes[at] ^= bit;
        }
    }
    void cut_all(const std::string& path) {
        FrozenFolder changed = folder;
        Bytes& bytes = changed.files[path];
        while (!bytes.empty() && !HasFailure()) {
            bytes.resize(bytes.size() - std::min(stride, bytes.size()));
            expect_named(path, fmt::format("length {}", bytes.size()), changed);
        }
    }
    std::string refusal;  ///< the newest

    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> out;
        out.reserve(folder.files.size());
        for (const auto& [path, bytes] : folder.files) out.push_back(path);
        return out;
    }
};

TEST_F(EveryByte, the_folder_has_everything_that_is_to_be_changed) {
    for (const char* path : {"disk/identity", "disk/epoch", "disk/commands.mark",
                             "disk/commands/0000000003.log", "disk/commands/0000000002.seal",
                             "disk/events/0000000002.log", "disk/events/0000000001.seal"})
        EXPECT_TRUE(folder.exists(path)) << path;
    EXPECT_EQ(chains[LogKind::commands].size(), records + 1);
    EXPECT_EQ(chains[LogKind::events].size(), events + 1);
    EXPECT_EQ(judge(folder, LogKind::commands).refusal, "");
    EXPECT_EQ(judge(folder, LogKind::commands).records, records);
    EXPECT_EQ(judge(folder, LogKind::events).records, events);
}

TEST_F(EveryByte, that_is_changed_is_found_or_does_no_harm) {
    for (const std::string& path : paths()) flip_all(path);
}

TEST_F(EveryByte, that_is_missing_at_the_end_is_found_or_does_no_harm) {
    for (const std::string& path : paths()) cut_all(path);
}

TEST_F(EveryByte, of_a_file_in_another_s_place_is_found_or_does_no_harm) {
    std::uint64_t refused = 0;
    for (const std::string& one : paths())
        for (const std::string& other : paths()) {
            if (one == other || !one.ends_with(".log") || !other.ends_with(".log")) continue;
            FrozenFolder changed = folder;
            changed.files[one] = folder.files[other];
            refused += expect_harmless(one, "copied from " + other, changed) ? 1 : 0;
            changed.files[other] = folder.files[one];
            refused += expect_harmless(one, "exchanged with " + other, changed) ? 1 : 0;
        }
    EXPECT_GT(refused, 20u);
}

}  // namespace
}  // namespace bw::event_store::test
