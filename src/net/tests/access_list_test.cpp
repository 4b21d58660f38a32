#include "net/access_list.hpp"

#include <gtest/gtest.h>

namespace bw::net {
namespace {

Admission admission(const AccessList& list, const char* address) {
    return list.admission_of(*Address::parse(address));
}

TEST(AccessList, the_longest_prefix_decides_in_any_order_of_lines) {
    for (const char* text :
         {"deny 10.0.0.0/8\nallow 10.1.0.0/16 # the brokers\n\n deny\t10.1.2.3\r\n",
          "deny 10.1.2.3\nallow 10.1.0.0/16\ndeny 10.0.0.0/8"}) {
        const auto list = AccessList::parse(text, "rules");
        ASSERT_TRUE(list) << list.error().message;
        EXPECT_EQ(admission(*list, "10.9.9.9"), Admission::denied);
        EXPECT_EQ(admission(*list, "10.1.9.9"), Admission::unlimited);
        EXPECT_EQ(admission(*list, "10.1.2.3"), Admission::denied);
        EXPECT_EQ(admission(*list, "11.0.0.1"), Admission::ordinary);
    }
}

TEST(AccessList, deny_decides_among_equal_prefixes) {
    EXPECT_EQ(admission(*AccessList::parse("allow ::1\ndeny ::1", "rules"), "::1"),
              Admission::denied);
}

TEST(AccessList, an_error_names_file_line_and_word) {
    const auto message = [](const char* text) {
        const auto list = AccessList::parse(text, "rules");
        return list ? "parsed" : list.error().message;
    };
    EXPECT_EQ(message("\npermit ::1"), "rules:2: \"permit\" is not \"allow\" or \"deny\"");
    EXPECT_EQ(message("deny example.org"),
              "rules:1: \"example.org\" is no address and no network, such as 192.0.2.0/24");
    EXPECT_EQ(message("deny"), "rules:1: \"\" is no address and no network, such as 192.0.2.0/24");
    EXPECT_EQ(message("deny ::1 ::2"), "rules:1: more than one network in a line");
}

}  // namespace
}  // namespace bw::net
