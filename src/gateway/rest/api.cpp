#include "gateway/rest/api.hpp"
#include "gateway/common/refusal.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/assert.hpp"
#include "gateway/rest/api_state.hpp"

namespace bw::gateway::rest {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view orders_query[] = {"symbol", "status", "clientOrderId", "limit",
                                             "cursor"};
constexpr std::string_view mass_cancel_query[] = {"symbol", "side"};
constexpr std::string_view executions_query[] = {"symbol",  "orderId", "startTime",
                                                 "endTime", "limit",   "cursor"};
constexpr std::string_view book_query[] = {"symbol", "depth"};
constexpr std::string_view symbol_query[] = {"symbol"};
constexpr std::string_view trades_query[] = {"symbol", "limit", "cursor"};
constexpr std::string_view candles_query[] = {"symbol",  "resolution", "startTime",
                                              "endTime", "limit",      "cursor"};
constexpr std::string_view accounts_query[] = {"limit", "cursor"};

/// The part of `path` at the {…} of `pattern` (still encoded; empty if there is no {…}), or nothing
/// if they do not match.
std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path) {
    std::string_view value;
    while (!pattern.empty() && !path.empty()) {
        if (pattern.front() == '{') {
            value = path.substr(0, path.find('/'));
            if (value.empty()) return std::nullopt;
            path.remove_prefix(value.size());
            pattern.remove_prefix(pattern.find('}') + 1);
        } else {
            if (pattern.front() != path.front()) return std::nullopt;
            pattern.remove_prefix(1);
            path.remove_prefix(1);
        }
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return value;
}

bool is_json(std::string_view content_type) {
    constexpr std::string_view json = "application/json";
    if (content_type.size() < json.size()) return false;
    for (std::size_t i = 0; i < json.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(content_type[i])) != json[i]) return false;
    return content_type.size() == json.size() || content_type[json.size()] == ';' ||
           content_type[json.size()] == ' ';
}

}  // namespace

