// Public routes: market data, the state of the exchange, the OpenAPI document and the web page.
#include "gateway/common/date_text.hpp"
#include "gateway/rest/api_state.hpp"
#include "gateway/rest/embedded.hpp"
#include "gateway/rest/openapi_document.hpp"
#include "gateway/rest/render.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::gateway::rest {

namespace {

constexpr std::size_t depth_default = 20;
constexpr std::size_t depth_max = 1'000;
constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t ns_per_ms = 1'000'000;

std::string_view content_type_of(std::string_view path) {
    if (path.ends_with(".html")) return "text/html; charset=utf-8";
    if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (path.ends_with(".css")) return "text/css; charset=utf-8";
    if (path.ends_with(".svg")) return "image/svg+xml";
    if (path.ends_with(".png")) return "image/png";
    if (path.ends_with(".ico")) return "image/x-icon";
    if (path.ends_with(".json")) return "application/json";
    if (path.ends_with(".yaml")) return "application/yaml";
    return "application/octet-stream";
}

Response file_response(std::string_view path, std::string_view content) {
    Response response;
    response.content_type = content_type_of(path);
    response.body = content;
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
}

}  // namespace

std::expected<const views::InstrumentRow*, Api::State::Missing> Api::State::instrument_of_query(
    Call& call) const {
    const std::string symbol = call.query.required("symbol");
    if (call.query.problem()) return std::unexpected(Missing{refuse(*call.query.problem())});
    if (const views::InstrumentRow* instrument = parts_.models.reference_data().instrument(symbol))
        return instrument;
    const Problem unknown = problem(model::RejectReason::unknown_instrument, "symbol");
    return std::unexpected(Missing{to_response(unknown, 404)});
}

Answer Api::State::list_instruments(Call&) {
    JsonWriter json;
    json.begin_object().key("instruments").begin_array();
    for (const auto& [id, instrument] : parts_.models.reference_data().instruments())
        write_instrument(json, instrument, status_of(id), parts_.models.reference_data().rules(),
                         Audience::everyone);
    json.end_array().end_object();
    return json_response(200, json);
}

views::market::Status Api::State::status_of(model::InstrumentId id) const {
    return parts_.models.market().status(id).value_or(views::market::Status{});
}

