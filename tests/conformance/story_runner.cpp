#include "conformance/story_runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "base/decimal.hpp"

namespace bw::conformance {
namespace {

using base::format_decimal;

constexpr std::uint32_t nobody = 9'999;

/// A story that cannot be read: the runner reports its line.
[[noreturn]] void unreadable(const std::string& what) { throw std::runtime_error(what); }

Words words_of(const std::string& line) {
    std::istringstream in(line);
    Words out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

const std::string& at(const Words& words, std::size_t index) {
    if (index >= words.size()) unreadable("a word is missing");
    return words[index];
}

std::int64_t decimal(const std::string& text) {
    const auto value = base::parse_decimal(text);
    if (!value) unreadable(text + " " + std::string(base::explain(value.error())));
    return *value;
}

std::uint64_t whole(const std::string& text) {
    const auto value = base::parse_unsigned(text);
    if (!value) unreadable(text + " is not a whole number");
    return *value;
}

std::uint32_t whole32(const std::string& text) { return static_cast<std::uint32_t>(whole(text)); }

/// "2.5%" -> 25000 parts per million.
model::Ppm percent(std::string text) {
    if (!text.ends_with('%')) unreadable(text + " is not a percentage");
    text.pop_back();
    return model::Ppm{static_cast<std::uint32_t>(decimal(text))};
}

/// The text of a field, also when it is too long or ill-formed for the rules; `empty` is none.
template <class Text>
Text text(const std::string& word) {
    if (word == "empty") return {};
    const auto out = Text::from(word);
    if (!out) unreadable(word + " does not fit into its field");
    return *out;
}

/// The word after `key`, if `key` is there.
std::optional<std::string> after(const Words& words, const std::string& key) {
    const auto found = std::ranges::find(words, key);
    if (found == words.end()) return std::nullopt;
    return at(words, static_cast<std::size_t>(found - words.begin()) + 1);
}

/// Decimals in their shortest form, so that a story may write 100.00.
std::string normal(const std::string& line) {
    Words words = words_of(line);
    for (std::string& word : words)
        if (word.contains('.'))
            if (const auto value = base::parse_decimal(word)) word = format_decimal(*value);
    return fmt::format("{}", fmt::join(words, " "));
}

/// The value of an enum with this name.
template <class Enum>
Enum value_named(const std::string& name) {
    for (unsigned number = 0; number < 256; ++number)
        if (const auto value = static_cast<Enum>(number); model::name_of(value) == name)
            return value;
    unreadable("no such value: " + name);
}

/// A story may leave out the end of an answer, not its beginning.
bool matches(const std::string& expected, const std::string& seen) {
    const std::string wanted = normal(expected);
    return seen == wanted || seen.starts_with(wanted + " ");
}

std::vector<Step> steps_of(std::string_view story) {
    std::vector<Step> steps;
    std::istringstream in{std::string(story)};
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (const auto comment = line.find("# "); comment != std::string::npos)
            line.resize(comment);
        if (line == "#" || words_of(line).empty()) continue;
        if (!line.starts_with('>'))
            steps.push_back({number, line, {}});
        else if (steps.empty())
            unreadable("the story begins with an answer");
        else
            steps.back().expected.push_back(line.substr(1));
    }
    return steps;
}

std::string number_text(differential::int128 value) {
    const auto narrow = base::narrow_to_int64(value);
    return narrow ? format_decimal(*narrow) : "too large";
}

}  // namespace

std::string StoryRunner::play(std::string_view story) {
    std::vector<Step> steps = steps_of(story);
    if (steps.empty()) return "the story is empty";
    for (const Step& step : steps) {
        try {
            if (const auto problem = check(step); !problem.empty()) return problem;
        } catch (const std::runtime_error& error) {
            return fmt::format("line {}: {}: {}", step.line, step.text, error.what());
        }
    }
    return {};
}

/// Setup lines need no answer in the story as long as they are not refused; everything else is compared.
std::string StoryRunner::check(const Step& step) {
    const Words words = words_of(step.text);
    const Answers seen = perform(words);
    const bool trading = words[0].ends_with(':');
    const bool question = words[0] == "book" || words[0] == "balance" || words[0] == "collected";
    bool equal = step.expected.size() == seen.size();
    for (std::size_t i = 0; equal && i < seen.size(); ++i)
        equal = matches(step.expected[i], seen[i]);
    if (step.expected.empty() && !trading && !question)
        equal = std::ranges::none_of(
            seen, [](const std::string& line) { return line.starts_with("rejected"); });
    if (equal) return {};
    return fmt::format("line {}: {}\n  the story says:\n    {}\n  the exchange says:\n    {}",
                       step.line, step.text, fmt::join(step.expected, "\n    "),
                       fmt::join(seen, "\n    "));
}

StoryRunner::Answers StoryRunner::perform(const Words& words) {
    const std::string& verb = words[0];
    if (verb == "capacity") return set_capacity(words), Answers{};
    start();
    if (verb.ends_with(':')) return order_command(verb.substr(0, verb.size() - 1), words);
    if (verb == "instrument") return list_or_configure(words, true);
    if (verb == "configure") return list_or_configure(words, false);
    if (verb == "account") return open_accounts(words);
    if (verb == "deposit") return move(words, 1);
    if (verb == "withdraw") return move(words, -1);
    if (verb == "limits") return set_limits(words);
    if (verb == "state") return set_state(words);
    if (verb == "fees") return set_fees(words);
    if (verb == "halt") return halt(words, model::InstrumentState::halted);
    if (verb == "resume") return halt(words, model::InstrumentState::trading);
    if (verb == "end_day") return end_day(words);
    if (verb == "self-trade") return set_self_trade_prevention(words);
    if (verb == "raw") return raw_bytes(words);
    if (verb == "book") return show_book(words);
    if (verb == "balance") return show_balance(words);
    if (verb == "collected") return show_collected(words);
    unreadable("no such word: " + verb);
}

void StoryRunner::start() {
    if (engine_ != nullptr) return;
    naive_ = std::make_unique<differential::NaiveExchange>(limits_);
    engine_ = std::make_unique<differential::EngineRunner>(limits_);
}

void StoryRunner::set_capacity(const Words& words) {
    if (engine_ != nullptr) unreadable("capacities come first");
    const std::map<std::string, std::uint32_t*> capacities{
        {"open_orders", &limits_.open_orders},
        {"instruments", &limits_.instruments},
        {"accounts", &limits_.accounts},
        {"positions", &limits_.positions},
        {"client_order_ids", &limits_.client_order_ids},
        {"currencies", &limits_.currencies}};
    const auto found = capacities.find(at(words, 1));
    if (found == capacities.end()) unreadable("no such capacity");
    *found->second = whole32(at(words, 2));
}

// ---- what is sent

template <class Command>
StoryRunner::Answers StoryRunner::send(Command command) {
    command.request_id = model::RequestId{sequence_ + 1};
    codec::Framed<Command> framed;
    framed.body = command;
    return send_bytes(codec::bytes_of(framed));
}

StoryRunner::Answers StoryRunner::send_bytes(std::span<const std::byte> command) {
    ++sequence_;
    const auto expected = naive_->apply(sequence_, command);
    const Bytes& bytes = engine_->apply(sequence_, command);
    if (differential::joined(expected) != bytes)
        unreadable("the engine and the naive exchange differ");
    engine_->verify_invariants();
    if (const auto broken = naive_->broken_balance() + naive_->broken_book(); !broken.empty())
        unreadable(broken);
    Answers out;
    for (const Bytes& event : differential::split(bytes)) {
        learn(event);
        out.push_back(tell(event));
    }
    return out;
}

StoryRunner::Answers StoryRunner::order_command(const std::string& account, const Words& words) {
    const std::string& verb = at(words, 1);
    if (verb == "cancel") {
        codec::CancelOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        return send(command);
    }
    if (verb == "reduce") {
        codec::ReduceOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        command.quantity = model::Quantity{whole(after(words, "by").value_or(""))};
        return send(command);
    }
    if (verb == "amend") return amend(account, words);
    if (verb == "mass") return mass_cancel(account, words);
    if (verb == "replace") {
        codec::ReplaceOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        command.quantity = model::Quantity{whole(at(words, 3))};
        command.price = model::Price{decimal(after(words, "@").value_or(""))};
        return send(command);
    }
    return new_order(account, words);
}

/// `buyer: amend b1 to 5 @ 101`, `buyer: amend b1 to 5` at the present price.
StoryRunner::Answers StoryRunner::amend(const std::string& account, const Words& words) {
    codec::AmendOrder command{};
    command.account = account_of(account);
    name_order(command, at(words, 2));
    command.quantity = model::Quantity{whole(after(words, "to").value_or(""))};
    const auto price = after(words, "@");
    command.price = price ? model::Price{decimal(*price)} : model::no_price;
    return send(command);
}

/// `buyer: mass cancel`, `buyer: mass cancel ACME sell`, `buyer: mass cancel all buy`; side_N sends a raw number.
StoryRunner::Answers StoryRunner::mass_cancel(const std::string& account, const Words& words) {
    if (at(words, 2) != "cancel") unreadable("no such word: " + words[2]);
    codec::MassCancel command{};
    command.account = account_of(account);
    if (words.size() > 3 && words[3] != "all") command.instrument = instrument_of(words[3]);
    const std::string side = words.size() > 4 ? words[4] : "both";
    if (side.starts_with("side_"))
        command.side = static_cast<model::SideSelection>(whole(side.substr(5)));
    else
        command.side = value_named<model::SideSelection>(side);
    return send(command);
}

/// `self-trade buyer group 7 cancel_newest`, `self-trade buyer none`; mode_N sends a raw number.
StoryRunner::Answers StoryRunner::set_self_trade_prevention(const Words& words) {
    codec::SetSelfTradePrevention command{};
    command.account = account_of(at(words, 1));
    if (const auto group = after(words, "group")) command.group = whole32(*group);
    const std::string& mode = words.back();
    if (mode.starts_with("mode_"))
        command.mode = static_cast<model::SelfTradePrevention>(whole(mode.substr(5)));
    else
        command.mode = value_named<model::SelfTradePrevention>(mode);
    return send(command);
}

/// `buyer: buy 10 ACME @ 100.00 ioc id b1`, `seller: sell 5 ACME market`; side_N, type_N, tif_N and instructions_N send raw numbers.
StoryRunner::Answers StoryRunner::new_order(const std::string& account, const Words& words) {
    codec::NewOrder command{};
    command.account = account_of(account);
    const std::string& side = at(words, 1);
    if (side == "sell")
        command.side = model::Side::sell;
    else if (side.starts_with("side_"))
        command.side = static_cast<model::Side>(whole(side.substr(5)));
    else if (side != "buy")
        unreadable("neither buy nor sell: " + side);
    command.quantity = model::Quantity{whole(at(words, 2))};
    command.instrument = instrument_of(at(words, 3));
    command.price = model::no_price;
    for (std::size_t i = 4; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "@")
            command.price = model::Price{decimal(at(words, ++i))};
        else if (word == "market")
            command.order_type = model::OrderType::market;
        else if (word == "ioc" || word == "fok" || word == "gtc")
            command.time_in_force = value_named<model::TimeInForce>(word);
        else if (word == "gtd")
            command.time_in_force = model::TimeInForce::gtd,
            command.expire_date = whole32(at(words, ++i));
        else if (word == "expires")
            command.expire_date = whole32(at(words, ++i));
        else if (word == "min")
            command.min_quantity = model::Quantity{whole(at(words, ++i))};
        else if (word == "post-only")
            command.instructions |= static_cast<std::uint8_t>(model::Instruction::post_only);
        else if (word.starts_with("instructions_"))
            command.instructions = static_cast<std::uint8_t>(whole(word.substr(13)));
        else if (word == "id")
            command.client_order_id = text<model::ClientOrderId>(at(words, ++i));
        else if (word.starts_with("type_"))
            command.order_type = static_cast<model::OrderType>(whole(word.substr(5)));
        else if (word.starts_with("tif_"))
            command.time_in_force = static_cast<model::TimeInForce>(whole(word.substr(4)));
        else
            unreadable("no such word for an order: " + word);
    }
    return send(command);
}