/// All routes. A test compares them with openapi.yaml.
struct RouteTable {
    using S = Api::State;
    static constexpr Words none{};
    static constexpr S::Route rows[] = {
        {{"POST", "/v1/order", Access::trader, none, true}, &S::enter_order},
        {{"GET", "/v1/order/{id}", Access::trader, none, false}, &S::get_order},
        {{"DELETE", "/v1/order/{id}", Access::trader, none, false}, &S::cancel_order},
        {{"PATCH", "/v1/order/{id}", Access::trader, none, true}, &S::amend_order},
        {{"GET", "/v1/orders", Access::trader, orders_query, false}, &S::list_orders},
        {{"DELETE", "/v1/orders", Access::trader, mass_cancel_query, false}, &S::cancel_orders},
        {{"GET", "/v1/execution", Access::trader, executions_query, false}, &S::list_executions},
        {{"GET", "/v1/account", Access::trader, none, false}, &S::get_account},
        {{"GET", "/v1/instruments", Access::everyone, none, false}, &S::list_instruments},
        {{"GET", "/marketdata/orderBook/L2", Access::everyone, book_query, false}, &S::get_book},
        {{"GET", "/marketdata/status", Access::everyone, symbol_query, false},
         &S::get_market_status},
        {{"GET", "/marketdata/trades", Access::everyone, trades_query, false}, &S::list_trades},
        {{"GET", "/marketdata/candles", Access::everyone, candles_query, false}, &S::list_candles},
        {{"GET", "/v1/time", Access::everyone, none, false}, &S::get_time},
        {{"GET", "/v1/status", Access::everyone, none, false}, &S::get_status},
        {{"GET", "/openapi.yaml", Access::everyone, none, false}, &S::get_openapi_yaml},
        {{"GET", "/openapi.json", Access::everyone, none, false}, &S::get_openapi_json},
        {{"GET", "/", Access::everyone, none, false}, &S::get_page},
        {{"POST", "/v1/operator/instruments", Access::operations, none, true}, &S::list_instrument},
        {{"PUT", "/v1/operator/instruments/{symbol}", Access::operations, none, true},
         &S::change_instrument},
        {{"POST", "/v1/operator/instruments/{symbol}/halt", Access::operations, none, true},
         &S::halt_instrument},
        {{"POST", "/v1/operator/instruments/{symbol}/resume", Access::operations, none, false},
         &S::resume_instrument},
        {{"GET", "/v1/operator/accounts", Access::operations, accounts_query, false},
         &S::list_accounts},
        {{"POST", "/v1/operator/accounts", Access::operations, none, true}, &S::open_account},
        {{"GET", "/v1/operator/accounts/{id}", Access::operations, none, false},
         &S::get_any_account},
        {{"POST", "/v1/operator/accounts/{id}/keys", Access::operations, none, false},
         &S::create_key},
        {{"PUT", "/v1/operator/accounts/{id}/limits", Access::operations, none, true},
         &S::set_limits},
        {{"PUT", "/v1/operator/accounts/{id}/state", Access::operations, none, true},
         &S::set_account_state},
        {{"PUT", "/v1/operator/accounts/{id}/selfTradePrevention", Access::operations, none, true},
         &S::set_self_trade_prevention},
        {{"DELETE", "/v1/operator/accounts/{id}/orders", Access::operations, mass_cancel_query,
          false},
         &S::cancel_orders_of_account},
        {{"POST", "/v1/operator/accounts/{id}/deposits", Access::operations, none, true},
         &S::deposit},
        {{"PUT", "/v1/operator/accounts/{id}/feeTier", Access::operations, none, true},
         &S::set_fee_tier},
        {{"GET", "/v1/operator/fees", Access::operations, none, false}, &S::list_fees},
        {{"PUT", "/v1/operator/fees", Access::operations, none, true}, &S::set_fees},
        {{"GET", "/v1/operator/instruments/{symbol}", Access::operations, none, false},
         &S::get_instrument},
        {{"PUT", "/v1/operator/instruments/{symbol}/state", Access::operations, none, true},
         &S::change_state},
        {{"POST", "/v1/operator/instruments/{symbol}/indicative", Access::operations, none, false},
         &S::publish_indicative},
        {{"PUT", "/v1/operator/instruments/{symbol}/priceBands", Access::operations, none, true},
         &S::set_price_bands},
        {{"PUT", "/v1/operator/instruments/{symbol}/limitBands", Access::operations, none, true},
         &S::set_limit_bands},
        {{"POST", "/v1/operator/instruments/{symbol}/limitPause", Access::operations, none, true},
         &S::pause_on_limit_state},
        {{"PUT", "/v1/operator/instruments/{symbol}/allocation", Access::operations, none, true},
         &S::set_allocation},
        {{"PUT", "/v1/operator/instruments/{symbol}/tickTable", Access::operations, none, true},
         &S::set_tick_table},
        {{"PUT", "/v1/operator/instruments/{symbol}/referenceQuote", Access::operations, none,
          true},
         &S::set_reference_quote},
        {{"PUT", "/v1/operator/instruments/{symbol}/symbol", Access::operations, none, true},
         &S::change_symbol},
        {{"POST", "/v1/operator/instruments/{symbol}/split", Access::operations, none, true},
         &S::split_shares},
        {{"POST", "/v1/operator/instruments/{symbol}/delist", Access::operations, none, false},
         &S::delist},
        {{"PUT", "/v1/operator/market/state", Access::operations, none, true},
         &S::change_market_state},
        {{"POST", "/v1/operator/market/indicative", Access::operations, none, false},
         &S::publish_indicatives},
        {{"POST", "/v1/operator/market/circuitBreaker", Access::operations, none, true},
         &S::trip_breaker},
        {{"POST", "/v1/operator/market/endDay", Access::operations, none, true}, &S::end_day},
        {{"POST", "/v1/operator/market/ruleSet", Access::operations, none, true}, &S::set_rule_set},
        {{"POST", "/v1/operator/market/businessDate", Access::operations, none, true},
         &S::set_business_date},
        {{"GET", "/v1/operator/killSwitches", Access::operations, none, false},
         &S::list_kill_switches},
        {{"POST", "/v1/operator/killSwitches", Access::operations, none, true},
         &S::set_kill_switch},
        {{"POST", "/v1/operator/killSwitches/release", Access::operations, none, true},
         &S::release_kill_switch},
        {{"POST", "/v1/operator/trades/{id}/bust", Access::operations, none, false},
         &S::bust_trade},
        {{"POST", "/v1/operator/trades/{id}/correction", Access::operations, none, true},
         &S::correct_trade},
        {{"GET", "/v1/operator/proposals", Access::operations, none, false}, &S::list_proposals},
        {{"POST", "/v1/operator/proposals/{id}/approval", Access::operations, none, false},
         &S::approve},
    };
};

