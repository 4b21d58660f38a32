// A venue of phases only, for the tests of the scheduler: it takes the commands that the scheduler
// sends, keeps the rules about states from docs/internals/trading-rules.md, and answers with
// events. Nothing is traded; trades are told to it.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "codec/header.hpp"
#include "codec/registry.hpp"
#include "event_store/log/record.hpp"
#include "platform/clock.hpp"
#include "scheduler/phase_scheduler.hpp"
#include "scheduler/transitions.hpp"
#include "sequencer/command_port.hpp"
#include "support/seeded_random.hpp"

namespace bw::scheduler::tests {

using model::HaltReason;
using model::InstrumentId;
using model::InstrumentState;
using enum model::InstrumentState;

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t minute_ns = 60 * second_ns;

inline std::uint64_t test_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

class ManualClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ns; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 0;
};

using test_support::SeededRandom;

/// One change of state, for the tests to look at.
struct Entry {
    std::uint64_t at_ns;
    std::uint32_t instrument;
    InstrumentState from;
    InstrumentState to;
    std::uint16_t gateway;   ///< of who asked for it
    HaltReason left_reason;  ///< of the state before
};

class SmallVenue final : public sequencer::CommandPort {
 public:
    static constexpr std::uint16_t operator_gateway = 1;

    explicit SmallVenue(const ManualClock& clock) : clock_(clock) {}

    // --- what happened ---
    std::vector<Entry> entries;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> ended_days;    // when, yyyymmdd
    std::vector<std::uint64_t> indicatives;                             // when
    std::vector<std::pair<std::uint64_t, codec::SetLimitBands>> bands;  // when, what
    std::vector<codec::PauseOnLimitState> pauses;
    std::size_t refused = 0;
    std::size_t market_wide = 0;
    std::size_t room = 1'000;  ///< of the ring
    bool refuses_all = false;  ///< that the scheduler sends

    [[nodiscard]] InstrumentState state(std::uint32_t id) const { return rows_.at(id).state; }
    [[nodiscard]] HaltReason reason(std::uint32_t id) const { return rows_.at(id).reason; }

    // --- the scheduler's way in, and the operator's ---
    [[nodiscard]] bool try_send(std::span<const std::byte> message) override {
        if (queue_.size() >= room) return false;
        queue_.emplace_back(message.begin(), message.end());
        return true;
    }
    template <class Message>
    void ask(Message message) {
        message.request_id = model::make_request_id(operator_gateway, ++operator_requests_);
        codec::Frame<Message> frame;
        frame.body = message;
        const auto bytes = codec::bytes_of(frame);
        queue_.emplace_back(bytes.begin(), bytes.end());
        run();
    }
    void set_state(std::uint32_t id, InstrumentState to, HaltReason why = HaltReason::none) {
        codec::SetInstrumentState command{};
        command.instrument = InstrumentId{id};
        command.state = to;
        command.reason = why;
        ask(command);
    }
    void list(std::uint32_t id) {
        begin();
        rows_[id] = {};
        updated(id, model::make_request_id(operator_gateway, ++operator_requests_));
        end();
    }
    /// As two operators do; `date` may be earlier than the last that ended.
    void set_last_day(std::uint32_t date) {
        begin();
        codec::BusinessDateSet event{};
        event.request_id = model::make_request_id(operator_gateway, ++operator_requests_);
        event.business_date = date;
        event.approved_by = 2;
        while (!ended_days.empty() && ended_days.back().second > date) ended_days.pop_back();
        emit(event);
        end();
    }
    void trip_breaker(std::uint8_t level) {
        codec::TripBreaker command{};
        command.level = level;
        ask(command);
    }
    void trade(std::uint32_t id, std::int64_t price) {
        begin();
        codec::TradeExecuted event{};
        event.instrument = InstrumentId{id};
        event.price = model::Price{price};
        rows_[id].reference = event.price;
        emit(event);
        end();
    }
    std::uint64_t limit_state(std::uint32_t id, bool entered) {
        begin();
        codec::LimitStateChanged event{};
        event.instrument = InstrumentId{id};
        event.entered = entered ? 1 : 0;
        rows_[id].limit_state = entered ? sequence_ : 0;
        emit(event);
        end();
        return sequence_;
    }
    /// What the engine does when matching leaves the execution range.
    void interrupt(std::uint32_t id) {
        begin();
        enter(id, volatility_auction, HaltReason::volatility,
              model::make_request_id(operator_gateway, ++operator_requests_));
        end();
    }