Answer Api::State::get_market_status(Call& call) {
    const auto instrument = instrument_of_query(call);
    if (!instrument) return instrument.error().response;
    JsonWriter json;
    json.begin_object().member("symbol", (*instrument)->symbol.view());
    status_members(json, status_of((*instrument)->id));
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::get_book(Call& call) {
    const std::size_t levels = call.query.limit("depth", depth_default, depth_max);
    const auto instrument = instrument_of_query(call);
    if (!instrument) return instrument.error().response;
    const views::market::Depth depth =
        parts_.models.market().depth((*instrument)->id, levels).value_or(views::market::Depth{});
    JsonWriter json;
    json.begin_object()
        .member("symbol", (*instrument)->symbol.view())
        .member("state", name_of((*instrument)->state))
        .id("sequence", depth.sequence);
    json.key("bids").begin_array();
    for (const views::market::LevelRow& level : depth.bids) write_level(json, level);
    json.end_array().key("asks").begin_array();
    for (const views::market::LevelRow& level : depth.asks) write_level(json, level);
    json.end_array().end_object();
    return json_response(200, json);
}

Answer Api::State::list_trades(Call& call) {
    const std::size_t limit = call.query.limit("limit", page_default, page_max);
    const PageCursor cursor = call.query.cursor();
    const auto instrument = instrument_of_query(call);
    if (!instrument) return instrument.error().response;
    const model::InstrumentId of = (*instrument)->id;
    call.query.expect_pages_of(of, cursor);
    if (call.query.problem()) return refuse(*call.query.problem());
    auto trades = parts_.models.market().trades(of, limit + 1, model::MatchNumber{cursor.at});
    const bool more = trades.size() > limit;
    if (more) trades.pop_back();
    JsonWriter json;
    json.begin_object().member("symbol", (*instrument)->symbol.view()).key("trades").begin_array();
    for (const views::market::TradeRow& trade : trades) write_trade(json, trade);
    json.end_array();
    write_next_cursor(json, more ? trades.back().match_number.value() : 0, of);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::list_candles(Call& call) {
    Query& query = call.query;
    const auto resolution = views::market::resolution_from(query.required("resolution"));
    if (!resolution)
        query.refuse("resolution", "resolution must be one of: 1m, 5m, 15m, 1h, 1d, 1w, 1M.");
    const std::size_t limit = query.limit("limit", page_default, page_max);
    const std::uint64_t start_ns = query.time("startTime", 0),
                        end_ns = query.time("endTime", UINT64_MAX);
    const PageCursor cursor = query.cursor();
    const auto instrument = instrument_of_query(call);
    if (!instrument) return instrument.error().response;
    const model::InstrumentId of = (*instrument)->id;
    query.expect_pages_of(of, cursor);
    if (query.problem()) return refuse(*query.problem());
    auto candles = parts_.models.market().candles(
        of, *resolution, start_ns, cursor.at == 0 ? end_ns : std::min(end_ns, cursor.at),
        limit + 1);
    const bool more = candles.size() > limit;
    if (more) candles.erase(candles.begin());
    JsonWriter json;
    json.begin_object()
        .member("symbol", (*instrument)->symbol.view())
        .member("resolution", views::market::name_of(*resolution));
    json.key("candles").begin_array();
    for (const views::market::Candle& candle : candles) write_candle(json, candle);
    json.end_array();
    write_next_cursor(json, more ? candles.front().start_ns : 0, of);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::get_time(Call&) {
    const std::uint64_t now_ns = parts_.clock.realtime_ns();
    JsonWriter json;
    json.begin_object()
        .member("time", format_time(now_ns))
        .count("epochMs", now_ns / ns_per_ms)
        .id("epochNs", now_ns)
        .end_object();
    return json_response(200, json);
}

Answer Api::State::get_status(Call&) {
    const NodeStatus node = parts_.status ? parts_.status() : NodeStatus{};
    const views::ReadModels& models = parts_.models;
    const views::Counts& counts = models.totals().counts();
    JsonWriter json;
    json.begin_object().member("version", node.version).member("durability", node.durability);
    json.member("survives", node.promise);
    json.member("startTime", format_time(started_ns_));
    json.count("uptimeSeconds", (parts_.clock.monotonic_ns() - started_monotonic_ns_) / ns_per_s);
    json.key("sequences").begin_object().id("commandsAppended", node.commands_appended);
    json.id("commandsCommitted", node.commands_committed)
        .id("events", models.sequence())
        .end_object();
    json.key("storage")
        .begin_object()
        .member("state", models.reference_data().storage_scarce() ? "scarce" : "ample")
        .id("commandBytesLeft", node.command_room)
        .id("eventBytesLeft", node.event_room)
        .end_object();
    const model::Rules& rules = models.reference_data().rules();
    json.key("ruleSet")
        .begin_object()
        .count("inForce", static_cast<std::uint64_t>(rules.in_force))
        .count("next", static_cast<std::uint64_t>(rules.next))
        .end_object();
    const std::uint32_t last_day = models.reference_data().last_day();
    json.member("lastBusinessDate",
                last_day == 0 ? std::nullopt : std::optional(common::format_date(last_day)));
    json.key("counts")
        .begin_object()
        .count("instruments", models.reference_data().instruments().size())
        .count("accounts", counts.accounts);
    json.count("orders", counts.orders).count("openOrders", counts.open_orders);
    json.count("trades", counts.trades).count("requestsWaiting", desk_.waiting()).end_object();
    json.key("fees").begin_object();
    fee_members(json, models.reference_data().fees()[0]);
    json.key("collected").begin_array();
    for (const auto& [currency, amount] : models.totals().fees_collected())
        json.begin_object()
            .member("currency", currency.view())
            .member("amount", amount)
            .end_object();
    json.end_array().end_object().end_object();
    return json_response(200, json);
}

Answer Api::State::get_openapi_yaml(Call&) {
    return file_response("openapi.yaml", embedded_file("protocol/rest/openapi.yaml"));
}

Answer Api::State::get_openapi_json(Call&) {
    static const std::string json = yaml_to_json(embedded_file("protocol/rest/openapi.yaml"));
    return file_response("openapi.json", json);
}

/// "/" is the page of the market, or where that is not served the page of this interface; every
/// other embedded file of web/ has its own name as path. The path is compared with these names; no
/// file is opened.
Answer Api::State::get_page(Call& call) {
    const std::string_view start = options_.market_data ? "/index.html" : "/api.html";
    const std::string_view path = call.request.path == "/" ? start : call.request.path;
    const std::string_view content = embedded_file("web" + std::string(path));
    if (!content.data())
        return refuse(problem(ApiCode::unknown_route,
                              "There is nothing at this path; see GET /openapi.yaml."));
    Response response = file_response(path, content);
    if (path.ends_with(".html"))
        response.headers.emplace_back(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "connect-src 'self' ws: wss:; frame-ancestors 'none'");
    return response;
}

}  // namespace bw::gateway::rest