/// `#7` names order 7; anything else is a client id.
template <class Change>
void StoryRunner::name_order(Change& change, const std::string& word) const {
    if (word.starts_with('#'))
        change.order_id = model::OrderId{whole(word.substr(1))};
    else
        change.client_order_id = text<model::ClientOrderId>(word);
}

StoryRunner::Answers StoryRunner::list_or_configure(const Words& words, bool listing) {
    const std::string& symbol = at(words, 1);
    codec::ConfigureInstrument command{};
    if (const auto known = instruments_.find(symbol); !listing && known != instruments_.end())
        command = known->second;
    else if (!listing)
        command.instrument = model::InstrumentId{nobody};
    if (listing) command.max_order_quantity = model::unlimited_quantity;
    if (listing) command.max_order_value = model::unlimited_money;
    if (listing) command.lot_size = model::Quantity{1};
    command.symbol = text<model::Symbol>(symbol);
    if (const auto word = after(words, "tick")) command.tick_size = model::Price{decimal(*word)};
    if (const auto word = after(words, "lot")) command.lot_size = model::Quantity{whole(*word)};
    if (const auto word = after(words, "reference"))
        command.reference_price = model::Price{decimal(*word)};
    if (const auto word = after(words, "collar")) command.collar = percent(*word);
    if (const auto word = after(words, "currency")) command.currency = text<model::Currency>(*word);
    if (const auto word = after(words, "max_quantity"))
        command.max_order_quantity = model::Quantity{whole(*word)};
    if (const auto word = after(words, "max_value"))
        command.max_order_value = model::Money{decimal(*word)};
    return send(command);
}

