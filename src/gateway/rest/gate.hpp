// Gate: what a request must pass before a room sees it. It asks in this order, the cheapest first,
// and copies and parses nothing:
//
//   route ─┬─ for everyone ─► budget of the address ─► Pass
//          └─ signed ─► signed in, or tokens of the address ─► signature ─► budget of key ─► Pass
//
// A wrong signature is paid for by the address, from a budget of its own: whoever asks for public
// data all the time does not keep others of the same address from signing in. Threads: any, all at
// once; it takes no lock and allocates for refusals only.
#pragma once

#include <optional>

#include "access/address_budgets.hpp"
#include "access/authenticator.hpp"
#include "gateway/rest/message.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"

namespace bw::gateway::rest {

struct GateOptions {
    access::Rate orders{200, 400};   ///< POST, PUT and PATCH of one key
    access::Rate cancels{200, 400};  ///< DELETE of one key: cancels and mass cancels
    access::Rate queries{200, 400};  ///< GET of one key
    /// of one remote address: requests for everyone; and as many that are wrongly signed
    access::Rate addresses{500, 1'000};
};

class Gate {
 public:
    /// Requires: the references outlive the gate.
    Gate(access::Authenticator& authenticator, const platform::Clock& clock,
         platform::Random& random, const GateOptions& options);

    /// The refusal, or nothing: then `request.pass` is set.
    [[nodiscard]] std::optional<Response> admit(Request& request);

 private:
    [[nodiscard]] std::optional<Response> admit_anyone(Request& request);
    [[nodiscard]] std::optional<Response> admit_signed(Request& request);
    [[nodiscard]] access::RateState take(access::AddressBudgets& budgets, const Request& request);
    [[nodiscard]] access::RateState take_of_key(const Request& request) const;

    access::Authenticator& authenticator_;
    const platform::Clock& clock_;
    GateOptions options_;
    access::AddressBudgets unsigned_;
    access::AddressBudgets wrongly_signed_;
};

/// HEAD is routed like GET; the HTTP server leaves the body out.
[[nodiscard]] inline std::string_view routed(std::string_view method) {
    return method == "HEAD" ? "GET" : method;
}

void add_rate_headers(Response& response, const access::RateState& rate);

/// Answers to a key are for its holder alone.
void forbid_caching(Response& response);

}  // namespace bw::gateway::rest
