// Totals: what can be said of the whole exchange in a few numbers, without anybody's orders or
// balances: for its status page. A Projection (views/projection/projection.hpp).
#pragma once

#include <cstdint>
#include <map>

#include "codec/events.hpp"
#include "model/types.hpp"
#include "views/reference_data/reference_data.hpp"

namespace bw::views {

struct Counts {
    std::uint64_t accounts = 0;
    std::uint64_t orders = 0;  ///< ids given so far
    std::uint64_t open_orders = 0;
    std::uint64_t trades = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
};

class Totals {
 public:
    using Events = std::tuple<codec::AccountUpdated, codec::CommandRejected, codec::OrderAccepted,
                              codec::OrderCancelled, codec::TradeExecuted, codec::TradeBusted>;
    using After = std::tuple<ReferenceData>;
    using Fees = std::map<model::Currency, model::Money>;

    explicit Totals(const ReferenceData& reference) : reference_(reference) {}

    void apply(const RecordView& record, const codec::AccountUpdated& event);
    void apply(const RecordView& record, const codec::CommandRejected& event);
    void apply(const RecordView& record, const codec::OrderAccepted& event);
    void apply(const RecordView& record, const codec::OrderCancelled& event);
    void apply(const RecordView& record, const codec::TradeExecuted& event);
    void apply(const RecordView& record, const codec::TradeBusted& event);

    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();
    /// As load(), from where the file of snapshots has these: the accounts up to `last_account`.
    void restore(const Counts& counts, model::AccountId last_account, Fees fees_collected);

    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] const Fees& fees_collected() const { return fees_collected_; }

 private:
    void collect(model::InstrumentId instrument, model::Money fees);

    const ReferenceData& reference_;
    Counts counts_;
    model::AccountId last_account_;  // ids rise as accounts are opened
    Fees fees_collected_;
};

}  // namespace bw::views
