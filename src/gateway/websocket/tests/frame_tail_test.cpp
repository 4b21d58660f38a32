// Tails of frames that clients share.
#include "gateway/websocket/frame_tail.hpp"

#include <gtest/gtest.h>

namespace bw::gateway::websocket {
namespace {

TEST(FrameTails, one_is_built_for_all_clients_at_the_same_place) {
    FrameTails<int> tails;
    int built = 0;
    const auto tail = [&](std::uint64_t sent_at, std::uint64_t now) {
        return tails.get(sent_at, now, [&] { return FrameTail<int>{std::to_string(++built)}; })
            .text;
    };
    EXPECT_EQ(tail(nothing_sent, 7), "1");
    EXPECT_EQ(tail(5, 7), "2");
    EXPECT_EQ(tail(4, 7), "3");
    EXPECT_EQ(tail(5, 7), "2");
    EXPECT_EQ(tail(nothing_sent, 7), "1");
    EXPECT_EQ(tail(5, 8), "4") << "the market has moved";
    EXPECT_EQ(tail(7, 8), "5");
    EXPECT_EQ(tail(nothing_sent, 7), "6") << "the oldest one made room";
}

}  // namespace
}  // namespace bw::gateway::websocket