Api::Api(const ApiParts& parts, const ApiOptions& options)
    : state_(std::make_unique<State>(parts, options)) {}
Api::~Api() = default;
void Api::set_on_complete(OnComplete on_complete) { state_->on_complete = std::move(on_complete); }
std::optional<Response> Api::handle(Request& request, Token token) {
    if (!request.pass)
        if (auto refused = state_->gate().admit(request)) return refused;
    return state_->handle(request, token);
}
void Api::abandon(Token token) { state_->abandon(token); }
void Api::apply(const views::RecordView&, const views::AnyEvent& event) { state_->apply(event); }
void Api::end(const views::RecordView& record) { state_->end(record); }
std::size_t Api::answer_created_keys() { return state_->answer_created_keys(); }
std::size_t Api::expire() { return state_->expire(); }
std::size_t Api::give_up_waiting() { return state_->give_up_waiting(); }
std::size_t Api::waiting() const { return state_->waiting(); }

std::vector<RouteInfo> Api::routes() {
    std::vector<RouteInfo> infos;
    for (const State::Route& route : State::routes()) infos.push_back(route.info);
    return infos;
}

Api::State::State(const ApiParts& parts, const ApiOptions& options)
    : parts_(parts),
      options_(options),
      desk_(options.gateway, parts.clock.realtime_ns()),
      started_ns_(parts.clock.realtime_ns()),
      started_monotonic_ns_(parts.clock.monotonic_ns()) {}

std::span<const Api::State::Route> Api::State::routes() { return RouteTable::rows; }

// --- requests
// -------------------------------------------------------------------------------------------------

Pass Api::find_route(std::string_view method, std::string_view path) {
    const auto routes = State::routes();
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const RouteInfo& info = routes[i].info;
        if (info.method != routed(method)) continue;
        if (const auto value = match_path(info.path, path))
            return {.route = i, .path_value = *value, .access = info.access};
    }
    return {};
}

Answer Api::State::handle(const Request& request, Token token) {
    BW_ASSERT(request.pass);
    const Pass& pass = *request.pass;
    if (pass.route == Pass::no_route) return unmatched(request);
    const Route& route = routes()[pass.route];
    if (request.facts != nullptr) {
        request.facts->method = route.info.method;
        request.facts->route = route.info.path;
        request.facts->key_id = pass.principal.key_id;
        request.facts->account = pass.principal.account;
        request.facts->operator_id = pass.principal.operator_id;
    }
    auto decoded = percent_decode(pass.path_value, false);
    if (!decoded)
        return refuse(
            problem(ApiCode::bad_parameter, "The path has a malformed escape or is not UTF-8."));
    Call call{request, token, pass.principal, std::move(*decoded),
              Query(request.query, route.info.query)};
    return run(route, call);
}

Answer Api::State::run(const Route& route, Call& call) {
    const bool is_signed = route.info.access != Access::everyone;
    Answer answer = is_signed ? run_signed(route, call) : run_public(route, call);
    Response later;
    Response& response = answer ? *answer : later;
    add_rate_headers(response, call.request.pass->rate);
    if (is_signed) forbid_caching(response);
    if (!answer) headers_of_waiting(call.token) = std::move(later.headers);
    return answer;
}

