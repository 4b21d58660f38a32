// Resident memory of an engine, as the system counts it, for each thing that it keeps.
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "bench/benchmarks.hpp"
#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "engine/engine.hpp"

namespace bw::bench {
namespace {

constexpr std::uint32_t instruments = 16'000;
constexpr std::uint32_t accounts = 1'000'000;
constexpr std::uint32_t orders = 1'000'000;
constexpr std::uint32_t spread_levels = 100'000;
constexpr std::int64_t lowest_price = 1'000;  // ticks of 10^-4
constexpr double orders_of_magnitude = 6;

const model::Currency currency = *model::Currency::from("USD");

std::uint64_t resident_bytes() {
    unsigned long long size = 0;
    unsigned long long resident = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    const int read = std::fscanf(file, "%llu %llu", &size, &resident);
    std::fclose(file);
    return read == 2 ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

class RejectCounter final : public engine::EventSink {
 public:
    void take(std::span<const std::byte> messages, bool /*last*/) override {
        codec::MessageHeader header;
        if (codec::read_header(messages, header) &&
            header.template_id == codec::CommandRejected::template_id)
            ++rejects_;
    }
    [[nodiscard]] std::uint64_t rejects() const { return rejects_; }

 private:
    std::uint64_t rejects_ = 0;
};

class Scene {
 public:
    template <class Command>
    void apply(const Command& command) {
        codec::Frame<Command> frame;
        frame.body = command;
        engine_->apply(model::SequenceNumber{++sequence_}, codec::bytes_of(frame));
    }
    /// Bytes that became resident while `work` ran, for each of `count` things.
    template <class Work>
    double bytes_each(std::uint32_t count, Work&& work) {
        const std::uint64_t before = resident_bytes();
        for (std::uint32_t i = 0; i < count; ++i) work(i);
        return static_cast<double>(resident_bytes() - before) / count;
    }
    [[nodiscard]] std::uint64_t rejects() const { return sink_.rejects(); }

    void list(std::uint32_t number) {
        codec::ConfigureInstrument listing{};
        listing.tick_size = model::Price{1};
        listing.lot_size = model::Quantity{1};
        listing.reference_price = model::Price{1};
        listing.max_order_quantity = model::unlimited_quantity;
        listing.max_order_value = model::unlimited_money;
        listing.currency = currency;
        listing.symbol = *model::Symbol::from(fmt::format("S{}", number));
        apply(listing);
    }
    void open_account(std::uint32_t number) {
        codec::OpenAccount opening{};
        opening.reference = *model::ClientOrderId::from(fmt::format("a{}", number));
        apply(opening);
    }
    void deposit() {
        codec::MoveCash deposit{};
        deposit.amount = model::Money{4'000'000'000'000'000'000};
        deposit.account = model::AccountId{1};
        deposit.currency = currency;
        apply(deposit);
    }
    void buy(std::int64_t price, const model::ClientOrderId& name = {}) {
        codec::NewOrder order{};
        order.price = model::Price{price};
        order.quantity = model::Quantity{1};
        order.account = model::AccountId{1};
        order.instrument = model::InstrumentId{1};
        order.side = model::Side::buy;
        order.client_order_id = name;
        apply(order);
    }

 private:
    RejectCounter sink_;
    std::unique_ptr<engine::Engine> engine_ = std::make_unique<engine::Engine>(sink_);
    std::uint64_t sequence_ = 0;
};

/// Rising by the same factor each, and by at least one tick.
class SpreadPrices {
 public:
    std::int64_t next(std::uint32_t index) {
        const double exponent = orders_of_magnitude * index / spread_levels;
        const auto price =
            static_cast<std::int64_t>(static_cast<double>(lowest_price) * std::pow(10, exponent));
        return last_ = std::max(price, last_ + 1);
    }

 private:
    std::int64_t last_ = 0;
};

}  // namespace

base::Result<std::string> run_memory() {
    if (resident_bytes() == 0) return base::error("memory: /proc/self/statm cannot be read");
    Scene scene;
    const double idle_instrument =
        scene.bytes_each(instruments, [&](std::uint32_t i) { scene.list(i); });
    const double idle_account =
        scene.bytes_each(accounts, [&](std::uint32_t i) { scene.open_account(i); });
    scene.deposit();
    const double order = scene.bytes_each(orders, [&](std::uint32_t) { scene.buy(1); });
    const double named = scene.bytes_each(orders, [&](std::uint32_t i) {
        scene.buy(1, *model::ClientOrderId::from(fmt::format("{}", i)));
    });
    SpreadPrices prices;
    const double level =
        scene.bytes_each(spread_levels, [&](std::uint32_t i) { scene.buy(prices.next(i)); });
    if (scene.rejects() != 0)
        return base::error(fmt::format("memory: {} commands were refused", scene.rejects()));
    return fmt::format(
        R"({{"benchmark":"memory","bytes_per_order":{:.0f},"bytes_per_order_with_client_id":{:.0f},"bytes_per_spread_level":{:.0f},"bytes_per_idle_instrument":{:.0f},"bytes_per_idle_account":{:.0f}}})",
        order, named, level - order, idle_instrument, idle_account);
}

}  // namespace bw::bench
