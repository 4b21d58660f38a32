// Any bytes as the body of POST /v1/order: either an order in range or a documented refusal; never
// a crash, and the refusal is valid JSON.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <simdjson.h>

#include "base/assert.hpp"
#include "gateway/rest/order_request.hpp"
#include "gateway/rest/query.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto order = bw::gateway::rest::parse_order_request(body);
    if (order) {
        BW_ASSERT(!order->symbol.empty() || body.find("\"\"") != std::string_view::npos);
        BW_ASSERT(order->side == bw::model::Side::buy || order->side == bw::model::Side::sell);
        BW_ASSERT(order->client_order_id.canonical());
    } else {
        const auto response = bw::gateway::rest::to_response(order.error());
        BW_ASSERT(response.status == 400 || response.status == 422);
        simdjson::dom::parser parser;
        BW_ASSERT(parser.parse(response.body).error() == simdjson::SUCCESS);
    }
    constexpr std::string_view known[] = {"symbol", "limit"};
    const bw::gateway::rest::Query query(body, known);
    if (query.problem()) (void)bw::gateway::rest::to_response(*query.problem());
    return 0;
}
