// Api::State: the implementation of Api. Each route is a method, in api_trader.cpp, api_public.cpp,
// api_operator.cpp or api_market.cpp; the router and the path of a command are in api.cpp.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <map>

#include "base/assert.hpp"
#include "codec/registry.hpp"
#include "gateway/common/command_desk.hpp"
#include "gateway/common/json_writer.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/rest/json_body.hpp"
#include "gateway/rest/problem.hpp"
#include "gateway/rest/query.hpp"

namespace bw::gateway::rest {

using common::JsonWriter;

/// A request while its handler runs.
struct Call {
    const Request& request;
    Token token;
    const access::Principal& principal;
    std::string path_value;  ///< the part of the path at {id} or {symbol}, decoded
    Query query;
    model::InstrumentId instrument{};  ///< the one that the command changes; for the answer
};

using Answer = std::optional<Response>;

class Api::State {
 public:
    State(const ApiParts& parts, const ApiOptions& options);

    [[nodiscard]] Gate& gate() { return parts_.gate; }
    Answer handle(const Request& request, Token token);
    void abandon(Token token);
    void apply(const views::AnyEvent& event);
    void end(const views::RecordView& record);
    std::size_t answer_created_keys();
    std::size_t expire();
    std::size_t give_up_waiting();
    [[nodiscard]] std::size_t waiting() const { return desk_.waiting() + key_requests_.size(); }

    using Handler = Answer (State::*)(Call&);
    struct Route {
        RouteInfo info;
        Handler handler;
    };
    static std::span<const Route> routes();

    OnComplete on_complete;

 private:
    friend struct RouteTable;

    using Header = std::pair<std::string, std::string>;
    struct Pending;
    /// Builds the answer to an accepted command from its first event.
    using Finish = Response (State::*)(const Pending&, std::span<const std::byte> first_event);
    struct Pending {
        Finish finish;
        access::Principal principal;
        std::string text;                ///< symbol or reference, as the route needs it
        model::InstrumentId instrument;  ///< as in Call
        std::vector<Header> headers{};
    };
    using Desk = common::CommandDesk<Pending>;
    struct KeyRequest {
        Token token;
        std::uint64_t deadline_ns;  ///< monotonic clock
        std::vector<Header> headers;
    };

    // Requests.
    Answer run(const Route& route, Call& call);
    Answer run_public(const Route& route, Call& call);
    Answer run_signed(const Route& route, Call& call);
    [[nodiscard]] Answer unmatched(const Request& request);

    // Commands.
    template <class Message>
    Answer send(Call& call, Message message, Finish finish, std::string text = {});
    [[nodiscard]] Answer sent(const Call& call, std::optional<model::RequestId> id);
    template <class Event>
    void note(const Event& event);
    void complete(Desk::Completed& completed, std::uint64_t sequence);
    std::size_t answer_expired(std::uint64_t until_ns, ApiCode code, std::string_view detail);
    Response finished(const Pending& pending, std::span<const std::byte> event);
    /// Of the answer that comes later.
    [[nodiscard]] std::vector<Header>& headers_of_waiting(Token token);
    std::size_t expire_keys();
    void answer_key_request(KeyRequest& request, Response response);
    Response refused(const codec::CommandRejected& event);
    Response refused_before(const codec::DuplicateAnswered& event);
    Response storage_is_scarce();
    static void ask_to_retry(Response& response);

    // Traders.
    Answer enter_order(Call& call);
    Answer get_order(Call& call);
    Answer cancel_order(Call& call);
    Answer amend_order(Call& call);
    Answer cancel_orders(Call& call);
    Answer list_orders(Call& call);
    Answer list_executions(Call& call);
    Answer get_account(Call& call);
    Response order_entered(const Pending& pending, std::span<const std::byte> first_event);
    Response order_cancelled(const Pending& pending, std::span<const std::byte> first_event);
    Response order_amended(const Pending& pending, std::span<const std::byte> first_event);
    Answer mass_cancel(Call& call, model::AccountId account);
    Response orders_cancelled(const Pending& pending, std::span<const std::byte> first_event);
    Response order_result(std::uint16_t status, const views::OrderRow& order, bool duplicate);

