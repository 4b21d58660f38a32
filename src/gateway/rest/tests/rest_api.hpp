// An exchange with one instrument and two traders, behind the API.
#pragma once

#include "gateway/rest/tests/world.hpp"

namespace bw::gateway::rest::testing {

inline constexpr std::string_view limit_buy =
    R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10","price":"100.5","clientOrderId":"a-1"})";

class RestApi : public ::testing::Test {
 protected:
    RestApi() {
        world.writer.write(instrument_event(1, "ACME"));
        world.writer.write(account_event(1, "alpha"));
        world.writer.write(account_event(2, "beta"));
        world.writer.write(cash_event(1, 100'000'000));
        world.writer.write(shares_event(2, 1, 500));
        first = world.trader(1);
        second = world.trader(2);
    }

    /// Enters an order and accepts it as `id`.
    Reply enter(const access::Key& key, std::string_view body, std::uint64_t id) {
        EXPECT_FALSE(world.ask(key, "POST", "/v1/order", {}, body));
        world.writer.write(accepted_event(world.ring.take<codec::NewOrder>(), id));
        return world.answer("POST", "/v1/order");
    }

    World world;
    access::Key first, second;
};

}  // namespace bw::gateway::rest::testing
