#include "base/growing_index.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include "base/hash.hpp"
#include "base/lazy_array.hpp"

namespace bw::base {
namespace {

/// Keys beside a std::map. `spread` = 0 puts every key into one chain.
void compare_with_a_map(std::uint64_t seed, std::uint64_t spread) {
    constexpr std::uint32_t capacity = 3'000;
    std::mt19937_64 random(seed);
    GrowingIndex index(capacity);
    std::vector<std::uint64_t> keys;
    std::map<std::uint64_t, GrowingIndex::Entry> model;
    const auto hash_of = [&](std::uint64_t key) { return mix64(key) & spread; };
    const auto find = [&](std::uint64_t key) {
        return index.find(hash_of(key),
                          [&](GrowingIndex::Entry entry) { return keys[entry] == key; });
    };
    for (int round = 0; round < 3; ++round) {
        while (!index.full()) {
            const std::uint64_t key = random() % 8'000;
            const auto known = model.find(key);
            ASSERT_EQ(find(key), known == model.end() ? GrowingIndex::none : known->second) << key;
            if (known != model.end()) continue;
            keys.push_back(key);
            model[key] = index.insert(hash_of(key));
            ASSERT_EQ(model[key], keys.size() - 1) << "entries are numbered in order";
        }
        ASSERT_EQ(index.size(), capacity);
        for (const auto& [key, entry] : model) ASSERT_EQ(find(key), entry) << key;
        index.clear();
        for (const std::uint64_t key : keys)
            ASSERT_EQ(find(key), GrowingIndex::none) << "forgotten";
        keys.clear();
        model.clear();
    }
}

TEST(GrowingIndex, finds_what_a_map_finds) {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 9;
    SCOPED_TRACE("BW_SEED=" + std::to_string(seed));
    compare_with_a_map(seed, ~0ull);
}

TEST(GrowingIndex, finds_what_a_map_finds_when_hashes_collide) {
    compare_with_a_map(1, 0xFF);
    compare_with_a_map(2, 0);
}

TEST(LazyArray, starts_with_zeroes_and_moves_without_copying) {
    LazyArray<std::uint64_t> array(100'000);
    EXPECT_EQ(array.size(), 100'000u);
    for (std::size_t i = 0; i < array.size(); i += 997) ASSERT_EQ(array[i], 0u);
    array[99'999] = 7;
    const std::uint64_t* where = &array[0];
    LazyArray<std::uint64_t> moved(std::move(array));
    EXPECT_EQ(&moved[0], where);
    EXPECT_EQ(moved[99'999], 7u);
}

}  // namespace
}  // namespace bw::base