    // Everyone.
    Answer list_instruments(Call& call);
    Answer get_market_status(Call& call);
    [[nodiscard]] views::market::Status status_of(model::InstrumentId id) const;
    Answer get_book(Call& call);
    Answer list_trades(Call& call);
    Answer list_candles(Call& call);
    Answer get_time(Call& call);
    Answer get_status(Call& call);
    Answer get_openapi_yaml(Call& call);
    Answer get_openapi_json(Call& call);
    Answer get_page(Call& call);

    // Operations.
    Answer list_instrument(Call& call);
    Answer change_instrument(Call& call);
    Answer halt_instrument(Call& call);
    Answer resume_instrument(Call& call);
    Answer list_accounts(Call& call);
    Answer open_account(Call& call);
    Answer get_any_account(Call& call);
    Answer create_key(Call& call);
    Answer set_limits(Call& call);
    Answer set_account_state(Call& call);
    Answer set_self_trade_prevention(Call& call);
    Answer cancel_orders_of_account(Call& call);
    Answer deposit(Call& call);
    Answer set_fee_tier(Call& call);
    Answer list_fees(Call& call);
    Answer set_fees(Call& call);
    Answer deposit_cash(Call& call, model::AccountId account);
    Answer deposit_shares(Call& call, model::AccountId account);
    Answer set_instrument_state(Call& call, model::InstrumentState state, model::HaltReason reason);
    Response account_response(std::uint16_t status, model::AccountId id, bool duplicate);
    Response instrument_response(std::uint16_t status, model::InstrumentId id);
    Response transfer_repeated(std::span<const std::byte> first_event);
    Response instrument_listed(const Pending& pending, std::span<const std::byte> first_event);
    Response instrument_changed(const Pending& pending, std::span<const std::byte> first_event);
    Response account_opened(const Pending& pending, std::span<const std::byte> first_event);
    Response account_changed(const Pending& pending, std::span<const std::byte> first_event);
    Response cash_moved(const Pending& pending, std::span<const std::byte> first_event);
    Response shares_moved(const Pending& pending, std::span<const std::byte> first_event);
    Response fees_changed(const Pending& pending, std::span<const std::byte> first_event);

    // Operations: phases and rules of the market, kill switches, busts.
    Answer get_instrument(Call& call);
    Answer change_state(Call& call);
    Answer change_market_state(Call& call);
    Answer publish_indicative(Call& call);
    Answer publish_indicatives(Call& call);
    Answer set_price_bands(Call& call);
    Answer set_limit_bands(Call& call);
    Answer pause_on_limit_state(Call& call);
    Answer set_allocation(Call& call);
    Answer set_tick_table(Call& call);
    Answer set_reference_quote(Call& call);
    Answer change_symbol(Call& call);
    Answer split_shares(Call& call);
    Answer delist(Call& call);
    Answer trip_breaker(Call& call);
    Answer end_day(Call& call);
    Answer set_rule_set(Call& call);
    Answer set_business_date(Call& call);
    Answer list_kill_switches(Call& call);
    Answer set_kill_switch(Call& call);
    Answer release_kill_switch(Call& call);
    Answer bust_trade(Call& call);
    Answer correct_trade(Call& call);
    Answer list_proposals(Call& call);
    Answer approve(Call& call);
    Response market_state_set(const Pending& pending, std::span<const std::byte> first_event);
    Response indicatives_published(const Pending& pending, std::span<const std::byte> first_event);
    Response day_ended(const Pending& pending, std::span<const std::byte> first_event);
    Response kill_switch_set(const Pending& pending, std::span<const std::byte> first_event);
    Response proposal_made(const Pending& pending, std::span<const std::byte> first_event);
    Response approved(const Pending& pending, std::span<const std::byte> first_event);
    template <class Command>
    Answer send_for_instrument(Call& call, Command command);
    struct KillTarget {
        model::KillScope scope = model::KillScope::market;
        std::uint32_t id = 0;
    };
    [[nodiscard]] static std::expected<KillTarget, Problem> kill_target(Call& call);
    [[nodiscard]] static std::expected<std::uint64_t, Problem> number_of_path(const Call& call);

