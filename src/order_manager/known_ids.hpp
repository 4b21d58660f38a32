// KnownIds: which ids of clients were used, so that a command that is sent twice is answered once.
// Ids of orders live for two days, those of transfers and of accounts for ever. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "order_manager/client_ids.hpp"

namespace bw::order_manager {

/// The ids of today's and yesterday's orders.
class OrderIds {
 public:
    explicit OrderIds(std::uint32_t capacity) : days_{ClientIds(capacity), ClientIds(capacity)} {}

    /// `hash` = ClientIds::hash_of(account, text).
    [[nodiscard]] FirstResult* find(model::AccountId account, const model::ClientOrderId& text,
                                    std::uint64_t hash) {
        if (auto* first = days_[today_].find(hash, account, text)) return first;
        return days_[1 - today_].find(hash, account, text);
    }
    [[nodiscard]] ClientIds& today() { return days_[today_]; }

    /// Forgets the ids of the day before, but for those that `keep(first result)` wants: they are
    /// ids of the new day. Cost: O(ids of the day before).
    template <class Keep>
    void begin_day(Keep&& keep) {
        today_ = 1 - today_;
        days_[today_].keep_only(keep);
    }

    /// Lets the system provide the memory of the first day's ids now: of so many orders.
    void provide_memory(std::uint32_t orders) { days_.front().prepare(orders); }

    /// Hints for a find() that comes soon, in two steps, then the id it will most likely find.
    void prefetch(std::uint64_t hash) const {
        for (const ClientIds& ids : days_) ids.prefetch(hash);
    }
    void prefetch_entry(std::uint64_t hash) const {
        for (const ClientIds& ids : days_) ids.prefetch_entry(hash);
    }
    [[nodiscard]] std::uint64_t likely_id(std::uint64_t hash) const {
        const std::uint64_t id = days_[today_].likely_id(hash);
        return id != 0 ? id : days_[1 - today_].likely_id(hash);
    }

    void add_to(base::RunningHash& hash) const {
        days_[today_].add_to(hash);
        days_[1 - today_].add_to(hash);
    }
    /// `archive(field...)` takes or gives fields.
    template <class Archive>
    void save(Archive& archive) const {
        days_[today_].save(archive);
        days_[1 - today_].save(archive);
    }
    /// Requires: nothing is known yet.
    template <class Archive>
    void load(Archive& archive) {
        today_ = 0;
        for (ClientIds& ids : days_)
            if (archive.good()) ids.load(archive);
    }

 private:
    std::array<ClientIds, 2> days_;
    std::uint32_t today_ = 0;
};

struct KnownIds {
    KnownIds(std::uint32_t orders_per_day, std::uint32_t others)
        : orders(orders_per_day), transfers(others), accounts(others) {}

    OrderIds orders;
    ClientIds transfers;
    ClientIds accounts;  ///< by reference, of no account
};

}  // namespace bw::order_manager
