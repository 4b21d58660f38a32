// An Api with its keys and read models. In place of an engine, the test reads the commands that
// were sent and writes the events that answer them. Every answer is checked against openapi.yaml.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "access/hmac_authenticator.hpp"
#include "access/signature.hpp"
#include "access/tests/temporary_directory.hpp"
#include "codec/registry.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/rest/tests/contract.hpp"
#include "views/projection/tests/record_writer.hpp"

namespace bw::gateway::rest::testing {

class ManualClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override {
        return views::testing::start_of_2026_ns + now_ns;
    }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 1'000'000'000;
};

class Ring final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte> message) override {
        if (full) return false;
        sent.emplace_back(message.begin(), message.end());
        return true;
    }
    /// The bytes of the oldest command not yet taken.
    [[nodiscard]] const std::vector<std::byte>& front() const { return sent.front(); }
    /// The oldest command not yet taken. Fails the test when it is of another kind.
    template <class Command>
    Command take() {
        Command command{};
        if (sent.empty())
            ADD_FAILURE() << "no command was sent";
        else
            EXPECT_EQ(codec::decode(std::span<const std::byte>(sent.front()), command),
                      codec::DecodeError::none);
        if (!sent.empty()) sent.pop_front();
        return command;
    }
    std::deque<std::vector<std::byte>> sent;
    bool full = false;
};

/// A parsed answer.
class Reply {
 public:
    explicit Reply(Response response) : response_(std::move(response)) {
        if (response_.content_type.find("json") == std::string::npos) return;
        EXPECT_EQ(parser_->parse(response_.body).get(root_), simdjson::SUCCESS) << response_.body;
    }
    [[nodiscard]] int status() const { return response_.status; }
    [[nodiscard]] const std::string& body() const { return response_.body; }
    [[nodiscard]] std::string text(std::string_view pointer) const {
        std::string_view out;
        EXPECT_EQ(root_.at_pointer(pointer).get(out), simdjson::SUCCESS)
            << pointer << " in " << body();
        return std::string(out);
    }
    [[nodiscard]] std::uint64_t number(std::string_view pointer) const {
        std::uint64_t out = 0;
        EXPECT_EQ(root_.at_pointer(pointer).get(out), simdjson::SUCCESS)
            << pointer << " in " << body();
        return out;
    }
    [[nodiscard]] bool flag(std::string_view pointer) const {
        bool out = false;
        EXPECT_EQ(root_.at_pointer(pointer).get(out), simdjson::SUCCESS)
            << pointer << " in " << body();
        return out;
    }
    [[nodiscard]] bool is_null(std::string_view pointer) const {
        return root_.at_pointer(pointer).is_null();
    }
    [[nodiscard]] bool has(std::string_view pointer) const {
        return root_.at_pointer(pointer).error() == simdjson::SUCCESS;
    }
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& [key, value] : response_.headers)
            if (key == name) return value;
        return {};
    }

 private:
    Response response_;
    std::shared_ptr<simdjson::dom::parser> parser_ = std::make_shared<simdjson::dom::parser>();
    simdjson::dom::element root_;
};

class World {
 public:
    explicit World(const GateOptions& gate_options = {}, const ApiOptions& options = {})
        : keys(*access::KeyStore::open(directory.path(), random, clock)),
          authenticator(std::make_unique<access::HmacAuthenticator>(*keys, clock)),
          key_writer(*keys),
          gate(*authenticator, clock, random, gate_options),
          api({models, gate, &key_writer, ring, clock,
               [] { return NodeStatus{"1.2.3", "sync", 7, 6, "loss of power", 1'000, 2'000}; }},
              options) {
        clock.now_ns += 1'000'000'000;
        writer.time_ns = clock.realtime_ns();
        writer.listener = [this](const event_store::RecordView& record) {
            models.apply(record, api);
        };
        api.set_on_complete([this](Token of, Response response, std::uint64_t) {
            completed.emplace(of, std::move(response));
        });
    }

    /// Of the connection of signed requests; nullptr: they count as signed in.
    bool* signed_in = nullptr;

    /// Unsigned.
    std::optional<Reply> ask(std::string_view method, std::string_view path,
                             std::string_view query = {}, std::string_view body = {}) {
        Request request;
        request.method = method, request.path = path, request.query = query, request.body = body;
        request.content_type = "application/json",
        request.address = *platform::Address::parse("192.0.2.1");
        return checked(method, path, api.handle(request, ++token));
    }

