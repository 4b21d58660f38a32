#include "buttonwood/tools/play.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <ranges>
#include <unordered_map>

#include "base/decimal.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "buttonwood/runtime/view_snapshot.hpp"
#include "buttonwood/tools/order_file.hpp"
#include "codec/registry.hpp"
#include "model/rules.hpp"
#include "sequencer/gateway_ring.hpp"
#include "views/market/market_data.hpp"

namespace bw::apps {
namespace {

constexpr std::uint16_t gateway_number = 0;
const model::Currency currency = *model::Currency::from("USD");

struct PlayedTrade {
    std::int64_t price;
    std::uint64_t quantity;
    std::uint64_t maker;
    std::uint64_t taker;
};

class Player {
 public:
    Player(const PlayOptions& options, std::vector<RecordedOrder> orders, RunningNode& node)
        : options_(options),
          orders_(std::move(orders)),
          port_(node.port(gateway_number)),
          run_(node.store().recovery().commands) {}

    /// Loads the present market, from the newest snapshot of the readers.
    base::Result<void> begin(RunningNode& node) {
        auto start = event_store::start_readers(node.event_source(), market_data_sections(market_));
        if (!start) return std::unexpected(start.error());
        events_ = std::move(start->records);
        return {};
    }

    base::Result<void> run() {
        if (auto ready = set_up(); !ready) return ready;
        first_order_request_ = next_request_;
        const auto start = std::chrono::steady_clock::now();
        play_orders(start);
        wait_for_answers();
        seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return write_trades();
    }

    void print_summary() const {
        fmt::print("commands {} in {:.3f} s ({:.0f} per second)\n", orders_.size(), seconds_,
                   static_cast<double>(orders_.size()) / seconds_);
        fmt::print("trades {}\nvolume {}\n", trades_.size(), volume_);
        for (const auto& [reason, count] : refused_)
            fmt::print("refused {} {}\n", model::name_of(reason), count);
        const auto depth = market_.depth(instrument_, options_.depth);
        fmt::print("book {} best {} levels: price,quantity,orders\n", options_.symbol,
                   options_.depth);
        if (!depth) return;
        for (const auto& level : depth->asks | std::views::reverse) print_level("ask", level);
        for (const auto& level : depth->bids) print_level("bid", level);
    }

 private:
    static void print_level(const char* side, const views::market::LevelRow& level) {
        fmt::print("{} {},{},{}\n", side, level.price.value(), level.quantity.value(),
                   level.orders);
    }

    template <class Message>
    void send(Message message) {
        message.request_id = model::make_request_id(gateway_number, next_request_++);
        codec::Frame<Message> frame;
        frame.body = message;
        while (!port_.try_send(codec::bytes_of(frame))) read_events();
        ++sent_;
    }

    /// Sends one command and waits for its answer: the id that it created or found, or the reason
    /// of the refusal.
    template <class Message>
    std::pair<model::RejectReason, std::uint64_t> ask(const Message& message) {
        answer_ = {};
        send(message);
        wait_for_answers();
        return answer_;
    }

    void wait_for_answers() {
        Idle idle;
        while (answered_ < sent_ && events_->error().empty()) {
            if (read_events() > 0)
                idle.worked();
            else
                idle.rest();
        }
    }

    std::size_t read_events() {
        std::size_t count = 0;
        while (const event_store::RecordView* record = events_->poll()) {
            views::fold(*record, market_);
            codec::visit<codec::AllEvents>(record->message, [&](const auto& event) { on(event); });
            ++count;
        }
        return count;
    }

    template <class Event>
    void on(const Event& event) {
        if constexpr (requires { event.request_id; }) {
            if (event.request_id == model::RequestId{} ||
                model::gateway_of(event.request_id) != gateway_number)
                return;
            if (event.command_sequence == last_answered_) return;
            last_answered_ = event.command_sequence;
            if (replayed(event.command_sequence)) return;
            ++answered_;
            note(event);
        } else {
            note(event);
        }
    }

    /// Events of earlier runs in the same folder only update the book.
    [[nodiscard]] bool replayed(model::SequenceNumber sequence) const {
        return sequence.value() <= run_;
    }

