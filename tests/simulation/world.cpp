#include "simulation/world.hpp"

#include <algorithm>

#include "event_store/log/commit_mark.hpp"
#include "simulation/places.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t steps_to_set_up = 20'000;
constexpr std::uint64_t steps_to_rest = 60'000;
constexpr std::uint64_t steps_between_full_checks = 500;
constexpr std::uint64_t long_pause_one_in = 20;

/// The naive exchange never forgets an order and knows no groups of price levels, so beside it the
/// engine has plenty of both.
engine::Limits limits_of(bool small, bool remember) {
    engine::Limits out;
    out.open_orders = small ? 60 : 3'000;
    out.order_numbers = small && !remember ? 256 : 1u << 15;
    out.price_level_groups = small && !remember ? 24 : 2'000;
    out.instruments = 64;
    out.accounts = 64;
    out.positions = small ? 40 : 1'000;
    out.client_order_ids = small ? 100 : 8'000;
    out.references = 1'000;
    out.currencies = 4;
    out.trades = small ? 64 : 1u << 12;
    return out;
}

/// Some morning of 2026.
std::uint64_t opening_time(std::uint64_t seed) {
    constexpr std::uint64_t first_of_2026 = 1'767'225'600;
    return (first_of_2026 + base::mix64(seed ^ 0x74696D65) % (300ull * 86'400)) * second_ns;
}

Client::Kind kind_of(std::uint32_t number) {
    if (number == 0) return Client::Kind::operating;
    static constexpr std::array kinds{Client::Kind::maker,     Client::Kind::taker,
                                      Client::Kind::canceller, Client::Kind::duplicating,
                                      Client::Kind::hostile,   Client::Kind::maker};
    return kinds[(number - 1) % kinds.size()];
}

}  // namespace

World::World(const SeedOptions& options)
    : options_(options),
      schedule_(base::mix64(options.seed ^ 0x7363686564)),
      faults_random_(base::mix64(options.seed ^ 0x6661756C74)),
      snapshot_random_(base::mix64(options.seed ^ 0x736E6170)),
      rare_random_(base::mix64(options.seed ^ 0x72617265)),
      network_random_(base::mix64(options.seed ^ 0x6661756C746E6574)),
      clock_(opening_time(options.seed)),
      machine_random_(options.seed),
      storage_(base::mix64(options.seed ^ 0x6469736B)),
      limits_(limits_of(options.small_engine, options.second_opinion)),
      ledger_(limits_, options.second_opinion),
      context_{options_, ledger_, situations_},
      market_(ledger_),
      snapshots_(storage_, ledger_, situations_, limits_),
      start_ns_(clock_.monotonic_ns()) {
    storage_.set_faults(this);
    std::vector<std::vector<Client*>> behind(options.gateways);
    for (std::uint32_t i = 0; i <= options.clients; ++i) {
        clients_.push_back(std::make_unique<Client>(kind_of(i), i,
                                                    options.clients + options.session_clients,
                                                    options.instruments, options.seed));
        behind[i % options.gateways].push_back(clients_.back().get());
    }
    for (std::uint32_t i = 0; i < options.gateways; ++i)
        gateways_.push_back(std::make_unique<SimGateway>(
            context_, static_cast<std::uint16_t>(i + 1), behind[i], options.seed));
    if (options.session_gateways != 0) border_ = make_border();
    paused_until_.resize(static_cast<std::size_t>(Agent::gateway) + options.gateways +
                         options.session_gateways);
}

std::unique_ptr<Border> World::make_border() {
    return std::make_unique<Border>(
        context_, clock_, Border::First{options_.clients + 1, options_.gateways},
        [this](FaultClass kind, std::uint64_t one_in, const char* what) {
            return faults_on_ && !lie_told_ && strikes(kind, one_in, [what] { return what; });
        },
        [this](std::uint64_t what, std::uint64_t value) { trace(what, value); });
}

World::~World() = default;

RunReport World::report() const {
    return {.trace = trace_.value(),
            .steps = steps_,
            .commands = ledger_.commands(),
            .events = ledger_.events(),
            .lives = context_.lives,
            .simulated_ns = clock_.monotonic_ns() - start_ns_,
            .operations = storage_.operations(),
            .commands_sent = context_.commands_sent,
            .faults_drawn = fault_number_,
            .faults = fault_counts_,
            .situations = situations_};
}

void World::trace(std::uint64_t what, std::uint64_t value) {
    trace_.add(what);
    trace_.add(value);
}

void World::run(std::vector<std::string>* journal) {
    context_.journal = journal;
    start();
    set_up();
    endure();
    come_to_rest();
    cold_restart();
    replay();
    trace(ledger_.commands(), ledger_.state_hash());
}

void World::set_up() {
    for (std::uint64_t i = 0; !clients_.front()->ready(gateways_.front()->view()); ++i) {
        if (i == steps_to_set_up) violated("the operator could not set up the exchange");
        step(true);
    }
}

void World::endure() {
    faults_on_ = true;
    if (border_) border_->open();
    for (std::uint64_t i = 0; i < options_.steps; ++i) {
        try {
            faults_between_steps();
        } catch (const Died& died) {
            survive(died);
        }
        if (options_.flood != 0 && i == options_.steps / 2 && gateways_.front()->caught_up())
            gateways_.front()->flood(options_.flood);
        step(true);
        pass_time();
        if (options_.snapshot_every != 0 && !lie_told_ &&
            snapshot_random_.below(options_.snapshot_every) == 0)
            make_snapshot();
        if (i % steps_between_full_checks == 0) check_everything();
        if (lie_told_ && steps_ > lie_at_step_ + 100) settle_the_lie();
    }
    if (lie_told_) settle_the_lie();
    faults_on_ = false;
}

/// Many short moments, now and then a long one; together as long as the options say.
void World::pass_time() {
    const std::uint64_t mean =
        options_.minutes * 60 * second_ns / options_.steps * long_pause_one_in;
    if (schedule_.below(long_pause_one_in) != 0) return;
    if (!border_) return clock_.advance(schedule_.below(2 * mean));
    // Where answers have deadlines, moments of every length: from microseconds to minutes.
    constexpr std::uint64_t lengths = 20;
    clock_.advance(schedule_.below((lengths * mean) >> schedule_.below(lengths)));
}

void World::step(bool serving) {
    try {
        take_turn(serving);
    } catch (const Died& died) {
        survive(died);
    } catch (const Stopped& stopped) {
        survive(stopped);
    }
}

void World::take_turn(bool serving) {
    ++steps_;
    clock_.advance(1'000 + schedule_.below(50'000));
    if (border_) border_->step(serving);
    const std::size_t agent = schedule_.below(paused_until_.size() + 2);
    // The core and the disk of the commands run more often than the others.
    const std::size_t chosen = agent < paused_until_.size() ? agent : agent - paused_until_.size();
    if (clock_.monotonic_ns() < paused_until_[chosen] || slow_turn(chosen) || lazy_turn(chosen))
        return;
    std::size_t done = work(chosen, serving);
    if (options_.eager_keeper) done += work_of_the_keeper();
    trace(chosen, done ^ clock_.realtime_ns());
    note_committed();
}

