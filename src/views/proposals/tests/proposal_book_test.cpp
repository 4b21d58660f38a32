// Proposals come from events and the commands that those name.
#include "views/proposals/proposal_book.hpp"

#include <gtest/gtest.h>

#include "codec/commands.hpp"
#include "views/projection/tests/record_writer.hpp"

namespace bw::views::testing {
namespace {

class ProposalBookTest : public ::testing::Test {
 protected:
    ProposalBookTest() {
        writer.listener = [this](const RecordView& record) { fold(record, book); };
    }

    /// Keeps the command; its number.
    template <class Command>
    model::SequenceNumber command(Command body) {
        codec::Frame<Command> frame;
        frame.body = body;
        const auto bytes = codec::bytes_of(frame);
        commands.emplace_back(bytes.begin(), bytes.end());
        return model::SequenceNumber{commands.size()};
    }

    void propose(std::uint64_t id, model::SequenceNumber of) {
        codec::ProposalMade made{};
        made.command_sequence = of, made.proposal = id, made.operator_id = 4;
        writer.write(made);
    }

    std::vector<std::vector<std::byte>> commands;
    ProposalBook book{
        [this](model::SequenceNumber number) { return commands.at(number.value() - 1); }};
    RecordWriter writer;
};

TEST_F(ProposalBookTest, says_what_is_proposed_and_by_whom) {
    codec::CorrectTrade correct{};
    correct.match_number = model::MatchNumber{9}, correct.price = model::Price{12'500};
    propose(1, command(correct));
    codec::ReleaseKillSwitch release{};
    release.scope = model::KillScope::firm, release.id = 77;
    propose(2, command(release));
    ASSERT_EQ(book.open().size(), 2u);
    EXPECT_EQ(book.find(1)->kind, ProposalKind::correction);
    EXPECT_EQ(book.find(1)->match_number, model::MatchNumber{9});
    EXPECT_EQ(book.find(1)->price, model::Price{12'500});
    EXPECT_EQ(book.find(1)->operator_id, 4u);
    EXPECT_EQ(book.find(2)->kind, ProposalKind::release);
    EXPECT_EQ(book.find(2)->scope, model::KillScope::firm);
    EXPECT_EQ(book.find(2)->target, 77u);
}

TEST_F(ProposalBookTest, an_approval_takes_away_the_proposal_that_its_command_names) {
    codec::BustTrade bust{};
    bust.match_number = model::MatchNumber{9};
    propose(1, command(bust));
    propose(2, command(bust));
    codec::Approve approve{};
    approve.proposal = 2;
    codec::TradeBusted busted{};
    busted.command_sequence = command(approve);
    writer.write(busted);
    EXPECT_NE(book.find(1), nullptr);
    EXPECT_EQ(book.find(2), nullptr);
}

TEST_F(ProposalBookTest, a_kill_switch_that_is_set_is_no_approval) {
    codec::ReleaseKillSwitch release{};
    propose(1, command(release));
    codec::KillSwitchSet set{};
    set.on = 1, set.command_sequence = command(codec::KillSwitch{});
    writer.write(set);
    EXPECT_NE(book.find(1), nullptr);
    codec::Approve approve{};
    approve.proposal = 1;
    set.on = 0, set.command_sequence = command(approve);
    writer.write(set);
    EXPECT_EQ(book.find(1), nullptr);
}

TEST_F(ProposalBookTest, rules_that_come_into_force_are_no_approval) {
    codec::SetRuleSet set{};
    set.rule_set = model::RuleSet::version_2;
    propose(1, command(set));
    ASSERT_NE(book.find(1), nullptr);
    EXPECT_EQ(book.find(1)->kind, ProposalKind::rule_set);
    EXPECT_EQ(book.find(1)->target, 2u);
    codec::Approve approve{};
    approve.proposal = 1;
    codec::RuleSetChanged changed{};
    changed.rule_set = model::RuleSet::version_2;
    changed.in_force = 1, changed.command_sequence = command(approve);
    writer.write(changed);
    EXPECT_NE(book.find(1), nullptr);
    changed.in_force = 0, changed.proposed_by = 1, changed.approved_by = 2;
    writer.write(changed);
    EXPECT_EQ(book.find(1), nullptr);
}

TEST_F(ProposalBookTest, the_end_of_the_day_takes_all_away) {
    propose(1, command(codec::BustTrade{}));
    writer.write(codec::DayEnded{});
    EXPECT_TRUE(book.open().empty());
}

}  // namespace
}  // namespace bw::views::testing