    /// Applies what has been sent.
    void run() {
        while (!queue_.empty()) {
            const std::vector<std::byte> message = std::move(queue_.front());
            queue_.pop_front();
            begin();
            const bool known = codec::visit<codec::AllCommands>(
                message, [this](const auto& command) { on(command); });
            EXPECT_TRUE(known);
            end();
        }
    }
    /// What a killed process had in its ring is gone.
    void lose_ring() { queue_.clear(); }

    [[nodiscard]] std::size_t events() const { return log_.size(); }
    [[nodiscard]] event_store::RecordView event(std::size_t index) const {
        const Stored& stored = log_[index];
        return {index + 1, stored.timestamp_ns, stored.note, stored.bytes};
    }

 private:
    struct Row {
        InstrumentState state = trading;
        HaltReason reason = HaltReason::none;
        std::uint64_t limit_state = 0;
        model::Price reference{1'000'000};
    };
    struct Stored {
        std::uint64_t timestamp_ns;
        std::uint32_t note;
        std::vector<std::byte> bytes;
    };

    void begin() { ++sequence_; }
    void end() { log_.back().note = event_store::note_last_event_of_command; }
    template <class Event>
    void emit(Event event) {
        event.command_sequence = model::SequenceNumber{sequence_};
        codec::Frame<Event> frame;
        frame.body = event;
        const auto bytes = codec::bytes_of(frame);
        log_.push_back({clock_.now_ns, 0, {bytes.begin(), bytes.end()}});
    }
    void updated(std::uint32_t id, model::RequestId request) {
        codec::InstrumentUpdated event{};
        event.request_id = request;
        event.instrument = InstrumentId{id};
        event.tick_size = model::Price{100};
        event.reference_price = rows_[id].reference;
        event.state = rows_[id].state;
        event.reason = rows_[id].reason;
        emit(event);
    }
    void enter(std::uint32_t id, InstrumentState to, HaltReason why, model::RequestId request) {
        Row& row = rows_[id];
        if (row.state != to)
            entries.push_back(
                {clock_.now_ns, id, row.state, to, model::gateway_of(request), row.reason});
        row.state = to;
        row.reason = to == trading ? HaltReason::none : why;
        if (to != trading) row.limit_state = 0;
        updated(id, request);
    }
    template <class Command>
    void refuse(const Command& command, model::RejectReason why) {
        ++refused;
        codec::CommandRejected event{};
        event.request_id = command.request_id;
        event.command_template = Command::template_id;
        event.reason = why;
        emit(event);
    }
    void market_set(model::RequestId request, InstrumentState to) {
        codec::MarketStateSet event{};
        event.request_id = request;
        event.state = to;
        emit(event);
    }

