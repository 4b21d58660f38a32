// LocalLog: the command log of a single node. It is always the leader, and a command is committed
// once this node's storage keeps it as the mode promises. Threads: as CommandLog.
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
    /// Has no effect in mode `memory`, where an appended command is committed at once.
    void wake_on_commit(platform::WakeUp* waiter) override { durable_.wake_when_durable(waiter); }
    /// Does nothing: the durable writer and the preparer have their own threads.
    std::size_t do_work() override { return 0; }

    /// Timestamp of the newest command; a later command must not be earlier. 0: the log is empty.
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
