// Answers are found however their bytes arrive, pipelined ones too; other bytes break the
// connection.
#include "bench/http_answers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace bw::bench {
namespace {

const std::string created =
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
    "Connection: keep-alive\r\n\r\n{\"id\":17}";
const std::string refused =
    "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nConnection: close\r\n\r\n";

void receive(HttpAnswers& answers, std::string_view bytes) {
    const std::span<char> room = answers.room();
    ASSERT_GE(room.size(), bytes.size());
    std::ranges::copy(bytes, room.begin());
    answers.received(bytes.size());
}

TEST(HttpAnswers, reads_status_body_and_whether_the_server_closes) {
    HttpAnswers answers;
    receive(answers, created + refused);
    const auto first = answers.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 201u);
    EXPECT_EQ(first->body, "{\"id\":17}");
    EXPECT_FALSE(first->closes);
    const auto second = answers.next();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->status, 429u);
    EXPECT_EQ(second->body, "");
    EXPECT_TRUE(second->closes);
    EXPECT_FALSE(answers.next());
    EXPECT_FALSE(answers.broken());
}

TEST(HttpAnswers, finds_answers_in_bytes_that_arrive_one_by_one) {
    HttpAnswers answers(128);  // smaller than both together
    const std::string bytes = created + created;
    std::size_t found = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        receive(answers, bytes.substr(i, 1));
        if (const auto answer = answers.next()) {
            EXPECT_EQ(answer->body, "{\"id\":17}");
            EXPECT_EQ((i + 1) % created.size(), 0u);
            ++found;
        }
    }
    EXPECT_EQ(found, 2u);
}

TEST(HttpAnswers, has_no_room_for_an_answer_above_its_capacity) {
    HttpAnswers answers(64);
    receive(answers, std::string_view(created).substr(0, 64));
    EXPECT_FALSE(answers.next());
    EXPECT_TRUE(answers.room().empty());
}

TEST(HttpAnswers, is_broken_by_what_is_not_an_answer_with_a_length) {
    for (const std::string_view bytes :
         {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n", "hello\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "HTTP/1.1 \r\n\r\n"}) {
        HttpAnswers answers;
        receive(answers, bytes);
        EXPECT_FALSE(answers.next()) << bytes;
        EXPECT_TRUE(answers.broken()) << bytes;
    }
}

}  // namespace
}  // namespace bw::bench
