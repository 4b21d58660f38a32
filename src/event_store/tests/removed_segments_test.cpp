// Power cuts during a start that removes segments which were prepared ahead: whichever removals the
// power cut undoes, the next start finds no gap.
#include "event_store/tests/hooked_storage.hpp"
#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

StoreOptions options_on(platform::Storage& disk) {
    StoreOptions out;
    out.directory = "disk";
    out.shared_directory = "shm";
    out.segment_bytes = min_segment_bytes;
    out.storage = &disk;
    return out;
}

constexpr std::uint64_t segments = 6;

/// A disk after a power cut while the writer had not moved past segment 1 and the log had been
/// filled further: the segments after it exist and are empty.
std::unique_ptr<CutStorage> disk_with_empty_segments() {
    CutStorage disk;
    const auto store = Store::open(options_on(disk));
    EXPECT_TRUE(store) << store.error().message;
    const auto& preparer = (*store)->background()[2];
    std::uint64_t sequence = 0;
    const Bytes message = message_of(1, 120);
    while ((*store)->appended_bytes(LogKind::commands) < (segments - 1) * min_segment_bytes) {
        const StampedCommand command{sequence + 1, 1000 + sequence, message};
        if ((*store)->commands().append({&command, 1}) != AppendResult::full) ++sequence;
        static_cast<void>(preparer.do_work());
    }
    return disk.after_power_cut(1);
}

TEST(RemovedSegments, leave_no_gap_whatever_a_power_cut_undoes) {
    const auto disk = disk_with_empty_segments();
    const std::string last = durable_name(segments - 1);
    ASSERT_TRUE(disk->exists("disk/commands/" + last)) << "nothing is prepared ahead";

    std::vector<std::pair<std::string, std::unique_ptr<CutStorage>>> cuts;
    HookedStorage hooked(*disk);
    hooked.set_hook([&](const std::string& operation, const std::string& path) {
        for (std::uint64_t seed = 1; seed <= 16; ++seed)
            cuts.emplace_back(operation + " " + path, disk->after_power_cut(seed));
    });
    const auto interrupted = Store::open(options_on(hooked));
    ASSERT_TRUE(interrupted) << interrupted.error().message;

    std::uint64_t removals = 0;
    for (const auto& [where, left] : cuts) {
        removals += where.starts_with("remove disk/commands/");
        const auto store = Store::open(options_on(*left));
        ASSERT_TRUE(store) << "power lost before: " << where << "\n" << store.error().message;
    }
    EXPECT_GT(removals, 0u) << "no segment was removed: the test tests nothing";
}

}  // namespace
}  // namespace bw::event_store::test
