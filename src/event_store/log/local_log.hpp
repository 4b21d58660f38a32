// LocalLog: the command log of a single node. Orders by itself, commits when its own storage keeps
// what the mode promises.
#pragma once

#include "event_store/log/command_log.hpp"
#include "event_store/log/durable_writer.hpp"
#include "event_store/log/log_writer.hpp"

namespace bw::event_store {

class LocalLog final : public CommandLog {
 public:
    LocalLog(SegmentWindow& window, const LogPosition& at, DurableWriter& durable, Durability mode)
        : writer_(window, at), durable_(durable), mode_(mode) {}

    [[nodiscard]] AppendResult append(std::span<const StampedCommand> batch) override;
    [[nodiscard]] std::uint64_t committed_sequence() const override;
    [[nodiscard]] std::uint64_t appended_sequence() const override {
        return writer_.appended_sequence();
    }
    [[nodiscard]] Role role() const override { return Role::leader; }
    /// A single node installs no state from others, so the hooks are never called.
    void set_snapshot_hooks(SnapshotHooks*) override {}
    /// In mode `memory` what is appended is committed, so the one who appends knows first.
    void wake_on_commit(platform::WakeUp* waiter) override { durable_.wake_when_durable(waiter); }
    /// Nothing: the durable writer and the preparer have threads of their own.
    std::size_t do_work() override { return 0; }

    /// Timestamp of the newest command: no later one may be earlier. 0 for an empty log.
    [[nodiscard]] std::uint64_t last_timestamp_ns() const { return writer_.last_timestamp_ns(); }
    bool begin_next_segment() { return writer_.begin_next_segment(); }
    [[nodiscard]] std::uint64_t sure_room() const { return writer_.sure_room(); }
    [[nodiscard]] std::uint64_t appended_bytes() const { return writer_.appended_bytes(); }

 private:
    LogWriter writer_;
    DurableWriter& durable_;
    Durability mode_;
};

}  // namespace bw::event_store