std::size_t World::work(std::size_t agent, bool serving) {
    switch (static_cast<Agent>(std::min(agent, static_cast<std::size_t>(Agent::gateway)))) {
        case Agent::core: return work_of_the_core();
        case Agent::command_disk: return work_of_the_command_disk();
        case Agent::event_disk: return core_->store().background()[1].do_work();
        case Agent::segments:
            return core_->store().background()[2].do_work() + work_of_the_keeper();
        case Agent::market: return market_.do_work();
        case Agent::outside: return outside_->do_work();
        case Agent::gateway: break;
    }
    const std::size_t gateway = agent - static_cast<std::size_t>(Agent::gateway);
    return gateway < gateways_.size()
               ? gateways_[gateway]->do_work(serving)
               : work_at_the_border(static_cast<std::uint32_t>(gateway - gateways_.size()));
}

std::size_t World::work_at_the_border(std::uint32_t gateway) {
    if (!border_->gateway(gateway).alive()) start_session_gateway(gateway);
    return border_->gateway(gateway).do_work();
}

std::size_t World::work_of_the_core() {
    waits_ = 0;
    roll_now_and_then();
    const std::uint64_t appended = core_->store().commands().appended_sequence();
    const std::size_t done = core_->do_work();
    if (!core_->failure().empty()) violated("the core: {}", core_->failure());
    if (core_->store().commands().appended_sequence() == appended + 1 && options_.batch_max == 1)
        situations_.met(Situation::batch_of_one);
    if (done == 0 && !core_->idle() &&
        core_->store().commands().committed_sequence() == core_->applied_sequence())
        for (std::uint32_t i = 0; i < options_.gateways; ++i)
            if (core_->ring(i).size() != 0) situations_.met(Situation::log_full);
    return done;
}

/// What is committed may be acted on, so it must never be lost: it is noted before anybody can read
/// an answer.
void World::note_committed() {
    event_store::Store& store = core_->store();
    rule_.store_says(store.durable_command_sequence());
    appended_ = store.commands().appended_sequence();
    note_waiting(store.commands().committed_sequence());
    while (ledger_.commands() < store.commands().committed_sequence()) {
        const event_store::RecordView* record = committed_->poll();
        if (record == nullptr)
            violated("a committed command cannot be read: {}", committed_->error());
        ledger_.note(*record);
    }
    if (core_->applied_sequence() > ledger_.commands())
        violated("command {} was applied before it was committed", core_->applied_sequence());
}

