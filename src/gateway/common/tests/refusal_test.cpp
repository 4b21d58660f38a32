#include "gateway/common/refusal.hpp"

#include <gtest/gtest.h>

#include "codec/commands.hpp"

namespace bw::gateway::common {
namespace {

using model::RejectReason;

TEST(Refusal, one_reason_means_another_member_in_another_command) {
    const auto field = [](RejectReason reason, std::uint16_t command) {
        return refusal_of(reason, command).field;
    };
    EXPECT_EQ(field(RejectReason::bad_quantity, codec::NewOrder::template_id), "quantity");
    EXPECT_EQ(field(RejectReason::bad_quantity, codec::MoveCash::template_id), "amount");
    EXPECT_EQ(field(RejectReason::insufficient_cash, codec::NewOrder::template_id), "");
    EXPECT_EQ(field(RejectReason::insufficient_cash, codec::MoveCash::template_id), "amount");
}

TEST(Refusal, has_the_code_and_the_sentence_of_its_reason_unless_a_command_has_its_own) {
    for (const RejectReason reason : model::values_of<RejectReason>()) {
        const Problem refusal = refusal_of(reason, codec::CancelOrder::template_id);
        EXPECT_EQ(refusal.code, static_cast<std::uint16_t>(reason));
        EXPECT_EQ(refusal.detail, sentence_of(reason));
    }
    const Problem refusal =
        refusal_of(RejectReason::value_overflow, codec::MoveShares::template_id);
    EXPECT_EQ(refusal.code, static_cast<std::uint16_t>(RejectReason::value_overflow));
    EXPECT_NE(refusal.detail, sentence_of(RejectReason::value_overflow));
}

}  // namespace
}  // namespace bw::gateway::common