    // Shared by handlers: what the request names, or the answer that it does not exist.
    struct Missing {
        Response response;
    };
    [[nodiscard]] std::expected<const views::AccountRow*, Missing> account_of_path(
        const Call& call) const;
    [[nodiscard]] std::expected<const views::InstrumentRow*, Missing> instrument_of_path(
        const Call& call) const;
    [[nodiscard]] std::expected<const views::InstrumentRow*, Missing> instrument_of_query(
        Call& call) const;
    /// nullptr: the query names none.
    [[nodiscard]] std::expected<const views::InstrumentRow*, Missing> instrument_filter(
        Call& call) const;
    [[nodiscard]] std::expected<model::OrderId, Missing> order_id_of_path(const Call& call) const;
    [[nodiscard]] const views::OrderRow* own_order(const Call& call, model::OrderId id) const;

    ApiParts parts_;
    ApiOptions options_;
    Desk desk_;
    std::map<std::uint64_t, KeyRequest> key_requests_;  // by number: the oldest first
    std::uint64_t last_key_request_ = 0;
    /// What answers need from further events of the command that is being applied.
    struct Notes {
        std::vector<model::OrderId> cancelled;  ///< by a mass cancel; at most cancelled_shown_max
        codec::MassCancelled mass_cancelled;
        codec::MarketStateSet market_state;
        codec::IndicativesPublished indicatives;
        codec::DayEnded day;
        codec::KillSwitchSet kill_switch;
    };
    Notes notes_{};
    std::uint64_t started_ns_;  // realtime
    std::uint64_t started_monotonic_ns_;
};

template <class Message>
Answer Api::State::send(Call& call, Message message, Finish finish, std::string text) {
    return sent(call,
                desk_.send(parts_.commands, message, call.token,
                           parts_.clock.monotonic_ns() + options_.answer_timeout_ns,
                           Pending{finish, call.principal, std::move(text), call.instrument}));
}

/// Decodes the event. Requires: it is of this type; the engine answers a command only with events
/// that belong to it.
template <class Event>
Event event_of(std::span<const std::byte> message) {
    Event event{};
    const codec::DecodeError error = codec::decode(message, event);
    BW_ASSERT(error == codec::DecodeError::none);
    return event;
}

[[nodiscard]] inline std::uint16_t template_of(std::span<const std::byte> message) {
    codec::MessageHeader header{};
    return codec::read_header(message, header) ? header.template_id : std::uint16_t{0};
}

[[nodiscard]] inline Response refuse(const Problem& problem) { return to_response(problem); }

[[nodiscard]] inline Response json_response(std::uint16_t status, JsonWriter& json) {
    Response response;
    response.status = status;
    response.body = json.take();
    return response;
}

inline constexpr std::size_t page_default = 100;
inline constexpr std::size_t page_max = 1'000;
/// Number of orders that the answer to a mass cancel lists.
inline constexpr std::size_t cancelled_shown_max = 1'000;
/// The exchange tries to create a segment each second, and creating one takes time.
inline constexpr int storage_retry_s = 5;

/// `next`: 0: this page is the last. `instrument`: 0: the pages are not of one.
inline void write_next_cursor(JsonWriter& json, std::uint64_t next,
                              model::InstrumentId instrument = model::InstrumentId{0}) {
    if (next == 0)
        json.null("nextCursor");
    else if (instrument == model::InstrumentId{0})
        json.id("nextCursor", next);
    else
        json.member("nextCursor", fmt::format("{}-{}", next, instrument.value()));
}

}  // namespace bw::gateway::rest