StoryRunner::Answers StoryRunner::open_accounts(const Words& words) {
    Answers out;
    for (std::size_t i = 1; i < words.size(); ++i) {
        codec::OpenAccount command{};
        command.reference = text<model::ClientOrderId>(words[i]);
        for (std::string& line : send(command)) out.push_back(std::move(line));
    }
    return out;
}

/// `deposit buyer 1000 USD`, `withdraw seller 5 ACME id t1`: shares if the word is a listed symbol, otherwise cash.
StoryRunner::Answers StoryRunner::move(const Words& words, std::int64_t sign) {
    const model::AccountId account = account_of(at(words, 1));
    const std::string& what = at(words, 3);
    const auto reference = text<model::ClientOrderId>(after(words, "id").value_or("empty"));
    if (instruments_.contains(what) || what == "NOPE") {
        codec::MoveShares command{};
        command.account = account;
        command.instrument = instrument_of(what);
        command.quantity = sign * static_cast<std::int64_t>(whole(at(words, 2)));
        command.reference = reference;
        return send(command);
    }
    codec::MoveCash command{};
    command.account = account;
    command.currency = text<model::Currency>(what);
    command.amount = model::Money{sign * decimal(at(words, 2))};
    command.reference = reference;
    return send(command);
}

StoryRunner::Answers StoryRunner::set_limits(const Words& words) {
    codec::SetAccountLimits command{};
    command.account = account_of(at(words, 1));
    const auto quantity = [&](const char* key) {
        const auto word = after(words, key);
        return word ? model::Quantity{whole(*word)} : model::unlimited_quantity;
    };
    const auto money = [&](const char* key) {
        const auto word = after(words, key);
        return word ? model::Money{decimal(*word)} : model::unlimited_money;
    };
    command.max_order_quantity = quantity("order_quantity");
    command.max_order_value = money("order_value");
    command.max_daily_quantity = quantity("daily_quantity");
    command.max_daily_value = money("daily_value");
    const auto open = after(words, "open_orders");
    command.max_open_orders = open ? whole32(*open) : model::unlimited_count;
    return send(command);
}

