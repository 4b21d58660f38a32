// Every fault that can be planted in sealed segments, retention, registered readers and the epoch
// is found by one of the scenarios that the store's own tests want to pass.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "event_store/tests/segment_scenarios.hpp"

namespace bw::event_store::test {
namespace {

struct Planted {
    const char* name;
    Fault fault;
    std::string (*scenario)();
};

constexpr std::array planted_faults{
    Planted{"seal_without_the_one_before", Fault::seal_without_the_one_before,
            a_new_seal_breaks_the_chain},
    Planted{"seal_is_not_compared", Fault::seal_is_not_compared,
            a_change_that_no_crc_shows_is_found},
    Planted{"deletes_before_registered_reader", Fault::deletes_before_registered_reader,
            a_registered_reader_keeps_what_it_needs},
    Planted{"deletes_above_the_floor", Fault::deletes_above_the_floor,
            only_what_lies_below_the_floor_is_removed},
    Planted{"begin_after_the_removal", Fault::begin_after_the_removal,
            a_removal_may_be_interrupted_anywhere},
    Planted{"late_registration_is_not_seen", Fault::late_registration_is_not_seen,
            a_reader_that_registers_in_between_is_told_or_served},
    Planted{"epoch_is_not_checked", Fault::epoch_is_not_checked, a_second_writer_is_noticed},
};
static_assert(planted_faults.size() ==
              static_cast<std::size_t>(Fault::count) - static_cast<std::size_t>(first_of_segments));

class PlantedInSegments : public testing::TestWithParam<Planted> {};

TEST_P(PlantedInSegments, is_found) {
    EXPECT_EQ(GetParam().scenario(), "") << "without a fault";
    planted_fault = GetParam().fault;
    std::string finding;
    try {
        finding = GetParam().scenario();
    } catch (const std::exception& refused) {  // a start that must succeed did not
        finding = refused.what();
    }
    planted_fault = Fault::none;
    fmt::print("{}: {}\n", GetParam().name, finding);
    EXPECT_NE(finding, "") << GetParam().name << " was not noticed";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PlantedInSegments, testing::ValuesIn(planted_faults),
                         [](const auto& fault) { return std::string(fault.param.name); });

}  // namespace
}  // namespace bw::event_store::test
