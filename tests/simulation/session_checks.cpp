// What a session gateway is about to say, beside what the events say.
#include <charconv>

#include "gateway/common/api_code.hpp"
#include "simulation/book_text.hpp"
#include "simulation/json_member.hpp"
#include "simulation/session_gateway.hpp"

namespace bw::simulation {
namespace {

using gateway::common::ApiCode;
using gateway::rest::Response;

constexpr std::size_t book_depth_max = 100;

bool says_when_to_retry(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "Retry-After" && !value.empty()) return true;
    return false;
}

std::uint64_t code(ApiCode which) { return static_cast<std::uint64_t>(which); }

}  // namespace

// --- REST ---

void SessionGateway::check_completed(const Asked& asked, const Response& response) {
    if (response.status >= 400) return check_refusal(asked, response);
    if (command_end_ != sequence_)
        violated("gateway {}: request {} is answered in the middle of its command", number_,
                 asked.request);
    if (command_request_ != asked.request)
        violated("gateway {}: request {} is answered by the events of request {}", number_,
                 asked.request, command_request_);
    if (asked.path == "/v1/orders") {
        if (asked.method != "DELETE" || facts_->open_orders(asked.account) != 0)
            violated("gateway {}: a mass cancel is answered with {} and leaves orders open",
                     number_, response.status);
        return;
    }
    const std::string_view body = response.body;
    check_order(body, asked.account, asked.method == "POST" ? asked.client_order_id : "");
    if (asked.method != "POST") return;
    const std::uint64_t id = json_number(body, "id");
    const bool duplicate = json_member(body, "duplicate") == "true";
    if (duplicate != (response.status == 200) || duplicate != (duplicate_.first_id == id))
        violated("gateway {}: event {} is answered with {}: {}", number_, sequence_,
                 response.status, body);
    if (!duplicate && facts_->order(id)->request != asked.request)
        violated("gateway {}: the answer {} is of another request", number_, body);
}

/// The state of an order in an answer is that of the events read so far.
void SessionGateway::check_order(std::string_view body, std::uint32_t account,
                                 const std::string& client_id) {
    const OrderFact* fact = facts_->order(json_number(body, "id"));
    if (fact == nullptr)
        violated("gateway {}: an answer names an order that no event knows: {}", number_, body);
    const std::string_view told_id = json_member(body, "clientOrderId");
    const bool same = fact->account == account &&
                      (told_id == fact->client_order_id ||
                       (told_id == "null" && fact->client_order_id.empty())) &&
                      (client_id.empty() || client_id == fact->client_order_id) &&
                      json_number(body, "filledQuantity") == fact->filled &&
                      json_number(body, "remainingQuantity") == fact->remaining &&
                      json_number(body, "cancelledQuantity") == fact->cancelled &&
                      json_member(body, "status") == name_of(fact->status) &&
                      (fact->status == model::OrderStatus::rejected ||
                       json_number(body, "quantity") == fact->quantity);
    if (!same)
        violated("gateway {}: after event {} account {} is told {}, the events say {} {}/{}/{}/{}",
                 number_, sequence_, account, body, name_of(fact->status), fact->quantity,
                 fact->filled, fact->remaining, fact->cancelled);
}

void SessionGateway::check_refusal(const Asked& asked, const Response& response) {
    const std::uint64_t given = json_number(response.body, "code");
    if (given == code(ApiCode::no_answer)) {
        context_.situations.met(Situation::no_answer_in_time);
        return;
    }
    const bool by_event = rejected_.request_id.value() == asked.request;
    const bool as_before = duplicate_.request_id.value() == asked.request;
    const auto reason = by_event ? rejected_.reason : duplicate_.first_reason;
    if ((!by_event && !as_before) || given != static_cast<std::uint64_t>(reason))
        violated("gateway {}: request {} is refused with {}, its event says {}", number_,
                 asked.request, given, static_cast<std::uint64_t>(reason));
    if (reason == model::RejectReason::storage_scarce && by_event && !says_when_to_retry(response))
        violated("gateway {}: storage is scarce, and nobody says when to try again", number_);
}

/// Answers that need no command: queries and refusals at the border.
void SessionGateway::check_at_once(const Asked& asked, const Response& response) {
    const std::uint64_t given = response.status >= 400 ? json_number(response.body, "code") : 0;
    if (given == static_cast<std::uint64_t>(model::RejectReason::storage_scarce)) {
        context_.situations.met(Situation::storage_scarce_refused_at_the_border);
        if (!facts_->storage_scarce() || asked.method == "DELETE" || response.status != 503 ||
            !says_when_to_retry(response))
            violated("gateway {}: {} is refused as if storage were scarce", number_, asked.method);
    }
    if (given == code(ApiCode::exchange_busy) && !says_when_to_retry(response))
        violated("gateway {}: busy, and nobody says when to try again", number_);
    if (response.status >= 500 && !says_when_to_retry(response))
        violated("gateway {}: {} {} is answered with {}", number_, asked.method, asked.path,
                 response.status);
    if (response.status != 200 || asked.path != "/v1/orders") return;
    const std::string_view wanted = std::string_view(asked.query);
    const std::string client_id(wanted.substr(wanted.find('=') + 1));
    const std::uint64_t id = facts_->order_of(asked.account, client_id);
    const std::uint64_t told = json_number(response.body, "id");
    if (told != id)
        violated("gateway {}: under {} account {} is shown order {}, the events say {}", number_,
                 client_id, asked.account, told, id);
    if (id != 0) check_order(response.body, asked.account, client_id);
}

