// JsonWriter: writes JSON into one string, in one pass, for all gateways. The writer sets commas
// and escapes text; the caller pairs begin and end. Prices, quantities, money and ids are strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/decimal.hpp"
#include "model/types.hpp"

namespace bw::gateway::common {

class JsonWriter {
 public:
    JsonWriter() { out_.reserve(most_objects); }

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::uint64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    /// A value that is already JSON.
    JsonWriter& raw(std::string_view json);

    JsonWriter& member(std::string_view name, std::string_view value) {
        return key(name).text(value);
    }
    JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, model::Price value) {
        return key(name).text(base::format_decimal(value.value()));
    }
    JsonWriter& member(std::string_view name, model::Money value) {
        return key(name).text(base::format_decimal(value.value()));
    }
    JsonWriter& member(std::string_view name, model::Quantity value) {
        return id(name, value.value());
    }
    /// 64-bit ids and sequence numbers are strings, because JSON numbers lose digits above 2^53.
    JsonWriter& id(std::string_view name, std::uint64_t value) {
        return key(name).text(std::to_string(value));
    }
    JsonWriter& count(std::string_view name, std::uint64_t value) {
        return key(name).number(value);
    }
    JsonWriter& signed_count(std::string_view name, std::int64_t value);
    /// null if there is none.
    template <class Value>
    JsonWriter& member(std::string_view name, const std::optional<Value>& value) {
        return value ? member(name, *value) : null(name);
    }
    /// A string, because it may have more digits than a JSON number keeps.
    JsonWriter& signed_id(std::string_view name, std::int64_t value) {
        return key(name).text(std::to_string(value));
    }
    /// A value that is already JSON.
    JsonWriter& raw(std::string_view name, std::string_view json) { return key(name).raw(json); }
    JsonWriter& flag(std::string_view name, bool value) { return key(name).boolean(value); }
    JsonWriter& null(std::string_view name) { return key(name).null(); }

    [[nodiscard]] std::string take() { return std::move(out_); }
    /// A writer whose first object has begun, and its end.
    [[nodiscard]] static JsonWriter object() {
        JsonWriter out;
        out.begin_object();
        return out;
    }
    [[nodiscard]] std::string finish() { return end_object().take(); }

 private:
    static constexpr std::size_t most_objects = 640;  // bytes; an order has about 600

    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string out_;
    bool comma_ = false;
};

}  // namespace bw::gateway::common
