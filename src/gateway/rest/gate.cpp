#include "gateway/rest/gate.hpp"

#include <fmt/format.h>

#include "gateway/common/api_code.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/rest/problem.hpp"

namespace bw::gateway::rest {
namespace {

Response too_many(const access::RateState& rate) {
    Response response = to_response(problem(
        ApiCode::rate_limited, fmt::format("Too many requests; try again in {} s.", rate.retry_s)));
    add_rate_headers(response, rate);
    response.headers.emplace_back("Retry-After", std::to_string(rate.retry_s));
    return response;
}

}  // namespace

void add_rate_headers(Response& response, const access::RateState& rate) {
    if (rate.limit == 0) return;  // no limit
    response.headers.emplace_back(
        "RateLimit",
        fmt::format("limit={}, remaining={}, reset={}", rate.limit, rate.remaining, rate.reset_s));
    response.headers.emplace_back("RateLimit-Policy",
                                  fmt::format("{};w=1;burst={}", rate.per_second, rate.limit));
}

void forbid_caching(Response& response) {
    response.headers.emplace_back("Cache-Control", "no-store");
}

Gate::Gate(access::Authenticator& authenticator, const platform::Clock& clock,
           platform::Random& random, const GateOptions& options)
    : authenticator_(authenticator),
      clock_(clock),
      options_(options),
      unsigned_(options.addresses, random),
      wrongly_signed_(options.addresses, random) {}

std::optional<Response> Gate::admit(Request& request) {
    request.pass = Api::find_route(request.method, request.path);
    if (request.pass->access == Access::everyone) return admit_anyone(request);
    auto refused = admit_signed(request);
    if (refused) forbid_caching(*refused);
    return refused;
}

std::optional<Response> Gate::admit_anyone(Request& request) {
    request.pass->rate = take(unsigned_, request);
    if (!request.pass->rate.allowed) return too_many(request.pass->rate);
    return std::nullopt;
}

std::optional<Response> Gate::admit_signed(Request& request) {
    if (request.signed_in != nullptr && !*request.signed_in && !request.unlimited) {
        const auto rate = wrongly_signed_.look(request.address, clock_.monotonic_ns());
        if (!rate.allowed) return too_many(rate);
    }
    const auto principal = authenticator_.authenticate(
        {request.method, request.path, request.query, request.body, request.key_id,
         request.timestamp_ms, request.nonce, request.signature});
    if (request.signed_in != nullptr) *request.signed_in = principal.has_value();
    if (!principal) {
        const auto rate = take(wrongly_signed_, request);
        if (!rate.allowed) return too_many(rate);
        return to_response(problem(common::api_code(principal.error().reason),
                                   std::string(principal.error().detail)));
    }
    request.pass->principal = *principal;
    request.pass->rate = take_of_key(request);
    if (!request.pass->rate.allowed) return too_many(request.pass->rate);
    return std::nullopt;
}

/// From a budget of the address, if it has one.
access::RateState Gate::take(access::AddressBudgets& budgets, const Request& request) {
    if (request.unlimited) return {};
    return budgets.take(request.address, clock_.monotonic_ns());
}

access::RateState Gate::take_of_key(const Request& request) const {
    using access::RateClass;
    const bool cancels = request.method == "DELETE", asks = routed(request.method) == "GET";
    const access::Rate& rate = cancels ? options_.cancels
                               : asks  ? options_.queries
                                       : options_.orders;
    access::KeyBudgets* const budgets = request.pass->principal.budgets;
    if (budgets == nullptr) return access::full_budget(rate);
    const RateClass kind = cancels ? RateClass::cancel : asks ? RateClass::query : RateClass::order;
    return budgets->take(kind, rate, clock_.monotonic_ns());
}

}  // namespace bw::gateway::rest
