// MarketView: what the scheduler knows of the market, folded from events. A Projection
// (views/projection/projection.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "scheduler/limit_bands.hpp"
#include "scheduler/timetable.hpp"
#include "views/projection/projection.hpp"

namespace bw::scheduler {

/// The gateway number in the request ids of the scheduler's commands: the last one, far from those
/// of client gateways.
inline constexpr std::uint16_t gateway_number = 0xFFFF;

struct InstrumentRow {
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason reason = model::HaltReason::none;
    std::uint64_t since_ns = 0;  ///< in this state
    /// somebody other than the scheduler set it; false for a new listing
    bool by_other = false;

    std::uint64_t limit_state_command = 0;  ///< began its limit state; 0: not in one
    std::uint64_t limit_state_ns = 0;
    std::uint64_t pause_sent_for = 0;  ///< the limit state for which a pause was requested

    model::Price tick;
    model::Price reference;
    std::optional<LimitBands> bands;
    std::uint64_t bands_ns = 0;  ///< since when
    MeanPrice mean;
};

class MarketView {
 public:
    using Events = std::tuple<codec::TradeExecuted, codec::InstrumentUpdated,
                              codec::LimitStateChanged, codec::LimitBandsSet, codec::SharesSplit,
                              codec::DayEnded, codec::BusinessDateSet, codec::CommandRejected,
                              codec::MarketStateSet, codec::IndicativesPublished>;

    /// `follow_prices`: keep the trades from which limit bands are computed.
    explicit MarketView(bool follow_prices) : follow_prices_(follow_prices) {}

    void begin(const views::RecordView& record);
    void apply(const views::RecordView& record, const views::AnyEvent& event);
    void end(const views::RecordView& record);

    /// The same bytes among views that follow prices. The scheduler's own notes (pauses it
    /// requested, refusals in a row) are not included.
    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset() { *this = MarketView(follow_prices_); }

    [[nodiscard]] std::map<model::InstrumentId, InstrumentRow>& instruments() {
        return instruments_;
    }
    [[nodiscard]] std::uint32_t last_ended_day() const { return last_ended_day_; }
    [[nodiscard]] const AuctionEnds& auction_ends() const { return auction_ends_; }
    [[nodiscard]] std::uint64_t first_event_ns() const { return first_event_ns_; }
    [[nodiscard]] std::uint64_t last_event_ns() const { return last_event_ns_; }
    /// The scheduler's newest request whose events have all been seen.
    [[nodiscard]] model::RequestId answered() const { return answered_; }
    /// When a state change of the scheduler was last refused; 0: never.
    [[nodiscard]] std::uint64_t refused_ns() const { return refused_ns_; }
    /// How many of the scheduler's commands were refused since one was not.
    [[nodiscard]] std::uint32_t refused_in_a_row() const { return refused_in_a_row_; }
    /// Something changed that may require a command.
    [[nodiscard]] bool has_changed() const { return changed_; }
    void forget_change() { changed_ = false; }

 private:
    void on(const codec::TradeExecuted& event);
    void on(const codec::InstrumentUpdated& event);
    void on(const codec::LimitStateChanged& event);
    void on(const codec::LimitBandsSet& event);
    void on(const codec::SharesSplit& event);
    void on(const codec::DayEnded& event);
    void on(const codec::BusinessDateSet& event);
    void on(const codec::CommandRejected& event);
    void on(const codec::MarketStateSet& event) { note_request(event.request_id); }
    void on(const codec::IndicativesPublished& event) { note_request(event.request_id); }
    void enter(InstrumentRow& row, const codec::InstrumentUpdated& event);
    bool note_request(model::RequestId id);

    bool follow_prices_;
    std::map<model::InstrumentId, InstrumentRow> instruments_;
    std::uint32_t last_ended_day_ = 0;
    AuctionEnds auction_ends_;
    std::uint64_t first_event_ns_ = 0;
    std::uint64_t last_event_ns_ = 0;
    model::RequestId own_request_;  // of the command whose events are being read
    model::RequestId answered_;
    std::uint64_t refused_ns_ = 0;
    std::uint32_t refused_in_a_row_ = 0;
    bool own_refused_ = false;  // the command whose events are being read
    bool changed_ = true;
};
static_assert(views::Projection<MarketView>);

}  // namespace bw::scheduler
