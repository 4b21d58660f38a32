// Readers that are saved, thrown away and loaded again and again, beside readers that read every
// event: they must write the same bytes and answer the same, to the letter. BW_SEED chooses the
// first seed, BW_COMMANDS how many commands a run takes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>

#include "demo/demo_market.hpp"
#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "event_store/snapshots/view_snapshots.hpp"
#include "gateway/websocket/hub.hpp"
#include "scheduler/market_view.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::readers {
namespace {

using differential::Bytes;
using differential::CommandGenerator;
using differential::NaiveExchange;
using event_store::RecordView;
using event_store::view_section;
using event_store::ViewSection;

constexpr std::uint64_t commands_usually = 20'000;
constexpr std::uint64_t commands_between_saves = 333;
constexpr std::uint64_t first_time_ns = 1'767'225'600'000'000'000;
constexpr std::uint64_t pause_ns = 700'000'000;
constexpr std::uint32_t accounts_max = 41;
constexpr std::uint32_t instruments_max = 60;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

std::uint64_t announced_seed() {
    const std::uint64_t seed = number_from("BW_SEED", std::random_device{}());
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

engine::Limits small_limits() {
    engine::Limits limits;
    limits.open_orders = 2'000;
    limits.instruments = 500;
    limits.accounts = 40;
    limits.positions = 400;
    limits.client_order_ids = 100'000;
    return limits;
}

/// The key is the account.
class AnyKey final : public access::Authenticator {
 public:
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest& request) override {
        return access::Principal{
            *access::KeyId::from(request.key_id), access::Role::trader,
            model::AccountId{static_cast<std::uint32_t>(std::stoul(std::string(request.key_id)))}};
    }
};

class NoRing final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte>) override { return true; }
};

class StillClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 1; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 1; }
};

class Bytestore final : public base::ByteSink, public base::ByteSource {
 public:
    void write(std::span<const std::byte> more) override {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    [[nodiscard]] bool read(std::span<std::byte> out) override {
        if (bytes.size() - at < out.size()) return false;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
        at += out.size();
        return true;
    }
    Bytes bytes;
    std::size_t at = 0;
};

/// Every reader there is, with little room, so that the oldest leave.
class Readers {
 public:
    explicit Readers(const std::vector<Bytes>& commands) : commands_(commands) {}

    void apply(const RecordView& record) {
        models.apply(record, hub, scheduler);
        const Bytes of_demo = as_demo(record.message);
        RecordView shown = record;
        shown.message = of_demo;
        views::fold(shown, demo);
    }
    std::vector<ViewSection> sections() {
        auto all = models.sections(hub);
        all.push_back(view_section("scheduler", 1, scheduler));
        all.push_back(view_section("demo", 1, demo));
        return all;
    }
    std::vector<Bytes> saved() {
        std::vector<Bytes> out;
        for (const ViewSection& section : sections()) {
            Bytestore store;
            base::FieldWriter writer(store);
            section.save(writer);
            out.push_back(std::move(store.bytes));
        }
        return out;
    }
    void load(const std::vector<Bytes>& saved) {
        const auto all = sections();
        for (std::size_t i = 0; i < all.size(); ++i) {
            Bytestore store;
            store.bytes = saved[i];
            base::FieldReader reader(store);
            ASSERT_TRUE(all[i].load(reader)) << all[i].name;
            ASSERT_EQ(store.at, store.bytes.size()) << all[i].name;
        }
    }