void SessionGateway::check_books() {
    for (const auto& [id, instrument] : view_->fold.instruments()) {
        const NetworkMessage request{
            .kind = NetworkMessage::Kind::request,
            .method = "GET",
            .path = "/marketdata/orderBook/L2",
            .query = "depth=100&symbol=" + std::string(instrument.symbol.view())};
        const Response response = ask(request);
        if (response.status == 429) return;
        Book shown;
        const auto read = [&](std::string_view name, auto& side) {
            std::string_view rows = json_member(response.body, name);
            while (true) {
                const std::string_view price = json_member(rows, "price");
                if (price.empty()) return;
                side[base::parse_decimal(price).value_or(0)] = json_number(rows, "quantity");
                rows.remove_prefix(rows.find('}') + 1);
            }
        };
        read("bids", shown.bids);
        read("asks", shown.asks);
        if (shown.hash() != book_of(view_->fold.depth(id), book_depth_max).hash())
            violated("gateway {}: at rest the REST book of instrument {} is {}", number_, id,
                     response.body);
    }
}

// --- WebSocket ---

void SessionGateway::check_frame(Socket& socket, std::string_view frame, NetworkMessage& message) {
    const std::string_view type = json_member(frame, "type");
    if (type == "authenticated")
        socket.account = static_cast<std::uint32_t>(json_number(frame, "account"));
    if (type == "cancel_on_disconnect") socket.cancels = json_member(frame, "enabled") == "true";
    if (type == "report") check_report(socket, frame);
    if (type == "snapshot" || type == "update") check_public(socket, frame, message);
}

/// Report n is about the n-th event that concerns the account, and that is committed.
void SessionGateway::check_report(const Socket& socket, std::string_view frame) {
    const std::uint64_t n = json_number(frame, "sequence");
    const auto& reports =
        facts_->reports(socket.account, json_member(frame, "channel") == "executions");
    if (n == 0 || n > reports.size() || json_number(frame, "previousSequence") != n - 1 ||
        json_number(frame, "eventSequence") != reports[n - 1].event ||
        json_number(frame, "orderId") != reports[n - 1].order)
        violated("gateway {}: account {} is told {}, it has {} reports, this one of event {}",
                 number_, socket.account, frame, reports.size(),
                 n == 0 || n > reports.size() ? 0 : reports[n - 1].event);
}

/// Public frames are made between commands, and say after which event.
void SessionGateway::check_public(Socket& socket, std::string_view frame, NetworkMessage& message) {
    if (command_end_ != sequence_)
        violated("gateway {}: event {} is in the middle of a command, and this goes out: {}",
                 number_, sequence_, frame);
    if (json_number(frame, "eventSequence") != sequence_)
        violated("gateway {}: after event {} this goes out: {}", number_, sequence_, frame);
    const std::string_view channel = json_member(frame, "channel");
    if (channel == "l2") {
        const std::uint32_t instrument = instrument_of(json_member(frame, "symbol"));
        message.book = book_of(view_->fold.depth(instrument), json_number(frame, "depth")).hash();
    } else if (channel == "trades") {
        check_trades(socket, frame);
    }
}

/// None is left out, none comes twice.
void SessionGateway::check_trades(Socket& socket, std::string_view frame) {
    const std::string symbol(json_member(frame, "symbol"));
    const auto& trades = facts_->trades(instrument_of(symbol));
    std::string_view rows = json_member(frame, "trades");
    std::vector<std::uint64_t> told;
    while (true) {
        const std::uint64_t match = json_number(rows, "matchNumber");
        if (match == 0) break;
        told.push_back(match);
        rows.remove_prefix(rows.find("matchNumber") + 1);
    }
    const bool snapshot = json_member(frame, "type") == "snapshot";
    const std::size_t from =
        snapshot ? trades.size() - std::min(trades.size(), told.size()) : socket.trades[symbol];
    if (from > trades.size() ||
        told != std::vector(trades.begin() + static_cast<std::ptrdiff_t>(from), trades.end()))
        violated("gateway {}: after event {} the trades from {} on are told as {}", number_,
                 sequence_, from, frame);
    socket.trades[symbol] = trades.size();
}

std::uint32_t SessionGateway::instrument_of(std::string_view symbol) const {
    for (const auto& [id, instrument] : view_->fold.instruments())
        if (instrument.symbol.view() == symbol) return id;
    violated("there is no instrument {}", symbol);
}

}  // namespace bw::simulation
