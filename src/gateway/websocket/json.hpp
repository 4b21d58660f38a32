// JSON of the frames that are sent. Prices, quantities, money, ids and times are strings; see
// protocol/websocket/asyncapi.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/enums.hpp"
#include "model/types.hpp"
#include "views/market/market_data.hpp"

namespace bw::gateway::websocket {

/// A JSON string of printable ASCII: every other byte becomes '?', and text beyond 256 characters
/// is cut.
[[nodiscard]] std::string json_text(std::string_view text);
[[nodiscard]] std::string json_text(std::uint64_t number);
[[nodiscard]] std::string json(model::Price price);
[[nodiscard]] std::string json(model::Quantity quantity);
[[nodiscard]] std::string json(model::Money money);
/// A signed whole number.
[[nodiscard]] std::string json_signed(std::int64_t number);

/// Builds one JSON object, member by member. The values of add() must already be JSON.
class ObjectWriter {
 public:
    ObjectWriter& add(std::string_view name, std::string_view value);
    ObjectWriter& add_text(std::string_view name, std::string_view text) {
        return add(name, json_text(text));
    }
    ObjectWriter& add_number(std::string_view name, std::uint64_t number) {
        return add(name, std::to_string(number));
    }
    ObjectWriter& add_flag(std::string_view name, bool value) {
        return add(name, value ? "true" : "false");
    }
    template <class Value>
    ObjectWriter& add_or_null(std::string_view name, const std::optional<Value>& value) {
        return value ? add(name, json(*value)) : add(name, "null");
    }
    [[nodiscard]] std::string finish() &&;
    /// With the members of another object, which is not empty, behind those of this one.
    [[nodiscard]] std::string finish_with(std::string_view object) &&;

 private:
    std::string text_ = "{";
};

[[nodiscard]] std::string json_of(std::string_view symbol, const views::market::Status& status,
                                  const views::market::Ticker& ticker);
[[nodiscard]] std::string json_of(std::string_view symbol, const views::market::Status& status);
[[nodiscard]] std::string json_of(const views::market::TradeRow& trade);
[[nodiscard]] std::string json_of(const views::market::Candle& candle);

}  // namespace bw::gateway::websocket
