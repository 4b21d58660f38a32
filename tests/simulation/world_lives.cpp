#include <algorithm>
#include <cstring>

#include "model/rules.hpp"
#include "platform/process.hpp"
#include "simulation/places.hpp"
#include "simulation/world.hpp"

namespace bw::simulation {
namespace {

using event_store::LogKind;

constexpr std::uint64_t starts_max = 200;
constexpr std::uint64_t cable_replaced_after_starts = 100;  // in a row
constexpr std::uint64_t waits_max =
    40'000;  // of a millisecond: longer than a disk stays full and a retry waits
constexpr std::uint64_t day_ends_at_ns = 17ull * 3600 * second_ns;

[[noreturn]] void stop(int, const std::string& message) { throw Stopped(message); }

/// True while it lives.
class While {
 public:
    explicit While(bool& flag) : flag_(flag) { flag_ = true; }
    ~While() { flag_ = false; }
    While(const While&) = delete;
    While& operator=(const While&) = delete;

 private:
    bool& flag_;
};

}  // namespace

/// What may be the reason of a refused start: a slow disk is none.
std::uint64_t World::faults_that_may_refuse() const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < fault_counts_.size(); ++i)
        if (static_cast<FaultClass>(i) != FaultClass::slow_disk) count += fault_counts_[i];
    return count;
}

/// One process after the other until one is up.
void World::start() {
    platform::replace_process_end(stop);
    for (std::uint64_t i = 0;; ++i) {
        if (i == starts_max) violated("the exchange does not start any more");
        try_rot();
        storage_.start_again();
        bad_reads_ = 0;
        misread_.clear();
        cable_is_new_ = i >= cable_replaced_after_starts;
        const std::uint64_t failed_before = faults_that_may_refuse();
        try {
            const auto opened = try_to_open();
            if (opened) {
                check_recovery();
                return;
            }
            if (faults_that_may_refuse() == failed_before &&
                clock_.monotonic_ns() >= full_until_ns_)
                violated("the start is refused: {}", opened.error().message);
            if (opened.error().message.find("No space") != std::string::npos)
                situations_.met(Situation::start_refused_for_a_full_disk);
        } catch (const Died& died) {
            situations_.met(Situation::died_during_recovery);
            if (died.death == Death::power) {
                storage_.lose_power();
                power_was_lost_ = true;
                outside_.reset();
            }
        } catch (const Stopped& stopped) {
            if (faults_that_may_refuse() == failed_before)
                violated("the process stopped without a reason: {}", stopped.what());
            situations_.met(Situation::write_error_stopped_the_process);
        }
        bury();
        clock_.advance(second_ns);
    }
}

base::Result<void> World::try_to_open() {
    running_ = false;
    waits_ = 0;
    node::Node::Options options;
    options.store.directory = data_directory;
    options.store.shared_directory = shared_root;
    options.store.mode = options_.mode;
    options.store.segment_bytes = options_.segment_bytes;
    options.store.kept_shared_segments = options_.kept_shared_segments;
    options.store.storage = &storage_;
    options.store.clock = &clock_;
    options.store.random = &machine_random_;
    options.gateways = options_.gateways + options_.session_gateways;
    options.day_end_ns = day_ends_at_ns;
    options.limits = limits_;
    // as in production; the other seeds keep the meaning that they had before there were rule sets
    if (options_.seed % 4 == 3) options.first_rules = model::newest_rule_set;
    options.rest_while_full = [this] { rest_of_the_core(); };
    const While starting(in_start_);
    auto core = node::Node::open(options, clock_);
    if (!core) return std::unexpected(core.error());
    core_ = std::move(*core);
    if (options_.batch_max != 0) core_->limit_batch(options_.batch_max);
    running_ = true;
    ++context_.lives;
    return {};
}

