// Every fault that can be planted in sealed segments, retention, registered readers and the epoch
// is found by one of the scenarios that the store's own tests want to pass.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "event_store/tests/segment_scenarios.hpp"
#include "planted_faults/faults.hpp"

namespace bw::event_store::test {
namespace {

using planted_faults::Fault;

struct Planted {
    Fault fault;
    std::string (*scenario)();
};

constexpr std::array all_planted{
    Planted{Fault::seal_without_the_one_before, a_new_seal_breaks_the_chain},
    Planted{Fault::seal_is_not_compared, a_change_that_no_crc_shows_is_found},
    Planted{Fault::deletes_before_registered_reader, a_registered_reader_keeps_what_it_needs},
    Planted{Fault::deletes_above_the_floor, only_what_lies_below_the_floor_is_removed},
    Planted{Fault::begin_after_the_removal, a_removal_may_be_interrupted_anywhere},
    Planted{Fault::late_registration_is_not_seen,
            a_reader_that_registers_in_between_is_told_or_served},
    Planted{Fault::epoch_is_not_checked, a_second_writer_is_noticed},
};
static_assert(all_planted.size() == planted_faults::segments_faults.size());

class PlantedInSegments : public testing::TestWithParam<Planted> {};

TEST_P(PlantedInSegments, is_found) {
    EXPECT_EQ(GetParam().scenario(), "") << "without a fault";
    planted_faults::active = GetParam().fault;
    std::string finding;
    try {
        finding = GetParam().scenario();
    } catch (const std::exception& refused) {  // a start that must succeed did not
        finding = refused.what();
    }
    planted_faults::active = Fault::none;
    fmt::print("{}: {}\n", name_of(GetParam().fault), finding);
    EXPECT_NE(finding, "") << name_of(GetParam().fault) << " was not noticed";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PlantedInSegments, testing::ValuesIn(all_planted),
                         [](const auto& fault) { return name_of(fault.param.fault); });

}  // namespace
}  // namespace bw::event_store::test