StoryRunner::Answers StoryRunner::set_state(const Words& words) {
    codec::SetAccountState command{};
    command.account = account_of(at(words, 1));
    const std::string& state = at(words, 2);
    if (state == "suspended")
        command.state = model::AccountState::suspended;
    else if (state == "closed")
        command.state = model::AccountState::closed;
    else if (state.starts_with("state_"))
        command.state = static_cast<model::AccountState>(whole(state.substr(6)));
    else if (state != "active")
        unreadable("no such state: " + state);
    return send(command);
}

StoryRunner::Answers StoryRunner::set_fees(const Words& words) {
    codec::SetFees command{};
    command.maker = percent(after(words, "maker").value_or(""));
    command.taker = percent(after(words, "taker").value_or(""));
    return send(command);
}

StoryRunner::Answers StoryRunner::halt(const Words& words, model::InstrumentState state) {
    codec::SetInstrumentState command{};
    command.instrument = instrument_of(at(words, 1));
    command.state = state;
    if (words.size() > 2) {
        std::uint8_t number = 0;
        while (number < 5 && model::name_of(static_cast<model::HaltReason>(number)) != words[2])
            ++number;
        command.reason =
            static_cast<model::HaltReason>(number);  // 5, no reason we know, if the word is none
    }
    return send(command);
}

