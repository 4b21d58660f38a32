#include "views/proposals/proposal_book.hpp"

#include "codec/registry.hpp"

namespace bw::views {

namespace {

using Proposing = std::tuple<codec::ReleaseKillSwitch, codec::BustTrade, codec::CorrectTrade,
                             codec::SetRuleSet, codec::EndDayEarly, codec::SetBusinessDate>;

void fill(ProposalRow& row, const codec::ReleaseKillSwitch& command) {
    row.kind = ProposalKind::release;
    row.scope = command.scope;
    row.target = command.id;
}

void fill(ProposalRow& row, const codec::BustTrade& command) {
    row.kind = ProposalKind::bust;
    row.match_number = command.match_number;
}

void fill(ProposalRow& row, const codec::CorrectTrade& command) {
    row.kind = ProposalKind::correction;
    row.match_number = command.match_number;
    row.price = command.price;
}

void fill(ProposalRow& row, const codec::SetRuleSet& command) {
    row.kind = ProposalKind::rule_set;
    row.target = static_cast<std::uint32_t>(command.rule_set);
}

void fill(ProposalRow& row, const codec::EndDayEarly& command) {
    row.kind = ProposalKind::end_day;
    row.target = command.business_date;
}

void fill(ProposalRow& row, const codec::SetBusinessDate& command) {
    row.kind = ProposalKind::business_date;
    row.target = command.business_date;
}

template <class Archive, class Row>
void proposal_fields(Archive& archive, Row& row) {
    archive(row.id);
    base::field_up_to(archive, row.kind, ProposalKind::business_date);
    archive(row.operator_id, row.time_ns);
    base::field_up_to(archive, row.scope, model::KillScope::market);
    archive(row.target, row.match_number, row.price);
}

}  // namespace

std::string_view name_of(ProposalKind kind) {
    switch (kind) {
        case ProposalKind::release: return "release";
        case ProposalKind::bust: return "bust";
        case ProposalKind::correction: return "correction";
        case ProposalKind::rule_set: return "ruleSet";
        case ProposalKind::end_day: return "endDay";
        case ProposalKind::business_date: return "businessDate";
    }
    return "unknown";
}

void ProposalBook::apply(const RecordView&, const codec::ProposalMade& event) {
    ProposalRow row;
    row.id = event.proposal;
    row.operator_id = event.operator_id;
    row.time_ns = now_ns_;
    const auto command = commands_(event.command_sequence);
    codec::visit<Proposing>(command, [&row](const auto& proposed) { fill(row, proposed); });
    open_[row.id] = row;
}

void ProposalBook::apply(const RecordView&, const codec::KillSwitchSet& event) {
    if (event.on == 0) approved(event.command_sequence);
}

void ProposalBook::apply(const RecordView&, const codec::TradeBusted& event) {
    approved(event.command_sequence);
}

void ProposalBook::apply(const RecordView&, const codec::TradeCorrected& event) {
    approved(event.command_sequence);
}

/// Also told at the end of a day, and by a new exchange: then no approval is the cause.
void ProposalBook::apply(const RecordView&, const codec::RuleSetChanged& event) {
    if (event.approved_by != 0) approved(event.command_sequence);
}

/// Also told by a new exchange.
void ProposalBook::apply(const RecordView&, const codec::BusinessDateSet& event) {
    if (event.approved_by != 0) approved(event.command_sequence);
}

/// The end of a day was perhaps a proposal itself; it takes away all.
void ProposalBook::apply(const RecordView&, const codec::DayEnded&) { open_.clear(); }

void ProposalBook::approved(model::SequenceNumber command) {
    const auto bytes = commands_(command);
    codec::visit<std::tuple<codec::Approve>>(
        bytes, [this](const codec::Approve& approve) { open_.erase(approve.proposal); });
}

void ProposalBook::save(base::FieldWriter& out) const {
    out(now_ns_);
    out.count(open_.size());
    for (const auto& [id, row] : open_) proposal_fields(out, row);
}

bool ProposalBook::load(base::FieldReader& in) {
    reset();
    in(now_ns_);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        ProposalRow row;
        proposal_fields(in, row);
        open_[row.id] = row;
    }
    if (!in.good()) reset();
    return in.good();
}

void ProposalBook::reset() {
    now_ns_ = 0;
    open_.clear();
}

const ProposalRow* ProposalBook::find(std::uint64_t id) const {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

}  // namespace bw::views
