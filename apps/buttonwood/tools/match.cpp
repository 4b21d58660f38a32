// Order lines from standard input go through the exchange's own books.
#include "buttonwood/tools/match.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

#include "matching/sweep.hpp"

namespace bw::apps {
namespace {

using model::Side;

enum class Tif : std::uint8_t { good, ioc, fok };

constexpr std::uint64_t price_max = (1ull << order_book::tick_bits) - 1;
constexpr std::uint32_t orders_max = 1u << 24;
constexpr std::uint32_t level_groups_max = 1u << 20;
/// Of one order: all orders of a price together fit 64 bits.
constexpr std::uint64_t quantity_max = ~std::uint64_t{0} / orders_max;

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> fields;
    for (std::size_t start = 0;;) {
        const std::size_t comma = line.find(',', start);
        fields.push_back(line.substr(start, comma - start));
        if (comma == std::string_view::npos) return fields;
        start = comma + 1;
    }
}

/// An error of an input line; reported with its position.
struct BadLine {
    std::string reason;
};

template <class Integer>
Integer integer(std::string_view text, std::string_view what) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range)
        throw BadLine{fmt::format("{} \"{}\" does not fit 64 bits", what, text)};
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        throw BadLine{fmt::format("{} \"{}\" is not an integer", what, text)};
    return value;
}

Side side_from(std::string_view text) {
    if (text == "B") return Side::buy;
    if (text == "S") return Side::sell;
    throw BadLine{fmt::format("side \"{}\" is neither B nor S", text)};
}

Tif tif_from(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == "day" || lower == "gtc") return Tif::good;
    if (lower == "ioc") return Tif::ioc;
    if (lower == "fok") return Tif::fok;
    throw BadLine{fmt::format("time in force \"{}\" is none of day, gtc, ioc, fok", text)};
}

class Matcher {
 public:
    explicit Matcher(std::FILE* out) : out_(out), orders_(orders_max), levels_(level_groups_max) {}

    void line(std::string_view text) {
        const auto fields = split(text);
        const auto expect = [&](std::size_t least, std::size_t most, std::string_view form) {
            if (fields.size() < least || fields.size() > most)
                throw BadLine{fmt::format("expected {}, got {} fields", form, fields.size())};
        };
        if (fields[0] == "new") {
            expect(5, 6, "new,<id>,<B|S>,<price>,<quantity>[,<tif>]");
            enter(integer<std::uint64_t>(fields[1], "id"), side_from(fields[2]),
                  integer<std::int64_t>(fields[3], "price"),
                  integer<std::int64_t>(fields[4], "quantity"),
                  fields.size() == 6 ? tif_from(fields[5]) : Tif::good);
        } else if (fields[0] == "cancel") {
            expect(2, 2, "cancel,<id>");
            cancel(integer<std::uint64_t>(fields[1], "id"));
        } else if (fields[0] == "reduce") {
            expect(3, 3, "reduce,<id>,<by>");
            reduce(integer<std::uint64_t>(fields[1], "id"),
                   integer<std::int64_t>(fields[2], "quantity"));
        } else if (fields[0] == "replace") {
            expect(4, 4, "replace,<id>,<price>,<quantity>");
            replace(integer<std::uint64_t>(fields[1], "id"),
                    integer<std::int64_t>(fields[2], "price"),
                    integer<std::int64_t>(fields[3], "quantity"));
        } else if (fields[0] == "depth") {
            expect(2, 2, "depth,<levels>");
            depth(integer<std::uint64_t>(fields[1], "levels"));
        } else {
            throw BadLine{fmt::format(
                "command \"{}\" is none of new, cancel, reduce, replace, depth", fields[0])};
        }
    }

 private:
    template <class... Args>
    void print(fmt::format_string<Args...> format, Args&&... args) {
        fmt::print(out_, format, std::forward<Args>(args)...);
    }

    void reject(std::uint64_t id, std::string_view reason) {
        print("rejected,{},{}\n", id, reason);
    }

    /// Checks price and quantity of an order; writes a rejection if they are invalid.
    bool valid(std::uint64_t id, std::int64_t price, std::int64_t quantity) {
        if (price < 1 || static_cast<std::uint64_t>(price) > price_max)
            return reject(id, "bad_price"), false;
        if (quantity < 1 || static_cast<std::uint64_t>(quantity) > quantity_max)
            return reject(id, "bad_quantity"), false;
        return true;
    }

    template <Side resting>
    model::Quantity match_with(order_book::Tick limit, std::uint64_t taker,
                               model::Quantity quantity) {
        return matching::sweep(
            matching::Pools{orders_, levels_}, book_.on<resting>(), {limit, quantity},
            [&](const order_book::Order& maker, model::Quantity fill) {
                print("trade,{},{},{},{}\n", maker.id.value(), taker, maker.price.value(),
                      fill.value());
            },
            [&](order_book::OrderSlot slot) {
                slots_[orders_[slot].id.value()] = order_book::no_order;
                orders_.give_back(slot);
            });
    }

    model::Quantity match(Side side, order_book::Tick limit, std::uint64_t taker,
                          model::Quantity quantity) {
        return side == Side::buy ? match_with<Side::sell>(limit, taker, quantity)
                                 : match_with<Side::buy>(limit, taker, quantity);
    }

    bool can_fill(Side side, order_book::Tick limit, model::Quantity quantity) {
        const matching::Pools pools{orders_, levels_};
        return side == Side::buy ? matching::can_fill(pools, book_.asks, limit, quantity)
                                 : matching::can_fill(pools, book_.bids, limit, quantity);
    }