    void on(const codec::SetInstrumentState& command) {
        if (refuses_all && model::gateway_of(command.request_id) == gateway_number)
            return refuse(command, model::RejectReason::wrong_phase);
        const auto may = [&](const Row& row) {
            return row.state != delisted &&
                   (row.state == command.state || is_allowed(row.state, command.state));
        };
        if (const std::uint32_t id = command.instrument.value(); id != 0) {
            if (!may(rows_.at(id))) return refuse(command, model::RejectReason::wrong_phase);
            return enter(id, command.state, command.reason, command.request_id);
        }
        ++market_wide;
        for (const auto& [id, row] : rows_)
            if (may(row)) enter(id, command.state, command.reason, command.request_id);
        market_set(command.request_id, command.state);
    }
    void on(const codec::TripBreaker& command) {
        const InstrumentState to = command.level == 3 ? closed : halted;
        for (const auto& [id, row] : rows_)
            if (is_allowed(row.state, to))
                enter(id, to, HaltReason::market_wide, command.request_id);
        market_set(command.request_id, to);
    }
    void on(const codec::PublishIndicative& command) {
        indicatives.push_back(clock_.now_ns);
        codec::IndicativesPublished event{};
        event.request_id = command.request_id;
        emit(event);
    }
    void on(const codec::PauseOnLimitState& command) {
        pauses.push_back(command);
        const std::uint32_t id = command.instrument.value();
        if (rows_.at(id).limit_state != command.since.value() || command.since.value() == 0)
            return refuse(command, model::RejectReason::not_in_limit_state);
        enter(id, halted, HaltReason::limit_up_limit_down, command.request_id);
    }
    void on(const codec::SetLimitBands& command) {
        bands.emplace_back(clock_.now_ns, command);
        codec::LimitBandsSet event{};
        event.request_id = command.request_id;
        event.instrument = command.instrument;
        event.lower = command.lower;
        event.upper = command.upper;
        emit(event);
    }
    void on(const codec::EndDay& command) {
        if (!ended_days.empty() && command.business_date <= ended_days.back().second)
            return refuse(command, model::RejectReason::bad_configuration);
        ended_days.emplace_back(clock_.now_ns, command.business_date);
        codec::DayEnded event{};
        event.request_id = command.request_id;
        event.business_date = command.business_date;
        emit(event);
    }
    template <class Command>
    void on(const Command&) {
        ADD_FAILURE() << "the scheduler does not send " << Command::name;
    }

    const ManualClock& clock_;
    std::map<std::uint32_t, Row> rows_;
    std::deque<std::vector<std::byte>> queue_;
    std::vector<Stored> log_;
    std::uint64_t sequence_ = 0;
    std::uint64_t operator_requests_ = 0;
};

/// A venue, a clock, and a scheduler that can be stopped and started.
class World {
 public:
    World(std::uint64_t seed, SchedulerOptions options, std::uint64_t begin_ns)
        : random_(seed), options_(std::move(options)), venue(clock) {
        clock.now_ns = begin_ns;
    }

    void start() {
        scheduler_ = std::make_unique<PhaseScheduler>(venue, clock, random_, options_);
        read_ = 0;
        deliver();
    }
    /// The exchange was away for so long and is back.
    void fail_for(std::uint64_t length_ns) {
        stop();
        clock.now_ns += length_ns;
        start();
        scheduler_->note_outage();
        settle();
    }
    void stop() {
        scheduler_.reset();
        venue.lose_ring();
    }
    /// Turns until nothing happens any more.
    void settle() {
        if (!scheduler_) return;
        for (int turns = 0;; ++turns) {
            ASSERT_LT(turns, 2'000) << "the scheduler does not come to rest";
            deliver();
            if (scheduler_->do_work() == 0) return;
            venue.run();
        }
    }
    void run_until(std::uint64_t moment_ns, std::uint64_t step_ns = second_ns) {
        while (clock.now_ns < moment_ns) {
            clock.now_ns = std::min(clock.now_ns + step_ns, moment_ns);
            settle();
            if (::testing::Test::HasFatalFailure()) return;
        }
    }
    void run_for(std::uint64_t length_ns) { run_until(clock.now_ns + length_ns); }

    [[nodiscard]] Hindrance hindrance() const { return scheduler_->hindrance(); }

    ManualClock clock;

 private:
    void deliver() {
        while (read_ < venue.events()) scheduler_->apply(venue.event(read_++));
    }

    SeededRandom random_;
    SchedulerOptions options_;
    std::unique_ptr<PhaseScheduler> scheduler_;
    std::size_t read_ = 0;

 public:
    SmallVenue venue;
};

}  // namespace bw::scheduler::tests