void World::note_waiting(std::uint64_t committed) {
    constexpr std::uint64_t long_ns = second_ns / 10;
    if (committed == appended_ || committed != waiting_behind_) {
        waiting_behind_ = committed;
        waiting_since_ns_ = clock_.monotonic_ns();
        return;
    }
    if (clock_.monotonic_ns() - waiting_since_ns_ > long_ns && options_.has(FaultClass::slow_disk))
        situations_.met(Situation::commit_waited_for_a_slow_disk);
}

void World::check_everything() {
    core_->engine().verify_invariants();
    ledger_.verify();
    if (core_->applied_sequence() == ledger_.commands() &&
        core_->engine().state_hash() != ledger_.state_hash())
        violated("after command {} the state is not the one the commands make", ledger_.commands());
}

bool World::settled() const { return unsettled().empty(); }

std::string World::unsettled() const {
    const std::uint64_t committed = core_->store().commands().committed_sequence();
    if (!core_->idle() || committed != ledger_.commands() ||
        core_->applied_sequence() != ledger_.commands())
        return fmt::format("{} commands are appended, {} committed, {} applied, the core is {}",
                           core_->store().commands().appended_sequence(), committed,
                           core_->applied_sequence(), core_->idle() ? "idle" : "not idle");
    for (const auto& gateway : gateways_)
        if (!gateway->caught_up() || gateway->sequence() != ledger_.events())
            return "a gateway has not read everything";
    for (std::size_t i = 0; border_ && i < border_->gateways(); ++i)
        if (!border_->gateway(i).caught_up() || border_->gateway(i).sequence() != ledger_.events())
            return "a session gateway has not read everything";
    if (market_.sequence() != ledger_.events() || outside_->sequence() != ledger_.events())
        return "a reader has not read everything";
    return border_ ? border_->unsettled() : "";
}

std::uint64_t World::marked_sequence() const {
    const auto mark = event_store::read_mark(storage_, paths_of(*identity_).mark(),
                                             identity_->log(event_store::LogKind::commands).seed());
    return mark && *mark ? (*mark)->sequence : 0;
}

bool World::durable_and_marked() const {
    return core_->store().durable_command_sequence() == ledger_.commands() &&
           marked_sequence() == ledger_.commands();
}

/// Nothing fails any more and nobody sends: everything that was sent must be answered and durable
/// soon.
void World::come_to_rest() {
    std::ranges::fill(paused_until_, 0);
    for (std::uint64_t i = 0; !settled(); ++i) {
        if (i == steps_to_rest)
            violated("without faults the exchange does not come to rest: {}", unsettled());
        step(false);
    }
    for (const auto& gateway : gateways_)
        if (gateway->unanswered() != 0)
            violated("{} requests were never answered", gateway->unanswered());
    check_everything();
    market_.compare();
    if (border_) border_->audit();
}

void World::cold_restart() {
    rest_until_marked();
    const std::uint64_t commands = ledger_.commands();
    if (schedule_.below(2) == 0) {
        close();
    } else {
        survive({Death::power});
    }
    if (!core_) start();
    if (ledger_.commands() != commands) violated("commands were lost in a cold restart");
    come_to_rest();
}

void World::close() {
    for (std::size_t i = 0; border_ && i < border_->gateways(); ++i) border_->gateway(i).stop();
    try {
        core_->close();
    } catch (const Died& died) {
        survive(died);
        return;
    }
    situations_.met(Situation::orderly_close);
    for (const std::string& path : storage_.files_below(shared_root))
        violated("{} is still there after an orderly close", path);
    bury();
}

/// From the first command on, by an engine that saw nothing of all this.
void World::replay() {
    Ledger again(limits_, false);
    const auto commands = core_->store().open_reader(event_store::LogKind::commands, 1);
    const auto events = core_->store().open_reader(event_store::LogKind::events, 1);
    if (!commands || !events) violated("the logs cannot be read again");
    while (const event_store::RecordView* record = (*commands)->poll()) {
        ledger_.note(*record);
        again.note(*record);
    }
    std::uint64_t count = 0;
    while (const event_store::RecordView* record = (*events)->poll()) {
        again.check("replay", *record);
        ++count;
    }
    if (again.commands() != ledger_.commands() || count != ledger_.events() ||
        again.events() != count)
        violated("the logs hold {} commands and {} events instead of {} and {}", again.commands(),
                 count, ledger_.commands(), ledger_.events());
    if (again.state_hash() != core_->engine().state_hash())
        violated("a replay gives another state");
}

}  // namespace bw::simulation