    void enter(std::uint64_t id, Side side, std::int64_t price, std::int64_t quantity, Tif tif) {
        if (slots_.contains(id)) return reject(id, "duplicate_id");
        if (!valid(id, price, quantity)) return;
        if (orders_.full() || !levels_.has_room()) return reject(id, "full");
        slots_[id] = order_book::no_order;
        print("accepted,{}\n", id);
        const auto limit = static_cast<order_book::Tick>(price);
        const model::Quantity wanted{static_cast<std::uint64_t>(quantity)};
        if (tif == Tif::fok && !can_fill(side, limit, wanted)) return print("cancelled,{}\n", id);
        const model::Quantity left = match(side, limit, id, wanted);
        if (left == model::Quantity{0}) return;
        if (tif != Tif::good) return print("cancelled,{}\n", id);
        const order_book::OrderSlot slot = orders_.take();
        orders_[slot].id = model::OrderId{id};
        orders_[slot].side = side;
        rest(slot, price, left);
    }

    void rest(order_book::OrderSlot slot, std::int64_t price, model::Quantity left) {
        order_book::Order& order = orders_[slot];
        order.price = model::Price{price};
        order.remaining = left;
        slots_[order.id.value()] = slot;
        const auto tick = static_cast<order_book::Tick>(price);
        if (order.side == Side::buy)
            book_.bids.add(levels_, orders_, tick, slot);
        else
            book_.asks.add(levels_, orders_, tick, slot);
    }

    void take_out(order_book::OrderSlot slot) {
        if (orders_[slot].side == Side::buy)
            book_.bids.remove(levels_, orders_, slot);
        else
            book_.asks.remove(levels_, orders_, slot);
    }

    /// The slot of an open order; writes a rejection if there is none.
    std::optional<order_book::OrderSlot> find(std::uint64_t id) {
        const auto found = slots_.find(id);
        if (found == slots_.end()) return reject(id, "unknown_order"), std::nullopt;
        if (found->second == order_book::no_order) return reject(id, "order_closed"), std::nullopt;
        return found->second;
    }

    void close(std::uint64_t id, order_book::OrderSlot slot) {
        slots_[id] = order_book::no_order;
        orders_.give_back(slot);
    }

    void cancel(std::uint64_t id) {
        const auto slot = find(id);
        if (!slot) return;
        take_out(*slot);
        close(id, *slot);
        print("cancelled,{}\n", id);
    }

    void reduce(std::uint64_t id, std::int64_t by) {
        const auto slot = find(id);
        if (!slot) return;
        if (by < 1) return reject(id, "bad_quantity");
        const model::Quantity quantity{static_cast<std::uint64_t>(by)};
        if (quantity >= orders_[*slot].remaining) return cancel(id);
        if (orders_[*slot].side == Side::buy)
            book_.bids.reduce(levels_, orders_, *slot, quantity);
        else
            book_.asks.reduce(levels_, orders_, *slot, quantity);
        print("accepted,{}\n", id);
    }

    void replace(std::uint64_t id, std::int64_t price, std::int64_t quantity) {
        const auto slot = find(id);
        if (!slot || !valid(id, price, quantity)) return;
        if (!levels_.has_room()) return reject(id, "full");
        take_out(*slot);
        print("accepted,{}\n", id);
        const auto left = match(orders_[*slot].side, static_cast<order_book::Tick>(price), id,
                                model::Quantity{static_cast<std::uint64_t>(quantity)});
        if (left == model::Quantity{0})
            close(id, *slot);
        else
            rest(*slot, price, left);
    }

    template <Side side>
    std::vector<order_book::LevelHandle> best_levels(std::uint64_t count) {
        std::vector<order_book::LevelHandle> handles;
        auto& resting = book_.on<side>();
        for (auto handle = resting.best_level();
             handle != order_book::LevelTree::none && handles.size() < count;
             handle = resting.worse(levels_, handle))
            handles.push_back(handle);
        return handles;
    }

    void depth(std::uint64_t count) {
        const auto bids = best_levels<Side::buy>(count);
        const auto asks = best_levels<Side::sell>(count);
        print("depth,{},{}\n", bids.size(), asks.size());
        for (const auto handle : bids)
            print("bid,{},{}\n", levels_.tick_of(handle), levels_.level(handle).quantity.value());
        for (const auto handle : asks)
            print("ask,{},{}\n", levels_.tick_of(handle), levels_.level(handle).quantity.value());
    }

    std::FILE* out_;
    order_book::OrderPool orders_;
    order_book::LevelPool levels_;
    order_book::Book book_;
    // no_order: the order is closed
    std::unordered_map<std::uint64_t, order_book::OrderSlot> slots_;
};

}  // namespace

int run_match(std::istream& in, std::FILE* out, std::string_view source) {
    Matcher matcher(out);
    std::string text;
    for (std::uint64_t number = 1; std::getline(in, text); ++number) {
        if (!text.empty() && text.back() == '\r') text.pop_back();
        if (text.empty()) continue;
        try {
            matcher.line(text);
        } catch (const BadLine& bad) {
            std::fflush(out);
            fmt::print(stderr, "{}:{}: {}\n", source, number, bad.reason);
            return 2;
        }
    }
    std::fflush(out);
    return 0;
}

}  // namespace bw::apps
