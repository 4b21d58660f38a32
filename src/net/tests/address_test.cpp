#include "net/address.hpp"

#include <gtest/gtest.h>

namespace bw::net {
namespace {

TEST(Address, parses_and_prints_both_families) {
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::1", "::"}) {
        const auto address = Address::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->text(), text);
    }
    for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "::g", "localhost", "1.2.3.4 "})
        EXPECT_FALSE(Address::parse(text)) << text;
}

TEST(Address, a_mapped_address_is_the_ipv4_address) {
    EXPECT_EQ(Address::parse("::ffff:192.0.2.1"), Address::parse("192.0.2.1"));
}

TEST(Address, tells_loopback_apart) {
    for (const char* text : {"127.0.0.1", "127.9.9.9", "::1"})
        EXPECT_TRUE(Address::parse(text)->is_loopback()) << text;
    for (const char* text : {"128.0.0.1", "0.0.0.0", "::", "::2"})
        EXPECT_FALSE(Address::parse(text)->is_loopback()) << text;
}

bool contains(const char* network, const char* address) {
    return Network::parse(network)->contains(*Address::parse(address));
}

TEST(Network, contains_the_addresses_with_its_prefix) {
    EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.255"));
    EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.200"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::1"));
    EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6"));
}

TEST(Network, refuses_what_is_no_network) {
    for (const char* text :
         {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "2001:db8::/129", "/8", "a/8"})
        EXPECT_FALSE(Network::parse(text)) << text;
    EXPECT_EQ(Network::parse("10.0.0.0/8")->text(), "10.0.0.0/8");
}

}  // namespace
}  // namespace bw::net
