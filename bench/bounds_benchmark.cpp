// What the books cost where they are largest: one order through 100,000, a million at one price, a
// million prices.
#include <fmt/format.h>

#include <memory>
#include <vector>

#include "bench/benchmarks.hpp"
#include "bench/measure.hpp"
#include "matching/sweep.hpp"

namespace bw::bench {
namespace {

constexpr std::uint32_t million = 1'000'000;
constexpr std::uint32_t sweep_orders = 100'000;
/// Coprime to a million: i x stride mod a million visits every number once, in no order a cache
/// likes.
constexpr std::uint64_t stride = 618'033;

class Scene {
 public:
    void add(order_book::Tick tick) {
        const order_book::OrderSlot slot = orders_.take();
        orders_[slot].remaining = model::Quantity{1};
        book_.add(levels_, orders_, tick, slot);
        slots_.push_back(slot);
    }
    void remove(std::size_t index) {
        book_.remove(levels_, orders_, slots_[index]);
        orders_.give_back(slots_[index]);
    }
    /// One order for `quantity` shares, whatever the price. Returns what it did not get.
    [[nodiscard]] std::uint64_t sweep(std::uint64_t quantity) {
        const auto left = matching::sweep(
            matching::Pools{orders_, levels_}, book_, {worst_tick, model::Quantity{quantity}},
            [](const order_book::Order&, model::Quantity) {},
            [&](order_book::OrderSlot slot) { orders_.give_back(slot); });
        return left.value();
    }
    void remove_best() {
        const auto head = levels_.level(book_.best_level()).head;
        book_.remove(levels_, orders_, head);
        orders_.give_back(head);
    }
    [[nodiscard]] std::uint32_t resting() const { return orders_.in_use(); }

 private:
    static constexpr order_book::Tick worst_tick = (1u << order_book::tick_bits) - 1;

    order_book::OrderPool orders_{million};
    order_book::LevelPool levels_{1u << 18};
    order_book::BookSide<model::Side::sell> book_;
    std::vector<order_book::OrderSlot> slots_;
};

struct Figures {
    double sweep_100000_ns = 0;
    double one_price_add_ns = 0;
    double one_price_cancel_ns = 0;
    double one_price_sweep_ns = 0;
    double levels_add_ns = 0;
    double levels_remove_ns = 0;
    double levels_remove_best_ns = 0;
    bool sound = true;
};

template <class Work>
double cpu_ns(Work&& work) {
    const std::uint64_t start = thread_cpu_ns();
    work();
    return static_cast<double>(thread_cpu_ns() - start);
}

/// 100 orders at each of 1,000 prices.
void sweep_everything(Figures& out) {
    const auto scene = std::make_unique<Scene>();
    for (std::uint32_t i = 0; i < sweep_orders; ++i) scene->add(100'000 + i % 1'000);
    std::uint64_t left = 1;
    out.sweep_100000_ns = cpu_ns([&] { left = scene->sweep(sweep_orders); });
    out.sound &= left == 0 && scene->resting() == 0;
}

void one_price(Figures& out) {
    const auto scene = std::make_unique<Scene>();
    out.one_price_add_ns = cpu_ns([&] {
        for (std::uint32_t i = 0; i < million; ++i) scene->add(100'000);
    });
    out.one_price_cancel_ns = cpu_ns([&] {
        for (std::uint64_t i = 0; i < million / 2; ++i) scene->remove(i * stride % million);
    });
    out.sound &= scene->resting() == million / 2;
    std::uint64_t left = 1;
    out.one_price_sweep_ns = cpu_ns([&] { left = scene->sweep(million / 10); });
    out.sound &= left == 0 && scene->resting() == million / 2 - million / 10;
}

/// Every seventh tick, made and removed in scattered order; what is left then leaves from the best
/// price on.
void many_levels(Figures& out) {
    const auto scene = std::make_unique<Scene>();
    out.levels_add_ns = cpu_ns([&] {
        for (std::uint64_t i = 0; i < million; ++i)
            scene->add(static_cast<order_book::Tick>(1 + i * stride % million * 7));
    });
    out.levels_remove_ns = cpu_ns([&] {
        for (std::uint32_t i = 0; i < million / 2; ++i) scene->remove(i);
    });
    out.sound &= scene->resting() == million / 2;
    out.levels_remove_best_ns = cpu_ns([&] {
        while (scene->resting() > 0) scene->remove_best();
    });
}

}  // namespace

base::Result<std::string> run_bounds(unsigned repetitions) {
    std::vector<Figures> runs(repetitions);
    for (Figures& run : runs) {
        sweep_everything(run);
        one_price(run);
        many_levels(run);
        if (!run.sound) return base::error("bounds: the books are not left as they must be");
    }
    const auto middle = [&](double Figures::* figure, std::uint32_t count) {
        std::vector<double> values;
        for (const Figures& run : runs) values.push_back(run.*figure / count);
        return median(values);
    };
    return fmt::format(
        R"({{"benchmark":"bounds","repetitions":{},"sweep_100000_orders_us":{:.0f},"million_at_one_price":{{"add_ns":{:.1f},"cancel_ns":{:.1f},"sweep_ns_per_order":{:.1f}}},"million_levels":{{"add_ns":{:.1f},"remove_ns":{:.1f},"remove_best_ns":{:.1f}}}}})",
        repetitions, middle(&Figures::sweep_100000_ns, 1'000),
        middle(&Figures::one_price_add_ns, million),
        middle(&Figures::one_price_cancel_ns, million / 2),
        middle(&Figures::one_price_sweep_ns, million / 10),
        middle(&Figures::levels_add_ns, million), middle(&Figures::levels_remove_ns, million / 2),
        middle(&Figures::levels_remove_best_ns, million / 2));
}

}  // namespace bw::bench
