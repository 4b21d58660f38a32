// ProposalBook: the proposals that wait for the approval of another operator.
//
// The event of a proposal does not say what is proposed, and the event of an approval does not say
// which proposal it was: both stand in the command that caused it. So the book reads those few
// commands, by their sequence number, from whoever keeps them. A Projection
// (views/projection/projection.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"
#include "views/projection/projection.hpp"

namespace bw::views {

enum class ProposalKind : std::uint8_t {
    release,
    bust,
    correction,
    rule_set,
    end_day,
    business_date
};
[[nodiscard]] std::string_view name_of(ProposalKind kind);

struct ProposalRow {
    std::uint64_t id = 0;
    ProposalKind kind = ProposalKind::release;
    std::uint32_t operator_id = 0;  ///< who proposed
    std::uint64_t time_ns = 0;
    model::KillScope scope = model::KillScope::market;  ///< release
    /// release: account or firm, 0: the market; of a rule set its number; of a day yyyymmdd
    std::uint32_t target = 0;
    model::MatchNumber match_number;  ///< bust, correction
    model::Price price;               ///< correction
};

class ProposalBook {
 public:
    using Events = std::tuple<codec::ProposalMade, codec::KillSwitchSet, codec::TradeBusted,
                              codec::TradeCorrected, codec::RuleSetChanged, codec::BusinessDateSet,
                              codec::DayEnded>;
    /// The command with this number (SBE header and block); empty when it cannot be read.
    using CommandSource = std::function<std::vector<std::byte>(model::SequenceNumber)>;

    explicit ProposalBook(CommandSource commands) : commands_(std::move(commands)) {}

    void begin(const RecordView& record) { now_ns_ = record.timestamp_ns; }
    void apply(const RecordView& record, const codec::ProposalMade& event);
    void apply(const RecordView& record, const codec::KillSwitchSet& event);
    void apply(const RecordView& record, const codec::TradeBusted& event);
    void apply(const RecordView& record, const codec::TradeCorrected& event);
    void apply(const RecordView& record, const codec::RuleSetChanged& event);
    void apply(const RecordView& record, const codec::BusinessDateSet& event);
    void apply(const RecordView& record, const codec::DayEnded& event);

    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    [[nodiscard]] const std::map<std::uint64_t, ProposalRow>& open() const { return open_; }
    /// nullptr: not open.
    [[nodiscard]] const ProposalRow* find(std::uint64_t id) const;

 private:
    void approved(model::SequenceNumber command);

    CommandSource commands_;
    std::uint64_t now_ns_ = 0;
    std::map<std::uint64_t, ProposalRow> open_;
};

}  // namespace bw::views