/// The core has no room for its events: the others go on meanwhile.
void World::rest_of_the_core() {
    if (++waits_ == waits_max) violated("the core waits for room that never comes");
    clock_.advance(second_ns / 1'000);
    if (!running_) return;
    situations_.met(Situation::log_full);
    static_cast<void>(work_of_the_command_disk());
    for (const auto& task : core_->store().background().subspan(1))
        static_cast<void>(task.do_work());
}

void World::check_recovery() {
    const event_store::RecoveryReport& report = core_->store().recovery();
    identity_ = core_->store().identity();
    const bool memory = options_.mode == event_store::Durability::memory;
    const std::uint64_t owed = memory && power_was_lost_ ? rule_.owed() : ledger_.commands();
    if (report.commands < owed)
        violated("{} commands are left of {} that were committed", report.commands, owed);
    if (report.commands < ledger_.commands())
        situations_.met(Situation::committed_in_memory_lost_with_power);
    else if (report.commands < appended_)
        situations_.met(Situation::uncommitted_command_lost);
    appended_ = report.commands;
    if (report.commands_cut_bytes != 0) situations_.met(Situation::torn_tail_cut);
    if (report.events_cut_bytes != 0) situations_.met(Situation::event_tail_cut);
    if (report.commands_from_memory != 0)
        situations_.met(Situation::commands_taken_from_shared_memory);
    if (!report.created && core_->store().events().appended_sequence() > report.events)
        situations_.met(Situation::events_made_again);
    ledger_.forget_behind(report.commands);
    rule_.started(report.commands - report.commands_from_memory, report.commands);
    opened_segment_ = 0;
    power_was_lost_ = false;
    open_readers();
    for (std::uint64_t sequence = 1; sequence <= report.commands; ++sequence) {
        const event_store::RecordView* record = committed_->poll();
        if (record == nullptr)
            violated("command {} cannot be read back: {}", sequence, committed_->error());
        ledger_.note(*record);
    }
    if (core_->store().commands().committed_sequence() < report.commands)
        violated("a recovered command was applied and is not committed");
    if (core_->store().events().appended_sequence() != ledger_.events())
        violated("after recovery the event log holds {} events, the commands make {}",
                 core_->store().events().appended_sequence(), ledger_.events());
    snapshots_.check_start(*core_, bad_reads_ != 0);
    check_everything();
}

void World::open_readers() {
    const auto open = [this](LogKind kind) {
        auto reader = core_->store().open_reader(kind, 1);
        if (!reader) violated("a reader does not open: {}", reader.error().message);
        return std::move(*reader);
    };
    const Paths paths = paths_of(*identity_);
    if (storage_.exists(paths.durable(LogKind::events, 1)) &&
        !storage_.exists(paths.shared_segment(LogKind::events, 1)))
        situations_.met(Situation::reader_moved_from_file_to_memory);
    committed_ = open(LogKind::commands);
    market_.start(open(LogKind::events));
    if (outside_ && context_.lives > 1)
        situations_.met(Situation::outside_reader_survived_a_restart);
    if (!outside_) outside_ = std::make_unique<OutsideReader>(ledger_, open(LogKind::events));
    const std::uint64_t stored = core_->store().events().appended_sequence();
    for (std::uint32_t i = 0; i < options_.gateways; ++i)
        gateways_[i]->start(core_->ring(i), open(LogKind::events), stored);
    for (std::uint32_t i = 0; border_ && i < border_->gateways(); ++i)
        border_->gateway(i).start(core_->ring(options_.gateways + i), open(LogKind::events), stored,
                                  false);
}

/// A gateway that died alone is back, while the exchange went on.
void World::start_session_gateway(std::uint32_t i) {
    auto events = core_->store().open_reader(LogKind::events, 1);
    if (!events) violated("a reader does not open: {}", events.error().message);
    border_->gateway(i).start(core_->ring(options_.gateways + i), std::move(*events),
                              core_->store().events().appended_sequence(), true);
}

void World::survive(const Died& died) {
    ++deaths_;
    if (died.death == Death::process && running_ && storage_.operations() != 0)
        leave_half_a_record();
    bury();
    if (died.death == Death::power) {
        storage_.lose_power();
        power_was_lost_ = true;
        outside_.reset();
    }
    start();
}

void World::survive(const Stopped& stopped) {
    if (lie_told_) {
        const bool faults = faults_on_;
        faults_on_ = false;
        situations_.met(Situation::lie_found_while_sealing);
        bury();
        start_after_the_lie(lie_);
        faults_on_ = faults;
        return;
    }
    const bool found_by_reading =
        std::string_view(stopped.what()).find("not what was written") != std::string_view::npos;
    if (found_by_reading || fault_counts_[static_cast<std::size_t>(FaultClass::io_error)] == 0)
        violated("the process stopped without a reason: {}", stopped.what());
    situations_.met(Situation::write_error_stopped_the_process);
    survive(Died{Death::process});
}

/// The process is gone, its memory with it. Unwinding must not have touched the disk; the storage
/// asserts that.
void World::bury() {
    running_ = false;
    for (const auto& gateway : gateways_) gateway->die();
    for (std::size_t i = 0; border_ && i < border_->gateways(); ++i) border_->gateway(i).die();
    committed_.reset();
    market_.die();
    core_.reset();
    storage_.start_again();
}

/// Killed between the first byte of a record and its length: the length, stored last, is zero.
void World::leave_half_a_record() {
    if (faults_random_.below(2) != 0) return;
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        std::span<std::byte> last;
        for (const std::string& path : storage_.files_below(paths_of(*identity_).shared)) {
            if (path.find(event_store::name_of(kind)) == std::string::npos ||
                !path.ends_with(".seg"))
                continue;
            const std::span<std::byte> bytes = storage_.bytes_of(path);
            if (bytes[0] != std::byte{0}) last = bytes;
        }
        if (last.empty()) continue;
        std::uint64_t at = event_store::segment_header_bytes;
        while (at + 256 < last.size() && event_store::load_length(last.data() + at) != 0)
            at += event_store::load_length(last.data() + at);
        if (at + 256 >= last.size()) continue;
        // as long as a record, so it may reach behind the next one
        constexpr std::uint64_t most = 240;
        for (std::uint64_t i = 4 + faults_random_.below(most); i >= 4; --i)
            last[at + i] = static_cast<std::byte>(faults_random_.next());
        situations_.met(Situation::half_a_record_in_shared_memory);
    }
}

