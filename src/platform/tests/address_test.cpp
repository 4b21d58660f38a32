#include "platform/address.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace bw::platform {
namespace {

TEST(Address, is_read_and_written_in_its_usual_forms) {
    for (const char* text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1",
                             "2001:db8:1:2:3:4:5:6"}) {
        const auto address = Address::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->text(), text);
    }
}

TEST(Address, of_ipv4_is_the_mapped_one_of_ipv6) {
    const auto plain = Address::parse("192.0.2.1"), mapped = Address::parse("::ffff:192.0.2.1");
    ASSERT_TRUE(plain && mapped);
    EXPECT_EQ(*plain, *mapped);
    EXPECT_TRUE(mapped->is_ipv4());
    EXPECT_FALSE(Address::parse("::1")->is_ipv4());
    EXPECT_EQ(*plain,
              Address::from_ipv4({std::byte{192}, std::byte{0}, std::byte{2}, std::byte{1}}));
    EXPECT_NE(*plain, *Address::parse("192.0.2.2"));
}

TEST(Address, of_one_ipv6_network_have_one_subscriber) {
    const auto subscriber = [](const char* text) { return Address::parse(text)->subscriber(); };
    EXPECT_EQ(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    EXPECT_NE(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:3::1"));
    EXPECT_NE(subscriber("192.0.2.1"), subscriber("192.0.2.2"));
    EXPECT_EQ(subscriber("192.0.2.1"), *Address::parse("192.0.2.1"));
}

TEST(Address, refuses_what_is_none) {
    for (const char* text :
         {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", "::1%eth0", "localhost",
          "2001:db8:1:2:3:4:5:6:7", "0000:0000:0000:0000:0000:ffff:192.168.100.200.300.400"})
        EXPECT_FALSE(Address::parse(text)) << text;
}

TEST(Address, addresses_of_one_network_have_different_hashes) {
    std::unordered_set<std::size_t> hashes;
    for (int i = 0; i < 65'536; ++i)
        hashes.insert(std::hash<Address>{}(Address::from_ipv4(
            {std::byte{10}, std::byte{0}, std::byte(i >> 8), std::byte(i & 255)})));
    EXPECT_EQ(hashes.size(), 65'536u);
}

}  // namespace
}  // namespace bw::platform
