#include "bench/stream_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "base/hash.hpp"
#include "bench/map_matcher.hpp"

namespace bw::bench {
namespace {

/// Out of a thousand commands.
struct Mix {
    std::uint32_t enter;
    std::uint32_t ioc;
    std::uint32_t cancel;   // the rest is replace
    std::uint32_t resting;  // orders per symbol to start with, and to keep
};

Mix mix_of(StreamShape shape) {
    return shape == StreamShape::requote ? Mix{90, 30, 60, 1'000} : Mix{500, 20, 440, 2'000};
}

class Generator {
 public:
    explicit Generator(const GeneratorOptions& options)
        : options_(options),
          mix_(mix_of(options.shape)),
          state_(base::mix64(options.seed) | 1),
          live_(options.symbols),
          mid_(options.symbols) {
        StreamHeader& header = stream_.header;
        std::memcpy(header.magic, "MESTRM01", sizeof header.magic);
        header.symbols = options.symbols;
        header.prefill = std::uint64_t{mix_.resting} * options.symbols;
        header.ops = options.commands;
        header.max_id = header.prefill + header.ops;
        header.seed = options.seed;
        const std::string name = fmt::format(
            "{}{}", options.shape == StreamShape::requote ? "requote" : "day", options.symbols);
        std::copy_n(name.data(), std::min(name.size(), sizeof header.name), header.name);
        for (auto& mid : mid_) mid = 5'000 + static_cast<std::int64_t>(below(50'000));
    }

    Stream run() {
        MapMatcher matcher(stream_.header);
        matcher_ = &matcher;
        for (std::uint64_t i = 0; i < stream_.header.prefill; ++i)
            enter(static_cast<std::uint32_t>(i % options_.symbols));
        for (std::uint64_t i = 0; i < stream_.header.ops; ++i)
            one_command(static_cast<std::uint32_t>(below(options_.symbols)));
        return std::move(stream_);
    }

 private:
    std::uint64_t random() {  // xorshift64*
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return (state_ * 0x2545F4914F6CDD1Dull) >> 16;
    }
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    void one_command(std::uint32_t symbol) {
        const bool thin = live_[symbol].size() < mix_.resting / 2;
        const auto draw = static_cast<std::uint32_t>(below(1'000));
        if (thin || draw < mix_.enter) return enter(symbol);
        if (draw < mix_.enter + mix_.ioc) return take(symbol);
        const auto order = open_order(symbol);
        if (!order) return enter(symbol);
        if (draw < mix_.enter + mix_.ioc + mix_.cancel)
            return add({.id = order->id, .symbol = symbol, .op = Op::cancel, .side = order->side});
        replace(symbol, *order);
    }

    /// A passive price: near the middle often, far from it seldom.
    std::int64_t passive_price(std::uint32_t symbol, std::uint8_t side) {
        if (below(64) == 0)
            mid_[symbol] = std::max<std::int64_t>(
                2'000, mid_[symbol] + static_cast<std::int64_t>(below(3)) - 1);
        const auto distance = static_cast<std::int64_t>(1 + below(1 + below(1 + below(600))));
        return mid_[symbol] + (side == 0 ? -distance : distance);
    }

    void enter(std::uint32_t symbol) {
        const auto side = static_cast<std::uint8_t>(below(2));
        live_[symbol].push_back(++last_id_);
        add({.id = last_id_,
             .price = passive_price(symbol, side),
             .quantity = quantity(),
             .symbol = symbol,
             .op = Op::enter,
             .side = side});
    }

    void take(std::uint32_t symbol) {
        const auto side = static_cast<std::uint8_t>(below(2));
        const std::int64_t price = mid_[symbol] + (side == 0 ? 100 : -100);
        add({.id = ++last_id_,
             .price = price,
             .quantity = quantity(),
             .symbol = symbol,
             .op = Op::enter,
             .side = side,
             .tif = StreamTif::ioc});
    }

    void replace(std::uint32_t symbol, const MapMatcher::OpenOrder& order) {
        const std::int64_t toward = (mid_[symbol] - order.price) / 100;
        const std::int64_t price = std::max<std::int64_t>(
            1, order.price + (toward != 0 ? toward : static_cast<std::int64_t>(below(3)) - 1));
        add({.id = order.id,
             .price = price,
             .quantity = order.remaining,
             .symbol = symbol,
             .op = Op::replace,
             .side = order.side});
    }

    std::uint32_t quantity() {
        return static_cast<std::uint32_t>(1 + below(6) * below(6) * below(6));
    }

    /// An open order of the symbol; ids of closed ones are dropped as they are met.
    std::optional<MapMatcher::OpenOrder> open_order(std::uint32_t symbol) {
        auto& ids = live_[symbol];
        while (!ids.empty()) {
            const std::size_t at = below(ids.size());
            if (const auto order = matcher_->open_order(ids[at])) return order;
            ids[at] = ids.back();
            ids.pop_back();
        }
        return std::nullopt;
    }

    struct Command {
        std::uint64_t id = 0;
        std::int64_t price = 0;
        std::uint32_t quantity = 0;
        std::uint32_t symbol = 0;
        Op op = Op::enter;
        std::uint8_t side = 0;
        StreamTif tif = StreamTif::good;
    };
    void add(const Command& c) {
        const auto user = static_cast<std::uint32_t>(1 + base::mix64(c.id) % 2'000);
        stream_.commands.push_back(
            {c.id, c.price, c.quantity, c.symbol, user, c.op, c.side, c.tif, 0, 0});
        matcher_->apply(stream_.commands.back());
    }

    GeneratorOptions options_;
    Mix mix_;
    std::uint64_t state_;
    Stream stream_;
    MapMatcher* matcher_ = nullptr;
    std::vector<std::vector<std::uint64_t>> live_;  // ids that were open when last looked at
    std::vector<std::int64_t> mid_;
    std::uint64_t last_id_ = 0;
};

}  // namespace

std::optional<StreamShape> shape_from(std::string_view name) {
    if (name == "requote") return StreamShape::requote;
    if (name == "day") return StreamShape::day;
    return std::nullopt;
}

Stream generate_stream(const GeneratorOptions& options) { return Generator(options).run(); }

base::Result<void> save_stream(const Stream& stream, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&stream.header), sizeof stream.header);
    file.write(reinterpret_cast<const char*>(stream.commands.data()),
               static_cast<std::streamsize>(stream.commands.size() * sizeof(StreamCommand)));
    file.flush();
    if (!file) return base::error(fmt::format("{}: cannot be written", path));
    return {};
}

}  // namespace bw::bench