    template <class Event>
    void note(const Event&) {}
    void note(const codec::InstrumentUpdated& event) {
        answer_ = {model::RejectReason::none, event.instrument.value()};
    }
    void note(const codec::AccountUpdated& event) {
        answer_ = {model::RejectReason::none, event.account.value()};
    }
    void note(const codec::DuplicateAnswered& event) {
        answer_ = {event.first_reason, event.first_id};
    }
    void note(const codec::CommandRejected& event) {
        answer_ = {event.reason, 0};
        if (first_order_request_ != 0) ++refused_[event.reason];
    }
    void note(const codec::OrderAccepted& event) {
        const std::uint64_t counter =
            event.request_id.value() & ((1ull << model::request_gateway_shift) - 1);
        recorded_ids_[event.order_id.value()] = orders_[counter - first_order_request_].order_id;
    }
    void note(const codec::TradeExecuted& event) {
        if (replayed(event.command_sequence)) return;
        volume_ += event.quantity.value();
        trades_.push_back({event.price.value(), event.quantity.value(),
                           recorded_ids_[event.maker_order.value()],
                           recorded_ids_[event.taker_order.value()]});
    }

    base::Result<void> set_up() {
        if (auto listed = list_instrument(); !listed) return listed;
        for (std::uint32_t i = 0; i < options_.accounts; ++i) {
            codec::OpenAccount opening{};
            opening.reference = *model::ClientOrderId::from(fmt::format("play-{}", i));
            const auto [reason, id] = ask(opening);
            if (reason != model::RejectReason::none) return refused("opening an account", reason);
            accounts_.push_back(model::AccountId{static_cast<std::uint32_t>(id)});
        }
        return fund_accounts();
    }

    base::Result<void> list_instrument() {
        read_events();
        if (const auto present = market_.find(options_.symbol)) {
            instrument_ = *present;
            return {};
        }
        codec::ConfigureInstrument listing{};
        listing.tick_size = listing.reference_price = model::Price{1};
        listing.lot_size = model::Quantity{1};
        listing.max_order_quantity = model::unlimited_quantity;
        listing.max_order_value = model::unlimited_money;
        listing.currency = currency;
        const auto symbol = model::Symbol::from(options_.symbol);
        if (!symbol)
            return base::error(fmt::format("--symbol {}: at most 16 characters", options_.symbol));
        listing.symbol = *symbol;
        const auto [reason, id] = ask(listing);
        if (reason != model::RejectReason::none) return refused("listing the instrument", reason);
        instrument_ = model::InstrumentId{static_cast<std::uint32_t>(id)};
        return {};
    }

    [[nodiscard]] model::AccountId owner_of(std::uint64_t order_id) const {
        return accounts_[order_id % accounts_.size()];
    }

    /// Gives each account the cash and shares that all its orders together could need.
    base::Result<void> fund_accounts() {
        std::map<model::AccountId, std::pair<base::uint128, base::uint128>> needs;
        for (const RecordedOrder& order : orders_) {
            if (order.command != RecordedCommand::enter) continue;
            auto& [cash, shares] = needs[owner_of(order.order_id)];
            if (order.side == model::Side::buy)
                cash += base::uint128{order.quantity} * static_cast<std::uint64_t>(order.price);
            else
                shares += order.quantity;
        }
        for (const auto& [account, need] : needs) {
            if (auto funded = deposit(account, need.first, need.second); !funded) return funded;
        }
        return {};
    }

    base::Result<void> deposit(model::AccountId account, base::uint128 cash, base::uint128 shares) {
        if (cash > static_cast<base::uint128>(std::numeric_limits<std::int64_t>::max()))
            return base::error(
                "the orders of one account are worth more than Money can hold; spread them over "
                "more accounts with --accounts");
        if (cash > 0) {
            codec::MoveCash move{};
            move.amount = model::Money{static_cast<std::int64_t>(cash)};
            move.account = account;
            move.currency = currency;
            if (const auto [reason, id] = ask(move); reason != model::RejectReason::none)
                return refused("depositing cash", reason);
        }
        while (shares > 0) {
            codec::MoveShares move{};
            const auto part = std::min<base::uint128>(shares, model::max_quantity.value());
            move.quantity = static_cast<std::int64_t>(part);
            move.account = account;
            move.instrument = instrument_;
            if (const auto [reason, id] = ask(move); reason != model::RejectReason::none)
                return refused("depositing shares", reason);
            shares -= part;
        }
        return {};
    }

    static base::Result<void> refused(std::string_view what, model::RejectReason reason) {
        return base::error(fmt::format("{} was refused: {} {}", what, model::name_of(reason),
                                       model::sentence_of(reason)));
    }