Answer Api::State::run_public(const Route& route, Call& call) {
    if (!options_.market_data && route.info.path.starts_with("/marketdata/"))
        return refuse(
            problem(ApiCode::unknown_route,
                    "Market data is served by the process market-data of this exchange."));
    if (call.query.problem()) return refuse(*call.query.problem());
    Answer answer = (this->*route.handler)(call);
    BW_ASSERT(answer);  // public routes send no commands
    answer->headers.emplace_back("BW-Sequence", std::to_string(parts_.models.sequence()));
    return answer;
}

Answer Api::State::run_signed(const Route& route, Call& call) {
    const Request& request = call.request;
    const auto needed =
        route.info.access == Access::trader ? access::Role::trader : access::Role::operations;
    if (call.principal.role != needed)
        return refuse(problem(ApiCode::forbidden, fmt::format("This needs a key of the role {}.",
                                                              access::name_of(needed))));
    if (call.query.problem()) return refuse(*call.query.problem());
    if (!request.body.empty() && route.info.takes_body && !is_json(request.content_type))
        return refuse(problem(ApiCode::unsupported_media_type,
                              "The body must be sent as application/json.", "Content-Type"));
    return (this->*route.handler)(call);
}

Answer Api::State::unmatched(const Request& request) {
    std::string allowed;
    for (const Route& route : routes())
        if (match_path(route.info.path, request.path))
            allowed += (allowed.empty() ? "" : ", ") +
                       std::string(route.info.method == "GET" ? "GET, HEAD" : route.info.method);
    if (allowed.empty() && routed(request.method) == "GET") {
        Call call{request, 0, request.pass->principal, std::string(request.path),
                  Query(request.query, {})};
        return get_page(call);
    }
    if (allowed.empty())
        return refuse(problem(ApiCode::unknown_route,
                              "There is nothing at this path; see GET /openapi.yaml."));
    Response response = refuse(problem(ApiCode::method_not_allowed,
                                       fmt::format("The methods of this path are: {}.", allowed)));
    response.headers.emplace_back("Allow", allowed);
    return response;
}

// --- commands
// -------------------------------------------------------------------------------------------------

/// `id`: of the command; nothing: the ring was full.
Answer Api::State::sent(const Call& call, std::optional<model::RequestId> id) {
    if (!id) {
        if (options_.metrics != nullptr) options_.metrics->ring_full.add();
        Response response = refuse(
            problem(ApiCode::exchange_busy, "The exchange is busy; nothing was sent. Try again."));
        response.headers.emplace_back("Retry-After", "1");
        return response;
    }
    if (call.request.facts != nullptr) call.request.facts->request_id = *id;
    return std::nullopt;
}

void Api::State::abandon(Token token) {
    std::erase_if(key_requests_,
                  [token](const auto& entry) { return entry.second.token == token; });
    desk_.abandon(token);
}

void Api::State::apply(const views::AnyEvent& event) {
    if (desk_.waiting() == 0) return;
    desk_.apply(event);
    using Noted = std::tuple<codec::OrderCancelled, codec::MassCancelled, codec::MarketStateSet,
                             codec::IndicativesPublished, codec::DayEnded, codec::KillSwitchSet>;
    event.visit<Noted>([this](const auto& noted) { note(noted); });
}

void Api::State::end(const views::RecordView& record) {
    if (auto completed = desk_.end(record)) complete(*completed, record.sequence);
    if (record.ends_command()) notes_ = {};
}