/// Before a start a bit changes. Either the start is refused and nothing is touched (then the bit
/// is put back), or all is well.
void World::try_rot() {
    if (!faults_on_ || !identity_ || storage_.lied()) return;
    if (!strikes(FaultClass::rot, 3, [] { return "rot"; })) return;
    const auto rot = choose_rot(storage_, paths_of(*identity_), *identity_, faults_random_);
    if (!rot) return;
    Bytes before;
    const auto spoil = [&] {
        if (rot->bytes.empty())
            storage_.flip(rot->path, rot->bit);
        else
            before =
                storage_.overwrite(rot->path, rot->bit / 8, before.empty() ? rot->bytes : before);
    };
    spoil();
    situations_.met(rot->situation);
    trace(rot->bit, rot->must_refuse ? 1 : 0);
    if (!rot->must_refuse) return;
    faults_on_ = false;
    const auto image = storage_.image();
    storage_.start_again();
    const auto opened = try_to_open();
    faults_on_ = true;
    if (opened)
        violated("bit {} of {} was flipped, and the start did not notice", rot->bit, rot->path);
    if (storage_.image() != image)
        violated("a refused start changed the disk ({})", opened.error().message);
    spoil();
}

/// One act of the process that writes snapshots. It may die there, alone or with the machine.
void World::make_snapshot() {
    const std::uint64_t faults_before = faults_so_far();
    try {
        const While in_snapshot(in_snapshot_);
        snapshots_.run(*identity_, [this] {
            return faults_so_far() + situations_.count(Situation::disk_full);
        });
    } catch (const Died& died) {
        storage_.start_again();
        ++deaths_;
        trace(0x5A95, static_cast<std::uint64_t>(died.death));
        situations_.met(died.death == Death::power ? Situation::power_lost_inside_a_snapshot
                                                   : Situation::died_inside_a_snapshot);
        if (died.death == Death::power) survive(died);
        return;
    }
    if (faults_so_far() != faults_before) situations_.met(Situation::snapshot_refused_by_the_disk);
}

void World::rest_until_marked() {
    for (std::uint64_t i = 0; !durable_and_marked(); ++i) {
        if (i == 100'000) violated("a log at rest is never marked");
        clock_.advance(second_ns / 1'000);
        step(false);
    }
}

/// A write was reported as done and is not where it should be. The log rests and is marked, the
/// power goes: either the start is refused, or nothing is missing because the place was written
/// again.
void World::settle_the_lie() {
    const bool faults = faults_on_;
    faults_on_ = false;
    std::ranges::fill(paused_until_, 0);
    for (std::uint64_t i = 0; !settled(); ++i) {
        if (i == 60'000) violated("without faults the exchange does not come to rest");
        step(false);
    }
    rest_until_marked();
    bury();
    storage_.lose_power();
    power_was_lost_ = true;
    outside_.reset();
    start_after_the_lie(lie_);
    faults_on_ = faults;
}

/// It is refused, and a backup put in place, or nothing is missing.
void World::start_after_the_lie(Situation found) {
    lie_told_ = false;
    const auto opened = try_to_open();
    if (!opened) {
        situations_.met(found);
        bury();
        storage_.repair();
        start();
    } else {
        check_recovery();
    }
    storage_.repair();
}

}  // namespace bw::simulation