    views::ReadModels models{
        [this](model::SequenceNumber number) { return commands_[number.value() - 1]; },
        {.orders = {.orders_max = 900, .executions_max = 500},
         .reports = {.stream_max = 200, .total_max = 2'000}}};
    AnyKey keys;
    NoRing ring;
    StillClock clock;
    gateway::websocket::Hub hub{{models.market(), &models.reports(), keys, ring, clock}};
    scheduler::MarketView scheduler{true};
    demo::DemoMarket demo{ring, clock};

 private:
    /// The generator's first instruments and accounts under the names of the demo's.
    static Bytes as_demo(std::span<const std::byte> message) {
        static constexpr std::array<const char*, 6> symbols{"ACACIA", "ALDER", "ALMOND",
                                                            "APPLE",  "ARGAN", "ASH"};
        Bytes out(message.begin(), message.end());
        codec::visit<std::tuple<codec::InstrumentUpdated, codec::AccountUpdated>>(
            message, [&out](auto event) {
                if constexpr (requires { event.symbol; })
                    event.symbol = *model::Symbol::from(symbols[event.instrument.value() % 6]);
                else
                    event.reference = *model::ClientOrderId::from(
                        fmt::format("demo-maker-{}", event.account.value() % 8 + 1));
                out = differential::framed(event);
            });
        return out;
    }

    const std::vector<Bytes>& commands_;
};

// --- Answers
// -------------------------------------------------------------------------------------------------

std::string text_of(const views::OrderRow& row) {
    std::string out = fmt::format(
        "order {} {} a{} i{} s{} t{} f{} {}{}{}{} d{} stop{} off{} peg{} e{} p{} q{} f{} r{} c{} "
        "h{} st{} rr{} cr{} {} {}:",
        row.id.value(), row.client_order_id.view(), row.account.value(), row.instrument.value(),
        static_cast<int>(row.side), static_cast<int>(row.type), static_cast<int>(row.time_in_force),
        row.post_only, row.hidden, row.triggered, row.waiting, row.display_quantity.value(),
        row.stop_price.value(), row.offset.value(), static_cast<int>(row.peg), row.expire_date,
        row.price.value(), row.quantity.value(), row.filled.value(), row.remaining.value(),
        row.cancelled.value(), row.hold.value(), static_cast<int>(row.status),
        static_cast<int>(row.reject_reason), static_cast<int>(row.cancel_reason), row.created_ns,
        row.updated_ns);
    for (const std::uint64_t number : row.executions) out += fmt::format(" {}", number);
    return out + "\n";
}

std::string text_of(const views::ExecutionRow& row) {
    return fmt::format("execution {} o{} a{} i{} s{} p{} q{} f{} {} k{} st{} was{}\n", row.id,
                       row.order.value(), row.account.value(), row.instrument.value(),
                       static_cast<int>(row.side), row.price.value(), row.quantity.value(),
                       row.fee.value(), row.time_ns, static_cast<int>(row.kind),
                       static_cast<int>(row.state), row.price_traded.value());
}

/// All pages of an account, and what its own ids find.
std::string account_text(const views::Orders& orders, model::AccountId account) {
    std::string out;
    for (const bool open_only : {false, true})
        for (std::uint64_t below = 0;;) {
            const auto page =
                orders.page(account, below, 50, open_only, [](const auto&) { return true; });
            for (const auto* row : page.rows) {
                const auto* found = orders.find(account, row->client_order_id);
                out += text_of(*row) + (found == row ? "by its id\n" : "");
            }
            out += fmt::format("next {}\n", page.next);
            if ((below = page.next) == 0) break;
        }
    for (std::uint64_t below = 0;;) {
        const auto page = orders.executions(account, below, 50, [](const auto&) { return true; });
        for (const auto* row : page.rows) out += text_of(*row);
        if ((below = page.next) == 0) break;
    }
    return out;
}

std::string view_text(Readers& readers) {
    std::string out;
    for (std::uint32_t account = 1; account <= accounts_max; ++account)
        out += account_text(readers.models.orders(), model::AccountId{account});
    for (const auto& [id, row] : readers.models.balances().accounts()) {
        for (const auto& [currency, cash] : row.cash)
            out += fmt::format("{} {} {} {}\n", id.value(), currency.view(), cash.total.value(),
                               cash.held.value());
        for (const auto& [instrument, position] : row.positions)
            out += fmt::format("{} {} {} {}\n", id.value(), instrument.value(),
                               position.total.value(), position.held.value());
    }
    for (const auto& [id, row] : readers.models.reference_data().instruments())
        out += fmt::format("{} {} {}\n", row.symbol.view(), row.reference_price.value(),
                           readers.models.reference_data().instrument(row.symbol.view()) == &row);
    for (const auto& [id, row] : readers.models.proposals().open())
        out += fmt::format("proposal {} {}\n", id, name_of(row.kind));
    return out;
}

/// What a client is told that subscribes to everything public, and to everything private from its
/// beginning on.
std::string hub_text(Readers& readers) {
    std::string out;
    for (std::uint32_t account = 1; account <= accounts_max; ++account) {
        const auto client = *readers.hub.connect();
        const auto say = [&](const std::string& text) { readers.hub.on_text(client, text); };
        const auto listen = [&] {
            std::string last;
            while (const auto frame = readers.hub.next_frame(client)) out += (last = *frame) + "\n";
            return last;
        };
        say(fmt::format(
            R"({{"op":"authenticate","keyId":"{}","timestamp":"1","nonce":"1","signature":"s"}})",
            account));
        for (const std::string channel : {"orders", "executions"}) {
            say(fmt::format(R"({{"op":"subscribe","channel":"{}","fromSequence":1}})", channel));
            // Too old: the answer says which report is the oldest.
            const std::string answer = listen();
            const std::string_view mark = "kept here has sequence ";
            if (const auto at = answer.find(mark); at != std::string::npos)
                say(fmt::format(R"({{"op":"subscribe","channel":"{}","fromSequence":{}}})", channel,
                                std::stoull(answer.substr(at + mark.size()))));
            listen();
        }
        if (account == 1)
            for (const auto& [id, row] : readers.models.reference_data().instruments())
                for (const std::string channel : {"l1", "l2", "trades", "status"})
                    say(fmt::format(R"({{"op":"subscribe","channel":"{}","symbol":"{}"}})", channel,
                                    row.symbol.view()));
        listen();
        readers.hub.disconnect(client);
    }
    return out;
}

std::string market_text(Readers& readers) {
    using namespace views::market;
    std::string out;
    for (std::uint32_t i = 1; i <= instruments_max; ++i) {
        const model::InstrumentId id{i};
        const auto depth = readers.models.market().depth(id, 1'000);
        if (!depth) continue;
        out += fmt::format("instrument {} at {}\n", i, depth->sequence);
        for (const auto& rows : {depth->bids, depth->asks})
            for (const LevelRow& row : rows)
                out +=
                    fmt::format("{} {} {}\n", row.price.value(), row.quantity.value(), row.orders);
        for (const TradeRow& row : readers.models.market().trades(id, 20'000))
            out +=
                fmt::format("{} {} {} {} {}\n", row.match_number.value(), row.timestamp_ns,
                            row.price.value(), row.quantity.value(), static_cast<int>(row.state));
        for (int resolution = 0; resolution < 7; ++resolution)
            for (const Candle& row : readers.models.market().candles(
                     id, static_cast<Resolution>(resolution), 0, UINT64_MAX, 100'000))
                out += fmt::format("{} {} {} {} {} {} {}\n", row.start_ns, row.open.value(),
                                   row.high.value(), row.low.value(), row.close.value(),
                                   row.volume.value(), row.trades);
    }
    return out;
}

// --- Runs
// -------------------------------------------------------------------------------------------------

/// An engine whose events are given out.
class Exchange {
 public:
    Exchange(std::uint64_t seed, CommandGenerator::Mood mood) : generator_(seed, {mood, 12, {}}) {}

    template <class Each>
    void step(Each each) {
        commands.push_back(generator_.next());
        const std::uint64_t sequence = commands.size();
        generator_.see(naive_.apply(sequence, commands.back()));
        const auto events = differential::split(engine_.apply(sequence, commands.back()));
        for (std::size_t i = 0; i < events.size(); ++i)
            each(RecordView{++events_, first_time_ns + sequence * pause_ns,
                            i + 1 == events.size() ? event_store::note_last_event_of_command : 0,
                            events[i]});
    }

    std::vector<Bytes> commands;

 private:
    CommandGenerator generator_;
    NaiveExchange naive_{small_limits()};
    differential::EngineRunner engine_{small_limits()};
    std::uint64_t events_ = 0;
};

class SavedReaders : public testing::TestWithParam<CommandGenerator::Mood> {};

TEST_P(SavedReaders, go_on_where_they_were) {
    const std::uint64_t seed = announced_seed();
    const std::uint64_t count = number_from("BW_COMMANDS", commands_usually);
    Exchange exchange(seed, GetParam());
    Readers all(exchange.commands);
    auto resumed = std::make_unique<Readers>(exchange.commands);
    std::size_t largest = 0;
    for (std::uint64_t i = 1; i <= count; ++i) {
        exchange.step([&](const RecordView& record) {
            all.apply(record);
            resumed->apply(record);
        });
        if (i % commands_between_saves != 0 && i != count) continue;
        const std::vector<Bytes> saved = all.saved();
        ASSERT_EQ(resumed->saved(), saved) << "after command " << i;
        auto loaded = std::make_unique<Readers>(exchange.commands);
        ASSERT_NO_FATAL_FAILURE(loaded->load(saved)) << "after command " << i;
        ASSERT_EQ(loaded->saved(), saved) << "after command " << i;
        resumed = std::move(loaded);
        for (const Bytes& section : saved) largest = std::max(largest, section.size());
    }
    EXPECT_EQ(view_text(*resumed), view_text(all));
    EXPECT_EQ(market_text(*resumed), market_text(all));
    EXPECT_EQ(hub_text(*resumed), hub_text(all));
    fmt::print("seed {}: the largest section has {} bytes\n", seed, largest);
}

INSTANTIATE_TEST_SUITE_P(Moods, SavedReaders,
                         testing::Values(CommandGenerator::Mood::restless,
                                         CommandGenerator::Mood::calm,
                                         CommandGenerator::Mood::lively));

/// With no checksum in between: what is cut is refused, and what is changed is refused or loaded,
/// but never ends the process.
TEST(SavedReaders, take_wrong_bytes_for_what_they_are) {
    const std::uint64_t seed = announced_seed();
    Exchange exchange(seed, CommandGenerator::Mood::restless);
    Readers readers(exchange.commands);
    for (std::uint64_t i = 0; i < 1'500; ++i)
        exchange.step([&](const RecordView& record) { readers.apply(record); });
    const std::vector<Bytes> good = readers.saved();
    const std::vector<Bytes> as_new = Readers(exchange.commands).saved();
    std::mt19937_64 random(seed);
    Readers victim(exchange.commands);
    const auto sections = victim.sections();
    const auto load = [&](std::size_t section, const Bytes& bytes) {
        Bytestore store;
        store.bytes = bytes;
        base::FieldReader reader(store);
        return sections[section].load(reader);
    };
    for (std::size_t s = 0; s < sections.size(); ++s)
        for (int round = 0; round < 300; ++round) {
            Bytes bad = good[s];
            bad[random() % bad.size()] ^= static_cast<std::byte>(1u << (random() % 8));
            static_cast<void>(load(s, bad));
            static_cast<void>(victim.saved());
            bad = good[s];
            bad.resize(random() % bad.size());
            ASSERT_FALSE(load(s, bad)) << sections[s].name << ", " << bad.size() << " bytes";
            ASSERT_EQ(victim.saved()[s], as_new[s]) << sections[s].name;
            ASSERT_TRUE(load(s, good[s]));
        }
}

}  // namespace
}  // namespace bw::readers