    void play_orders(std::chrono::steady_clock::time_point start) {
        ProgressBar progress("playing");
        for (std::size_t i = 0; i < orders_.size(); ++i) {
            if (options_.speed > 0) wait_until_due(start, orders_[i]);
            send_order(orders_[i]);
            if (i % 64 == 0) {
                read_events();
                progress.show(i, orders_.size());
            }
        }
    }

    void wait_until_due(std::chrono::steady_clock::time_point start, const RecordedOrder& order) {
        const double after_ms =
            static_cast<double>(order.time_ms - std::min(order.time_ms, orders_.front().time_ms)) /
            options_.speed;
        const auto due = start + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                     std::chrono::duration<double, std::milli>(after_ms));
        Idle idle;
        while (std::chrono::steady_clock::now() < due) {
            if (read_events() > 0)
                idle.worked();
            else
                idle.rest();
        }
    }

    void send_order(const RecordedOrder& order) {
        // Only ids of this run: the same file can be played again into the same exchange.
        const auto client_id =
            *model::ClientOrderId::from(fmt::format("r{}-{}", run_, order.order_id));
        switch (order.command) {
            case RecordedCommand::enter: {
                codec::NewOrder message{};
                message.price = model::Price{order.price};
                message.quantity = model::Quantity{order.quantity};
                message.account = owner_of(order.order_id);
                message.instrument = instrument_;
                message.side = order.side;
                message.client_order_id = client_id;
                return send(message);
            }
            case RecordedCommand::cancel: {
                codec::CancelOrder message{};
                message.account = owner_of(order.order_id);
                message.client_order_id = client_id;
                return send(message);
            }
            case RecordedCommand::reduce: {
                codec::ReduceOrder message{};
                message.quantity = model::Quantity{order.quantity};
                message.account = owner_of(order.order_id);
                message.client_order_id = client_id;
                return send(message);
            }
        }
    }

    base::Result<void> write_trades() const {
        if (!events_->error().empty()) return base::error(events_->error());
        if (options_.trades_file.empty()) return {};
        std::ofstream out(options_.trades_file);
        out << "price,quantity,maker_id,taker_id\n";
        for (const PlayedTrade& trade : trades_)
            out << fmt::format("{},{},{},{}\n", trade.price, trade.quantity, trade.maker,
                               trade.taker);
        out.flush();
        if (!out) return base::error(fmt::format("{}: cannot be written", options_.trades_file));
        return {};
    }

    const PlayOptions& options_;
    std::vector<RecordedOrder> orders_;
    sequencer::RingPort port_;
    std::unique_ptr<event_store::LogReader> events_;
    views::market::MarketData market_;
    std::uint64_t run_;  // last command before this run; also makes client ids unique

    std::uint64_t next_request_ = 1;
    std::uint64_t first_order_request_ = 0;  // 0 while setting up
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;
    model::SequenceNumber last_answered_;
    std::pair<model::RejectReason, std::uint64_t> answer_{};
    model::InstrumentId instrument_;
    std::vector<model::AccountId> accounts_;

    std::unordered_map<std::uint64_t, std::uint64_t> recorded_ids_;  // order id -> id in the file
    std::vector<PlayedTrade> trades_;
    std::uint64_t volume_ = 0;
    std::map<model::RejectReason, std::uint64_t> refused_;
    double seconds_ = 0;
};

int fail(const std::string& message, int status) {
    fmt::print(stderr, "buttonwood play: {}\n", message);
    return status;
}

}  // namespace

int run_play(const PlayOptions& options) {
    auto orders = read_order_file(options.file);
    if (!orders) return fail(orders.error().message, 2);
    const TemporaryDirectory temporary;
    RunningNode::Options node_options;
    node_options.node.store.directory =
        options.directory.empty() ? temporary.path() : options.directory;
    node_options.node.store.shared_directory = options.shared_directory;
    node_options.node.store.mode = options.mode;
    node_options.node.gateways = 1;
    node_options.node.first_rules = model::newest_rule_set;
    const platform::SystemClock clock;
    auto node = RunningNode::start(node_options, clock);
    if (!node) return fail(node.error().message, 1);

    Player player(options, std::move(*orders), **node);
    if (auto begun = player.begin(**node); !begun) return fail(begun.error().message, 1);
    const auto played = player.run();
    (*node)->stop();
    if (!played) return fail(played.error().message, 1);
    player.print_summary();
    return 0;
}

}  // namespace bw::apps