    /// Signed; nothing when the answer waits for the exchange (see answer()).
    std::optional<Reply> ask(const access::Key& key, std::string_view method, std::string_view path,
                             std::string_view query = {}, std::string_view body = {}) {
        const std::string timestamp = std::to_string(clock.realtime_ns() / 1'000'000),
                          number = std::to_string(++nonce);
        const std::string signature = access::sign(
            {method, path, query, body, key.id.view(), timestamp, number, {}}, key.secret);
        Request request{method,
                        path,
                        query,
                        body,
                        "application/json",
                        *platform::Address::parse("192.0.2.1"),
                        key.id.view(),
                        timestamp,
                        number,
                        signature};
        request.signed_in = signed_in;
        return checked(method, path, api.handle(request, ++token));
    }

    /// The answer to the last request, after the test has written its events.
    Reply answer(std::string_view method, std::string_view path) {
        const auto found = completed.find(token);
        if (found == completed.end()) {
            ADD_FAILURE() << "no answer came";
            return Reply(Response{});
        }
        return *checked(method, path, found->second);
    }

    const access::Key& operations(std::uint32_t number = 1) {
        return *keys->find(operator_key_id(number));
    }
    access::Key trader(std::uint32_t account) { return **keys->create(model::AccountId{account}); }

    std::string operator_key_id(std::uint32_t number) {
        std::ifstream file(keys->operator_key_file(number));
        const std::string text(std::istreambuf_iterator<char>(file), {});
        simdjson::dom::parser parser;
        std::string_view id;
        EXPECT_EQ(parser.parse(text)["keyId"].get(id), simdjson::SUCCESS);
        return std::string(id);
    }

    access::testing::TemporaryDirectory directory;
    platform::SystemRandom random;
    ManualClock clock;
    std::unique_ptr<access::KeyStore> keys;
    std::unique_ptr<access::HmacAuthenticator> authenticator;
    access::KeyWriter key_writer;
    std::map<std::uint64_t, std::vector<std::byte>> commands;  ///< by sequence number
    views::ReadModels models{
        [this](model::SequenceNumber number) { return commands[number.value()]; }};
    Ring ring;
    Gate gate;
    Api api;
    views::testing::RecordWriter writer;
    std::map<Token, Response> completed;
    Token token = 0;
    std::uint64_t nonce = 0;

 private:
    std::optional<Reply> checked(std::string_view method, std::string_view path,
                                 std::optional<Response> response) {
        if (!response) return std::nullopt;
        Contract::get().check(method, path, *response);
        return Reply(std::move(*response));
    }
};

// --- events that a test writes
// -------------------------------------------------------------------------------------------------

inline codec::AccountUpdated account_event(std::uint32_t account, std::string_view reference) {
    codec::AccountUpdated event{};
    event.account = model::AccountId{account};
    event.reference = *model::ClientOrderId::from(reference);
    event.max_order_quantity = event.max_daily_quantity = model::unlimited_quantity;
    event.max_order_value = event.max_daily_value = model::unlimited_money;
    event.max_open_orders = model::unlimited_count;
    return event;
}

inline codec::InstrumentUpdated instrument_event(std::uint32_t instrument,
                                                 std::string_view symbol) {
    codec::InstrumentUpdated event{};
    event.instrument = model::InstrumentId{instrument};
    event.symbol = *model::Symbol::from(symbol);
    event.currency = *model::Currency::from("USD");
    event.tick_size = model::Price{100};
    event.lot_size = model::Quantity{1};
    event.reference_price = model::Price{1'000'000};
    event.max_order_quantity = model::unlimited_quantity;
    event.max_order_value = model::unlimited_money;
    event.collar = model::Ppm{100'000};
    return event;
}

inline codec::CashMoved cash_event(std::uint32_t account, std::int64_t units) {
    codec::CashMoved event{};
    event.account = model::AccountId{account};
    event.currency = *model::Currency::from("USD");
    event.amount = model::Money{units};
    return event;
}

inline codec::SharesMoved shares_event(std::uint32_t account, std::uint32_t instrument,
                                       std::int64_t quantity) {
    codec::SharesMoved event{};
    event.account = model::AccountId{account};
    event.instrument = model::InstrumentId{instrument};
    event.quantity = quantity;
    return event;
}

/// The event that accepts `command` as order `id`.
inline codec::OrderAccepted accepted_event(const codec::NewOrder& command, std::uint64_t id) {
    codec::OrderAccepted event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{id};
    event.price = command.price;
    event.quantity = command.quantity;
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.client_order_id = command.client_order_id;
    event.instructions = command.instructions;
    event.expire_date = command.expire_date;
    if (command.side == model::Side::buy && command.price != model::no_price)
        event.hold = *model::notional(command.price, command.quantity);
    return event;
}

}  // namespace bw::gateway::rest::testing
