#include "net/address.hpp"

#include <gtest/gtest.h>

namespace bw::net {
namespace {

TEST(Address, tells_loopback_apart) {
    for (const char* text : {"127.0.0.1", "127.9.9.9", "::1"})
        EXPECT_TRUE(is_loopback(*Address::parse(text))) << text;
    for (const char* text : {"128.0.0.1", "0.0.0.0", "::", "::2"})
        EXPECT_FALSE(is_loopback(*Address::parse(text))) << text;
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
