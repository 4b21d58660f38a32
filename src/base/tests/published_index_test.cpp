#include "base/published_index.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace bw::base {
namespace {

struct Entry {
    std::uint64_t number;
    std::uint64_t check;  // ~number
};

TEST(PublishedIndex, finds_what_was_inserted_and_nothing_else) {
    PublishedIndex<Entry> index;
    EXPECT_EQ(index.find(0), nullptr);
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        entries.push_back({i * 3, ~(i * 3)});
        index.insert(i * 3, &entries.back());
        ASSERT_EQ(index.find(i * 3), &entries.back());
        ASSERT_EQ(index.find(i * 3 + 1), nullptr);
    }
    EXPECT_EQ(index.size(), 5'000u);
    for (const Entry& entry : entries) ASSERT_EQ(index.find(entry.number), &entry);
}

TEST(PublishedIndex, is_read_while_it_grows) {
    constexpr std::uint64_t count = 50'000;
    PublishedIndex<Entry> index;
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i < count; ++i) entries.push_back({i, ~i});
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 3; ++reader)
        readers.emplace_back([&index] {
            std::uint64_t next = 0;  // entries come in order: what is there stays there
            while (next < count) {
                const Entry* entry = index.find(next);
                if (entry == nullptr) continue;
                EXPECT_EQ(entry->number, next);
                EXPECT_EQ(entry->check, ~next);
                ++next;
            }
        });
    for (const Entry& entry : entries) index.insert(entry.number, &entry);
}

}  // namespace
}  // namespace bw::base
