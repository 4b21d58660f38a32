// A random market, a hub that applies its events, and tools for the clients of tests.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "gateway/websocket/hub.hpp"
#include "views/market/market_data.hpp"
#include "views/market/tests/random_market.hpp"

namespace bw::gateway::websocket::testing {

using views::market::testing::RandomMarket;
using views::market::testing::RecordWriter;

class ManualClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 1'800'000'000'000'000'000; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 0;
};

/// Signature "good" is accepted: key "key-N" is the trader of account N, key "ops" an operator.
class TestAuthenticator final : public access::Authenticator {
 public:
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest& request) override {
        last_method = request.method;
        last_path = request.path;
        last_query_and_body = std::string(request.query) + std::string(request.body);
        last_nonce = request.nonce;
        if (request.signature == "good" && request.key_id == "ops")
            return access::Principal{*access::KeyId::from("ops"), access::Role::operations, {}};
        if (request.signature == "good" && request.key_id.starts_with("key-"))
            if (const auto account = base::parse_unsigned(request.key_id.substr(4)))
                return access::Principal{*access::KeyId::from(request.key_id), access::Role::trader,
                                         model::AccountId{static_cast<std::uint32_t>(*account)}};
        return std::unexpected(access::AuthenticationError{access::Refusal::bad_signature,
                                                           "The key or the signature is wrong."});
    }
    std::string last_method, last_path, last_query_and_body, last_nonce;
};

/// Keeps the commands that were sent, unless it is full.
class TestRing final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte> message) override {
        if (full) return false;
        sent.emplace_back(message.begin(), message.end());
        return true;
    }
    std::vector<std::vector<std::byte>> sent;
    bool full = false;
};

/// A parsed frame.
class Frame {
 public:
    explicit Frame(const std::string& text) : text_(text) {
        EXPECT_EQ(parser_.parse(text_).get(root_), simdjson::SUCCESS) << text_;
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] simdjson::dom::element at(std::string_view name) const {
        simdjson::dom::element out;
        EXPECT_EQ(root_[name].get(out), simdjson::SUCCESS) << name << " in " << text_;
        return out;
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return root_[name].error() == simdjson::SUCCESS;
    }
    [[nodiscard]] std::string string(std::string_view name) const {
        std::string_view out;
        EXPECT_EQ(at(name).get(out), simdjson::SUCCESS) << name << " in " << text_;
        return std::string(out);
    }
    [[nodiscard]] std::uint64_t number(std::string_view name) const {
        std::uint64_t out = 0;
        EXPECT_EQ(at(name).get(out), simdjson::SUCCESS) << name << " in " << text_;
        return out;
    }
    [[nodiscard]] std::string type() const { return string("type"); }

 private:
    std::string text_;
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};
using Frames = std::vector<std::unique_ptr<Frame>>;

/// The hub, and a market model that writes its events.
class World {
 public:
    explicit World(std::uint64_t seed = 1, std::uint32_t instruments = 2,
                   const HubOptions& options = {}, const views::ReportsOptions& kept = {})
        : reports(kept),
          hub({market, &reports, authenticator, ring, clock}, options),
          model(writer, seed, instruments) {
        writer.listen([this](const event_store::RecordView& record) {
            views::fold(record, market, reports, hub);
        });
        model.list_instruments();
    }
    void run(int steps) {
        for (int i = 0; i < steps; ++i) model.step();
    }
    Frames drain(ConnectionId id) {
        Frames out;
        while (auto text = hub.next_frame(id)) out.push_back(std::make_unique<Frame>(*text));
        return out;
    }
    /// Sends and expects exactly one frame back.
    std::unique_ptr<Frame> ask(ConnectionId id, std::string_view text) {
        hub.on_text(id, text);
        auto frame = hub.next_frame(id);
        EXPECT_TRUE(frame.has_value()) << text;
        return std::make_unique<Frame>(frame.value_or("{}"));
    }
    void authenticate(ConnectionId id, std::uint32_t account) {
        const auto reply =
            ask(id, R"({"op":"authenticate","keyId":"key-)" + std::to_string(account) +
                        R"(","timestamp":"1","nonce":"1","signature":"good"})");
        EXPECT_EQ(reply->type(), "authenticated") << reply->text();
    }

    views::market::MarketData market;
    views::Reports reports;
    TestAuthenticator authenticator;
    TestRing ring;
    ManualClock clock;
    Hub hub;
    RecordWriter writer;
    RandomMarket model;
};

}  // namespace bw::gateway::websocket::testing