StoryRunner::Answers StoryRunner::end_day(const Words& words) {
    codec::EndDay command{};
    command.business_date = whole32(at(words, 1));
    return send(command);
}

/// `raw 01 00 ff`: bytes as they come from a broken gateway.
StoryRunner::Answers StoryRunner::raw_bytes(const Words& words) {
    Bytes bytes;
    for (std::size_t i = 1; i < words.size(); ++i)
        bytes.push_back(static_cast<std::byte>(std::stoul(words[i], nullptr, 16)));
    return send_bytes(bytes);
}

// ---- what is seen

void StoryRunner::learn(std::span<const std::byte> event) {
    const auto see = [&](const auto& message) {
        using Event = std::remove_cvref_t<decltype(message)>;
        if constexpr (std::is_same_v<Event, codec::AccountUpdated>) {
            accounts_[message.reference.str()] = message.account.value();
        } else if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
            codec::ConfigureInstrument& known = instruments_[message.symbol.str()];
            known.instrument = message.instrument;
            known.symbol = message.symbol;
            known.currency = message.currency;
            known.tick_size = message.tick_size;
            known.lot_size = message.lot_size;
            known.reference_price = message.reference_price;
            known.collar = message.collar;
            known.max_order_quantity = message.max_order_quantity;
            known.max_order_value = message.max_order_value;
        } else if constexpr (std::is_same_v<Event, codec::OrderAccepted>) {
            if (!message.client_order_id.empty())
                order_names_[message.order_id.value()] = message.client_order_id.str();
        }
    };
    codec::visit<codec::AllEvents>(event, see);
}

namespace {

std::string money(model::Money amount) { return format_decimal(amount.value()); }
std::string price_text(model::Price price) { return format_decimal(price.value()); }

}  // namespace

std::string StoryRunner::tell(std::span<const std::byte> event) {
    std::string out;
    const auto see = [&](const auto& e) {
        using Event = std::remove_cvref_t<decltype(e)>;
        if constexpr (std::is_same_v<Event, codec::CommandRejected>) {
            out = fmt::format("rejected {}", model::name_of(e.reason));
        } else if constexpr (std::is_same_v<Event, codec::OrderAccepted>) {
            out = fmt::format("accepted {} hold {}", order_name(e.order_id), money(e.hold));
        } else if constexpr (std::is_same_v<Event, codec::DuplicateAnswered>) {
            const auto first = e.first_reason == model::RejectReason::none
                                   ? "accepted"
                                   : model::name_of(e.first_reason);
            out = fmt::format("duplicate {} first #{} {}", e.client_order_id.view(), e.first_id,
                              first);
        } else if constexpr (std::is_same_v<Event, codec::TradeExecuted>) {
            out = fmt::format("trade {} @ {} maker {} taker {} left {} {} fees {} {} released {}",
                              e.quantity.value(), price_text(e.price), order_name(e.maker_order),
                              order_name(e.taker_order), e.maker_remaining.value(),
                              e.taker_remaining.value(), money(e.maker_fee), money(e.taker_fee),
                              money(e.buyer_hold_released));
        } else if constexpr (std::is_same_v<Event, codec::OrderCancelled>) {
            out = fmt::format("cancelled {} {} {} released {}", order_name(e.order_id),
                              e.quantity.value(), model::name_of(e.reason), money(e.hold_released));
        } else if constexpr (std::is_same_v<Event, codec::OrderReduced>) {
            out = fmt::format("reduced {} by {} left {} released {}", order_name(e.order_id),
                              e.reduced_by.value(), e.remaining.value(), money(e.hold_released));
        } else if constexpr (std::is_same_v<Event, codec::OrderReplaced>) {
            out = fmt::format("replaced {} {} @ {} hold {}", order_name(e.order_id),
                              e.remaining.value(), price_text(e.price), money(e.hold));
        } else if constexpr (std::is_same_v<Event, codec::MassCancelled>) {
            out = fmt::format("mass cancelled {}", e.cancelled);
        } else if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
            out = fmt::format("instrument {} {} {} reference {} tick {} lot {}", e.symbol.view(),
                              model::name_of(e.state), model::name_of(e.reason),
                              price_text(e.reference_price), price_text(e.tick_size),
                              e.lot_size.value());
        } else if constexpr (std::is_same_v<Event, codec::AccountUpdated>) {
            out = fmt::format("account {} {} group {} {}", e.reference.view(),
                              model::name_of(e.state), e.self_trade_group,
                              model::name_of(e.self_trade_prevention));
        } else if constexpr (std::is_same_v<Event, codec::CashMoved>) {
            out = fmt::format("cash {} {} {}", account_name(e.account), money(e.amount),
                              e.currency.view());
        } else if constexpr (std::is_same_v<Event, codec::SharesMoved>) {
            out = fmt::format("shares {} {} {}", account_name(e.account), e.quantity,
                              symbol_of(e.instrument));
        } else if constexpr (std::is_same_v<Event, codec::FeesChanged>) {
            out = fmt::format("fees maker {} taker {}", e.maker.value(), e.taker.value());
        } else {
            out = fmt::format("day {} ended", e.business_date);
        }
    };
    if (!codec::visit<codec::AllEvents>(event, see)) unreadable("an event that is none");
    return out;
}

