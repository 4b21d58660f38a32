// The engine's state as a whole: as the bytes of a snapshot and as a hash. The parts give and take
// their fields, here is their order. One description serves both directions, so what is written is
// what is read.
#include "engine/snapshot.hpp"

#include "engine/state.hpp"

namespace bw::engine {
namespace {

/// Behind everything else, each only where it says something: what a snapshot lacks is what a
/// version before did not know.
enum class Ending : std::uint8_t {
    scarce = 1,  ///< the logs have no room for entries
    rules = 2,   ///< in force and next, if they are not the first ones
};

}  // namespace

template <class Archive>
void Engine::State::each_counter(Archive& archive) {
    events_.archive_sequence(archive);
    accounts_.archive_count(archive);
    instruments_.archive_count(archive);
    settlement_.archive_counts(archive);
    archive(market_.last_business_date);
    accounts_.archive_market_switch(archive);
    archive(market_.breaker_level);
    approvals_.archive_count(archive);
    settlement_.fees().archive_tiers(archive);
    settlement_.archive_currencies(archive);
    settlement_.fees().archive_schedules(archive);
    accounts_.archive_killed_firms(archive);
    approvals_.archive_proposals(archive);
}

template <class Archive>
void Engine::State::each_instrument(Archive& archive) {
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) {
        instruments_.archive_parameters(archive, i);
        settlement_.archive_bustable_from(archive, i);
        instruments_.archive_tick_table(archive, i);
        settlement_.archive_issued(archive, i);
    }
    instruments_.archive_symbols(archive);
    settlement_.archive_trades(archive);
}

template <class Archive>
void Engine::State::each_account(Archive& archive) {
    for (std::uint32_t a = 0; a < accounts_.count(); ++a) {
        accounts_.archive_account(archive, a);
        settlement_.archive_cash(archive, a);
    }
    settlement_.archive_positions(archive, accounts_.count(), instruments_.count());
}

void Engine::State::save(SnapshotSink& sink) {
    SnapshotOut out(sink);
    each_counter(out);
    each_instrument(out);
    each_account(out);
    matching_.orders.save_directory(out);
    ids_.orders.save(out);
    ids_.transfers.save(out);
    ids_.accounts.save(out);
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) matching_.orders.save(out, i);
    if (market_.storage_scarce) out(Ending::scarce);
    if (rules_.next != model::RuleSet::version_1) out(Ending::rules, rules_.in_force, rules_.next);
}

bool Engine::State::load(SnapshotSource& source) {
    SnapshotIn in(source);
    each_counter(in);
    if (!in.good() || !accounts_.fits() || !instruments_.fits() || !settlement_.fits())
        return false;
    each_instrument(in);
    if (in.good()) each_account(in);
    if (in.good()) matching_.orders.load_directory(in);
    if (in.good()) ids_.orders.load(in);
    for (order_manager::ClientIds* ids : {&ids_.transfers, &ids_.accounts})
        if (in.good()) ids->load(in);
    for (std::uint32_t i = 0; i < instruments_.count() && in.good(); ++i)
        matching_.orders.load(in, i);
    while (in.good()) {
        Ending ending{};
        if (!source.read(std::as_writable_bytes(std::span(&ending, 1)))) {
            instruments_.set_highest_prices(rules_);
            return true;
        }
        switch (ending) {
            case Ending::scarce: market_.storage_scarce = true; break;
            case Ending::rules: in(rules_.in_force, rules_.next); break;
            default: return false;
        }
        if (!model::position_of(rules_.in_force) || !model::position_of(rules_.next)) return false;
    }
    return false;
}

void Engine::State::hash_instrument(std::uint32_t index, base::RunningHash& hash) const {
    instruments_.add_record_to(hash, index);
    hash.add(settlement_.issued(index).value());
    instruments_.add_parameters_to(hash, index);
    hash.add(settlement_.bustable_from(index).value());
    instruments_.add_tick_table_to(hash, index);
    matching_.orders.add_to(hash, index);
}

std::uint64_t Engine::State::hash() const {
    base::RunningHash hash;
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) hash_instrument(i, hash);
    settlement_.add_currencies_to(hash);
    for (std::uint32_t a = 0; a < accounts_.count(); ++a) {
        accounts_.add_to(hash, a);
        settlement_.add_cash_to(hash, a);
    }
    settlement_.add_positions_to(hash);
    ids_.orders.add_to(hash);
    ids_.transfers.add_to(hash);
    ids_.accounts.add_to(hash);
    settlement_.fees().add_to(hash);
    hash.add(matching_.orders.directory().last().value());
    hash.add(settlement_.last_match());
    hash.add(market_.last_business_date);
    hash.add((std::uint64_t{market_.storage_scarce} << 16) |
             (std::uint64_t{market_.breaker_level} << 8) |
             std::uint64_t{accounts_.market_killed()});
    accounts_.add_switches_to(hash);
    approvals_.add_to(hash);
    if (rules_.next != model::RuleSet::version_1)
        hash.add((static_cast<std::uint64_t>(rules_.in_force) << 16) |
                 static_cast<std::uint64_t>(rules_.next));
    return hash.value();
}

}  // namespace bw::engine
