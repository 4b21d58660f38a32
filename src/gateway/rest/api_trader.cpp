// Routes for traders: orders, executions, cash and positions of the account of the key.
#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "gateway/rest/api_state.hpp"
#include "gateway/rest/order_request.hpp"
#include "gateway/rest/render.hpp"

namespace bw::gateway::rest {

namespace {

constexpr std::size_t executions_in_order_max = 100;

struct StatusFilter {
    std::optional<model::OrderStatus> status;
    bool open_only = false;
};

StatusFilter status_filter(Query& query) {
    using enum model::OrderStatus;
    const std::string* text = query.find("status");
    if (!text) return {};
    if (*text == "open") return {std::nullopt, true};
    for (const model::OrderStatus status :
         {accepted, partially_filled, filled, cancelled, rejected, expired})
        if (*text == name_of(status))
            return {status, status == accepted || status == partially_filled};
    query.refuse("status",
                 "status must be one of: open, new, partially_filled, filled, cancelled, rejected, "
                 "expired.");
    return {};
}

model::SideSelection side_selection(Query& query) {
    const std::string* text = query.find("side");
    if (!text) return model::SideSelection::both;
    if (*text == "buy") return model::SideSelection::buy;
    if (*text == "sell") return model::SideSelection::sell;
    query.refuse("side", "side must be buy or sell; without it, both sides are cancelled.");
    return model::SideSelection::both;
}

/// Whether the order keeps its price and becomes no larger.
bool is_reduction(const views::OrderRow& order, const AmendRequest& amend) {
    return (!amend.price || amend.price == order.price) &&
           (!amend.quantity || *amend.quantity <= order.quantity);
}

}  // namespace

std::expected<const views::InstrumentRow*, Api::State::Missing> Api::State::instrument_filter(
    Call& call) const {
    if (!call.query.find("symbol")) return nullptr;
    return instrument_of_query(call);
}

Answer Api::State::enter_order(Call& call) {
    const auto order = parse_order_request(call.request.body);
    if (!order) return refuse(order.error());
    const views::InstrumentRow* instrument =
        parts_.models.reference_data().instrument(order->symbol);
    if (!instrument) return refuse(problem(model::RejectReason::unknown_instrument, "symbol"));
    // An order that may be a repetition goes to the engine, which repeats its first answer.
    if (parts_.models.reference_data().storage_scarce() &&
        parts_.models.orders().find(call.principal.account, order->client_order_id) == nullptr)
        return storage_is_scarce();
    codec::NewOrder command{};
    command.price = order->price;
    command.quantity = order->quantity;
    command.account = call.principal.account;
    command.instrument = instrument->id;
    command.side = order->side;
    command.order_type = order->type;
    command.time_in_force = order->time_in_force;
    command.client_order_id = order->client_order_id;
    command.instructions = order->instructions();
    command.min_quantity = order->min_quantity;
    command.expire_date = order->expire_date;
    command.peg = order->peg;
    command.display_quantity = order->display_quantity;
    command.stop_price = order->stop_price;
    command.offset = order->offset;
    return send(call, command, &State::order_entered);
}

Response Api::State::order_entered(const Pending&, std::span<const std::byte> first_event) {
    const bool duplicate = template_of(first_event) == codec::DuplicateAnswered::template_id;
    if (!duplicate) {
        const views::OrderRow* order =
            parts_.models.orders().find(event_of<codec::OrderAccepted>(first_event).order_id);
        BW_ASSERT(order);  // the newest order is never the one that is dropped
        return order_result(201, *order, false);
    }
    const auto answer = event_of<codec::DuplicateAnswered>(first_event);
    if (const views::OrderRow* order = parts_.models.orders().find(model::OrderId{answer.first_id}))
        return order_result(200, *order, true);
    JsonWriter json;
    json.begin_object()
        .id("id", answer.first_id)
        .member("clientOrderId", answer.client_order_id.view());
    json.flag("duplicate", true).end_object();
    return json_response(200, json);
}

Response Api::State::order_result(std::uint16_t status, const views::OrderRow& order,
                                  bool duplicate) {
    JsonWriter json;
    json.begin_object();
    order_members(json, parts_.models, order);
    if (duplicate) json.flag("duplicate", true);
    json.key("executions").begin_array();
    const std::size_t count = order.executions.size();
    for (std::size_t i = count - std::min(count, executions_in_order_max); i < count; ++i)
        if (const auto* execution = parts_.models.orders().execution_at(order.executions[i]))
            write_execution(json, parts_.models, *execution);
    json.end_array().end_object();
    return json_response(status, json);
}

std::expected<model::OrderId, Api::State::Missing> Api::State::order_id_of_path(
    const Call& call) const {
    const auto id = base::parse_unsigned(call.path_value);
    if (id) return model::OrderId{*id};
    return std::unexpected(Missing{
        refuse(problem(ApiCode::bad_parameter, "The order id must be a whole number.", "id"))});
}

/// nullptr also for an order of another account, so that it is answered like an unknown one.
const views::OrderRow* Api::State::own_order(const Call& call, model::OrderId id) const {
    const views::OrderRow* order = parts_.models.orders().find(id);
    return order && order->account == call.principal.account ? order : nullptr;
}

Answer Api::State::get_order(Call& call) {
    const auto id = order_id_of_path(call);
    if (!id) return id.error().response;
    const views::OrderRow* order = own_order(call, *id);
    return order ? order_result(200, *order, false)
                 : refuse(problem(model::RejectReason::unknown_order, "id"));
}

/// The engine decides, also about an order of another account: the answer must be byte for byte the
/// one for an unknown order. Only id 0 is answered here, because it makes the engine look for the
/// client order id.
Answer Api::State::cancel_order(Call& call) {
    const auto id = order_id_of_path(call);
    if (!id) return id.error().response;
    if (id->value() == 0) return refuse(problem(model::RejectReason::unknown_order, "id"));
    codec::CancelOrder command{};
    command.order_id = *id;
    command.account = call.principal.account;
    return send(call, command, &State::order_cancelled);
}

Response Api::State::order_cancelled(const Pending&, std::span<const std::byte> first_event) {
    const views::OrderRow* order =
        parts_.models.orders().find(event_of<codec::OrderCancelled>(first_event).order_id);
    BW_ASSERT(order);
    return order_result(200, *order, false);
}

/// The engine decides, as for a cancel. Without a quantity in the body, the one in the read model
/// is used, so an unknown order is then answered here.
Answer Api::State::amend_order(Call& call) {
    const auto id = order_id_of_path(call);
    if (!id) return id.error().response;
    const auto amend = parse_amend_request(call.request.body);
    if (!amend) return refuse(amend.error());
    const views::OrderRow* order = own_order(call, *id);
    if (id->value() == 0 || (!amend->quantity && !order))
        return refuse(problem(model::RejectReason::unknown_order, "id"));
    if (parts_.models.reference_data().storage_scarce() && order && !is_reduction(*order, *amend))
        return storage_is_scarce();
    codec::AmendOrder command{};
    command.order_id = *id;
    command.price = amend->price.value_or(model::no_price);
    command.quantity = amend->quantity ? *amend->quantity : order->quantity;
    command.account = call.principal.account;
    return send(call, command, &State::order_amended);
}

Response Api::State::order_amended(const Pending&, std::span<const std::byte> first_event) {
    model::OrderId id;
    codec::visit<std::tuple<codec::OrderReduced, codec::OrderReplaced, codec::OrderCancelled>>(
        first_event, [&id](const auto& event) { id = event.order_id; });
    const views::OrderRow* order = parts_.models.orders().find(id);
    BW_ASSERT(order);  // open, or the newest closed one
    return order_result(200, *order, false);
}

Answer Api::State::cancel_orders(Call& call) { return mass_cancel(call, call.principal.account); }

Answer Api::State::mass_cancel(Call& call, model::AccountId account) {
    codec::MassCancel command{};
    command.account = account;
    command.side = side_selection(call.query);
    if (call.query.problem()) return refuse(*call.query.problem());
    const auto instrument = instrument_filter(call);
    if (!instrument) return instrument.error().response;
    if (*instrument) command.instrument = (*instrument)->id;
    return send(call, command, &State::orders_cancelled);
}

Response Api::State::orders_cancelled(const Pending&, std::span<const std::byte>) {
    JsonWriter json;
    json.begin_object()
        .count("cancelled", notes_.mass_cancelled.cancelled)
        .key("orders")
        .begin_array();
    for (const model::OrderId id : notes_.cancelled) json.text(std::to_string(id.value()));
    json.end_array().end_object();
    return json_response(200, json);
}

Answer Api::State::list_orders(Call& call) {
    Query& query = call.query;
    const StatusFilter status = status_filter(query);
    const std::size_t limit = query.limit("limit", page_default, page_max);
    const PageCursor cursor = query.cursor();
    const auto client_id = query.client_id("clientOrderId");
    if (query.problem()) return refuse(*query.problem());
    const auto instrument = instrument_filter(call);
    if (!instrument) return instrument.error().response;
    const model::InstrumentId of = *instrument ? (*instrument)->id : model::InstrumentId{0};
    query.expect_pages_of(of, cursor);
    if (query.problem()) return refuse(*query.problem());
    const auto wanted = [&](const views::OrderRow& order) {
        return (!*instrument || order.instrument == (*instrument)->id) &&
               (!status.status || order.status == *status.status) &&
               (!status.open_only || order.open());
    };
    views::Page<views::OrderRow> page;
    if (client_id) {
        const views::OrderRow* order =
            parts_.models.orders().find(call.principal.account, *client_id);
        if (order && wanted(*order) && (cursor.at == 0 || order->id.value() < cursor.at))
            page.rows.push_back(order);
    } else {
        page = parts_.models.orders().page(call.principal.account, cursor.at, limit,
                                           status.open_only, wanted);
    }
    JsonWriter json;
    json.begin_object().key("orders").begin_array();
    for (const views::OrderRow* order : page.rows) {
        json.begin_object();
        order_members(json, parts_.models, *order);
        json.end_object();
    }
    json.end_array();
    write_next_cursor(json, page.next, of);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::list_executions(Call& call) {
    Query& query = call.query;
    const std::size_t limit = query.limit("limit", page_default, page_max);
    const PageCursor cursor = query.cursor();
    const std::uint64_t order_id = query.id("orderId");
    const std::uint64_t start_ns = query.time("startTime", 0),
                        end_ns = query.time("endTime", UINT64_MAX);
    if (query.problem()) return refuse(*query.problem());
    const auto instrument = instrument_filter(call);
    if (!instrument) return instrument.error().response;
    const model::InstrumentId of = *instrument ? (*instrument)->id : model::InstrumentId{0};
    query.expect_pages_of(of, cursor);
    if (query.problem()) return refuse(*query.problem());
    const auto page = parts_.models.orders().executions(
        call.principal.account, cursor.at, limit, [&](const views::ExecutionRow& row) {
            return (!*instrument || row.instrument == (*instrument)->id) &&
                   (order_id == 0 || row.order.value() == order_id) && row.time_ns >= start_ns &&
                   row.time_ns < end_ns;
        });
    JsonWriter json;
    json.begin_object().key("executions").begin_array();
    for (const views::ExecutionRow* execution : page.rows)
        write_execution(json, parts_.models, *execution);
    json.end_array();
    write_next_cursor(json, page.next, of);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::get_account(Call& call) {
    const views::AccountRow* account = parts_.models.balances().account(call.principal.account);
    if (!account) return refuse(problem(model::RejectReason::unknown_account));
    JsonWriter json;
    json.begin_object();
    account_members(json, parts_.models, *account);
    json.end_object();
    return json_response(200, json);
}

}  // namespace bw::gateway::rest