/// One line per price level: side, price, total and the orders in their turn.
StoryRunner::Answers StoryRunner::show_book(const Words& words) const {
    Answers out;
    const auto entries = naive_->book(instrument_of(at(words, 1)).value());
    for (std::size_t i = 0; i < entries.size();) {
        const differential::BookEntry& level = entries[i];
        std::uint64_t total = 0;
        Words orders;
        for (;
             i < entries.size() && entries[i].side == level.side && entries[i].price == level.price;
             ++i) {
            total += entries[i].remaining;
            orders.push_back(fmt::format("{} {}", order_name(model::OrderId{entries[i].order}),
                                         entries[i].remaining));
        }
        out.push_back(fmt::format("{} {} x {} ({})", level.side == model::Side::buy ? "bid" : "ask",
                                  format_decimal(level.price), total, fmt::join(orders, ", ")));
    }
    if (out.empty()) out.push_back("empty");
    return out;
}

StoryRunner::Answers StoryRunner::show_balance(const Words& words) const {
    const std::uint32_t account = account_of(at(words, 1)).value();
    const std::string& what = at(words, 2);
    if (const auto known = instruments_.find(what); known != instruments_.end()) {
        const auto shares = naive_->shares(account, known->second.instrument.value());
        return {fmt::format("{} held {}", static_cast<std::int64_t>(shares.total),
                            static_cast<std::int64_t>(shares.held))};
    }
    const auto cash = naive_->cash(account, what);
    return {fmt::format("{} held {}", number_text(cash.total), number_text(cash.held))};
}

StoryRunner::Answers StoryRunner::show_collected(const Words& words) const {
    return {number_text(naive_->fees_collected(at(words, 1)))};
}

// ---- names

model::AccountId StoryRunner::account_of(const std::string& name) const {
    const auto found = accounts_.find(name);
    return model::AccountId{found == accounts_.end() ? nobody : found->second};
}

model::InstrumentId StoryRunner::instrument_of(const std::string& symbol) const {
    const auto found = instruments_.find(symbol);
    return found == instruments_.end() ? model::InstrumentId{nobody} : found->second.instrument;
}

std::string StoryRunner::order_name(model::OrderId id) const {
    const auto found = order_names_.find(id.value());
    return found == order_names_.end() ? fmt::format("#{}", id.value()) : found->second;
}

std::string StoryRunner::account_name(model::AccountId id) const {
    for (const auto& [name, number] : accounts_)
        if (number == id.value()) return name;
    return "?";
}

std::string StoryRunner::symbol_of(model::InstrumentId id) const {
    for (const auto& [symbol, terms] : instruments_)
        if (terms.instrument == id) return symbol;
    return "?";
}

}  // namespace bw::conformance
