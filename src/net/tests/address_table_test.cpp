// Connections and turns of addresses, by hand and beside a dumb model that keeps every refusal.
#include "net/address_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "support/seed.hpp"

namespace bw::net {
namespace {

constexpr std::uint64_t ms = 1'000'000;

/// 10.0.x.y by number.
Address numbered(unsigned number) {
    Address address = *Address::parse("10.0.0.0");
    address.bytes[14] = static_cast<std::byte>(number >> 8);
    address.bytes[15] = static_cast<std::byte>(number);
    return address;
}
const Address a = numbered(1);
const Address b = numbered(2);

TEST(AddressTable, an_address_has_its_own_number_of_connections) {
    AddressTable table({.connections_max = 2});
    EXPECT_TRUE(table.connect(a, 0));
    EXPECT_TRUE(table.connect(a, 0));
    EXPECT_FALSE(table.connect(a, 0));
    EXPECT_TRUE(table.connect(b, 0));
    table.disconnect(a, 0);
    EXPECT_TRUE(table.connect(a, 0));
}

TEST(AddressTable, the_turns_of_an_address_are_one_interval_apart_whatever_connection_asks) {
    AddressTable table({.refusals_per_second = 100});
    EXPECT_EQ(table.refuse(a, 0), 10 * ms);
    EXPECT_EQ(table.refuse(a, 0), 20 * ms);
    EXPECT_EQ(table.refuse(a, 5 * ms), 25 * ms);
    EXPECT_EQ(table.refuse(b, 5 * ms), 10 * ms);
    EXPECT_EQ(table.refuse(a, 500 * ms), 10 * ms);
}

TEST(AddressTable, a_new_connection_of_a_refused_address_waits_for_the_turns_before_it) {
    AddressTable table({.refusals_per_second = 100});
    EXPECT_TRUE(table.connect(a, 0));
    EXPECT_EQ(table.pause_of_new(a, 0), 0u);
    static_cast<void>(table.refuse(a, 0));
    table.disconnect(a, 0);
    EXPECT_EQ(table.pause_of_new(a, 4 * ms), 6 * ms);
    EXPECT_EQ(table.pause_of_new(a, 11 * ms), 0u);
    EXPECT_EQ(table.pause_of_new(b, 4 * ms), 0u);
}

TEST(AddressTable, handshakes_beyond_the_budget_of_an_address_wait_for_their_turn) {
    AddressTable table({.handshakes_per_second = 100, .handshakes_burst = 2});
    const auto pause = [&table](const Address& address, std::uint64_t now_ns) {
        return table.pause_of_handshake(address, now_ns, 25 * ms);
    };
    EXPECT_EQ(pause(a, 0), 0u);
    EXPECT_EQ(pause(a, 0), 0u);
    EXPECT_EQ(pause(a, 0), 10 * ms);
    EXPECT_EQ(pause(a, 0), 20 * ms);
    EXPECT_FALSE(pause(a, 0)) << "30 ms";
    EXPECT_EQ(pause(b, 0), 0u);
    EXPECT_EQ(pause(a, 5 * ms), 25 * ms) << "the refused one took nothing";
    EXPECT_EQ(pause(a, 1'000 * ms), 0u);
}

TEST(AddressTable, who_leaves_and_comes_again_has_no_new_handshakes) {
    AddressTable table({.handshakes_per_second = 100, .handshakes_burst = 1});
    EXPECT_TRUE(table.connect(a, 0));
    EXPECT_EQ(table.pause_of_handshake(a, 0, ms), 0u);
    table.disconnect(a, 0);
    EXPECT_FALSE(table.pause_of_handshake(a, 0, ms));
    EXPECT_EQ(table.pause_of_handshake(a, 10 * ms, ms), 0u);
}

TEST(AddressTable, addresses_without_a_connection_are_forgotten) {
    AddressTable table({.addresses_max = 10});
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(table.connect(numbered(static_cast<unsigned>(i)), 0));
        table.disconnect(numbered(static_cast<unsigned>(i)), 0);
    }
    EXPECT_EQ(table.addresses(), 0u);
    for (int i = 0; i < 10; ++i)
        static_cast<void>(table.refuse(numbered(static_cast<unsigned>(i)), 0));
    EXPECT_TRUE(table.connect(numbered(999), 2'000 * ms));
    EXPECT_EQ(table.addresses(), 1u);
}

/// Every turn of an address that was ever given: the next one is an interval after the newest, or
/// after now.
struct Model {
    std::map<Address, std::vector<std::uint64_t>> turns;
    std::map<Address, std::size_t> connections;

    std::uint64_t refuse(const Address& address, std::uint64_t now_ns, std::uint64_t interval_ns) {
        auto& given = turns[address];
        std::uint64_t from = now_ns;
        for (const std::uint64_t turn : given) from = std::max(from, turn);
        given.push_back(from + interval_ns);
        return from + interval_ns - now_ns;
    }
};

TEST(AddressTable, random_calls_are_answered_as_the_model_answers_them) {
    std::mt19937_64 random(test_support::announced_seed());
    const std::uint32_t per_second = 1 + static_cast<std::uint32_t>(random() % 2'000);
    AddressTable table({.connections_max = 3, .refusals_per_second = per_second});
    Model model;
    std::uint64_t now_ns = 0;
    for (int i = 0; i < 20'000; ++i) {
        now_ns += random() % (3 * ms);
        const Address address = numbered(static_cast<unsigned>(random() % 4));
        std::size_t& connections = model.connections[address];
        switch (random() % 3) {
            case 0: {
                const bool room = connections < 3;
                ASSERT_EQ(table.connect(address, now_ns), room);
                connections += room ? 1 : 0;
                break;
            }
            case 1:
                if (connections == 0) break;
                table.disconnect(address, now_ns);
                --connections;
                break;
            default:
                ASSERT_EQ(table.refuse(address, now_ns),
                          model.refuse(address, now_ns, 1'000'000'000u / per_second));
        }
    }
}

}  // namespace
}  // namespace bw::net
