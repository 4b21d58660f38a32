// Fees: the schedules ever set, and which is in force for each tier. An order keeps the number of
// the schedule it entered under, so schedules are never changed, only added. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/hash.hpp"
#include "base/lazy_array.hpp"
#include "model/limits.hpp"
#include "model/types.hpp"

namespace bw::wallet {

struct FeeSchedule {
    model::FeeRate maker;
    model::FeeRate taker;
    model::FeeRate auction;
    model::FeeRate hold;  ///< the largest of them and 0: what a buy must be able to pay
};

class Fees {
 public:
    static constexpr std::uint32_t schedules_max = 65'535;

    Fees() : schedules_(std::size_t{schedules_max} + 1) {}

    [[nodiscard]] const FeeSchedule& schedule(std::uint16_t number) const {
        return schedules_[number];
    }
    /// The schedule of orders that enter now.
    [[nodiscard]] std::uint16_t in_force(std::uint8_t tier) const { return by_tier_[tier]; }
    [[nodiscard]] bool full() const { return last_ == schedules_max; }

    /// For orders that enter from now on. Requires: tier < model::fee_tiers, not full,
    /// maker + taker >= 0.
    void set(std::uint32_t tier, model::FeeRate maker, model::FeeRate taker,
             model::FeeRate auction) {
        schedules_[++last_] = {maker, taker, auction, std::max({maker, taker, auction})};
        by_tier_[tier] = last_;
    }

    void add_to(base::RunningHash& hash) const {
        for (std::uint32_t f = 0; f <= last_; ++f)
            for (const auto rate :
                 {schedules_[f].maker, schedules_[f].taker, schedules_[f].auction})
                hash.add(static_cast<std::uint64_t>(std::int64_t{rate.value()}));
        for (const std::uint16_t schedule : by_tier_) hash.add(schedule);
    }
    template <class Archive>
    void archive_count(Archive& archive) {
        archive(last_);
    }
    template <class Archive>
    void archive_tiers(Archive& archive) {
        for (std::uint16_t& schedule : by_tier_) archive(schedule);
    }
    template <class Archive>
    void archive_schedules(Archive& archive) {
        for (std::uint32_t f = 0; f <= last_; ++f)
            archive(schedules_[f].maker, schedules_[f].taker, schedules_[f].auction,
                    schedules_[f].hold);
    }

 private:
    base::LazyArray<FeeSchedule> schedules_;
    std::array<std::uint16_t, model::fee_tiers> by_tier_{};
    std::uint16_t last_ = 0;
};

}  // namespace bw::wallet