/// Keeps what is part of an answer and not in the first event of its command.
template <class Event>
void Api::State::note(const Event& event) {
    using E = Event;
    if constexpr (std::is_same_v<E, codec::OrderCancelled>) {
        if (event.reason == model::CancelReason::mass_cancel &&
            notes_.cancelled.size() < cancelled_shown_max)
            notes_.cancelled.push_back(event.order_id);
    } else if constexpr (std::is_same_v<E, codec::MassCancelled>) {
        notes_.mass_cancelled = event;
    } else if constexpr (std::is_same_v<E, codec::MarketStateSet>) {
        notes_.market_state = event;
    } else if constexpr (std::is_same_v<E, codec::IndicativesPublished>) {
        notes_.indicatives = event;
    } else if constexpr (std::is_same_v<E, codec::DayEnded>) {
        notes_.day = event;
    } else if constexpr (std::is_same_v<E, codec::KillSwitchSet>) {
        notes_.kill_switch = event;
    }
}

void Api::State::complete(Desk::Completed& completed, std::uint64_t sequence) {
    Response response = finished(completed.pending, completed.first_event);
    for (auto& header : completed.pending.headers) response.headers.push_back(std::move(header));
    if (on_complete) on_complete(completed.caller, std::move(response), sequence);
}

Response Api::State::finished(const Pending& pending, std::span<const std::byte> event) {
    if (template_of(event) == codec::CommandRejected::template_id)
        return refused(event_of<codec::CommandRejected>(event));
    if (template_of(event) == codec::DuplicateAnswered::template_id) {
        const auto duplicate = event_of<codec::DuplicateAnswered>(event);
        if (duplicate.first_reason != model::RejectReason::none) return refused_before(duplicate);
    }
    return (this->*pending.finish)(pending, event);
}

Response Api::State::refused(const codec::CommandRejected& event) {
    Problem refusal = common::refusal_of(event.reason, event.command_template);
    refusal.request_id = event.request_id.value();
    refusal.order_id = event.order_id.value();
    refusal.client_order_id = event.client_order_id.view();
    Response response = to_response(refusal);
    if (event.reason == model::RejectReason::storage_scarce) ask_to_retry(response);
    return response;
}

/// Refused before the ring, so that the remaining room in the logs is left for cancels.
Response Api::State::storage_is_scarce() {
    Response response = refuse(problem(model::RejectReason::storage_scarce));
    ask_to_retry(response);
    if (options_.metrics != nullptr) options_.metrics->storage_refused.add();
    return response;
}

void Api::State::ask_to_retry(Response& response) {
    response.headers.emplace_back("Retry-After", std::to_string(storage_retry_s));
}

Response Api::State::refused_before(const codec::DuplicateAnswered& event) {
    Problem refusal = common::refusal_of(event.first_reason, event.command_template);
    refusal.request_id = event.request_id.value();
    refusal.order_id = event.command_template == codec::NewOrder::template_id ? event.first_id : 0;
    refusal.client_order_id = event.client_order_id.view();
    refusal.duplicate = true;
    return to_response(refusal);
}

std::size_t Api::State::expire() {
    return expire_keys() +
           answer_expired(parts_.clock.monotonic_ns(), ApiCode::no_answer,
                          "The exchange did not answer in time; the outcome is unknown. Look the "
                          "order up by clientOrderId.");
}

std::size_t Api::State::give_up_waiting() {
    return answer_expired(std::numeric_limits<std::uint64_t>::max(), ApiCode::exchange_busy,
                          "The exchange restarted before it received this request; nothing was "
                          "done. Try again.");
}

std::size_t Api::State::answer_expired(std::uint64_t until_ns, ApiCode code,
                                       std::string_view detail) {
    std::size_t count = 0;
    while (auto expired = desk_.next_expired(until_ns)) {
        if (options_.metrics != nullptr)
            (code == ApiCode::no_answer ? options_.metrics->unanswered
                                        : options_.metrics->ring_full)
                .add();
        Problem silence = problem(code, std::string(detail));
        silence.request_id = expired->request_id.value();
        Response response = to_response(silence);
        for (auto& header : expired->pending.headers) response.headers.push_back(std::move(header));
        if (on_complete) on_complete(expired->caller, std::move(response), 0);
        ++count;
    }
    return count;
}

}  // namespace bw::gateway::rest
