#include "gateway/rest/json_body.hpp"

#include <utility>

namespace bw::gateway::rest {
namespace {

using common::ApiCode;

constexpr common::JsonRules rules{.what = "The body",
                                  .bytes_max = 64 * 1024,
                                  .depth_max = 16,
                                  .too_long = std::to_underlying(ApiCode::malformed_json),
                                  .malformed = std::to_underlying(ApiCode::malformed_json),
                                  .duplicate_field = std::to_underlying(ApiCode::duplicate_field),
                                  .unknown_field = std::to_underlying(ApiCode::unknown_field),
                                  .missing_field = std::to_underlying(ApiCode::missing_field),
                                  .wrong_type = std::to_underlying(ApiCode::wrong_type),
                                  .bad_value = std::to_underlying(ApiCode::bad_value)};

common::JsonParser& parser() {
    thread_local common::JsonParser parser(rules);
    return parser;
}

}  // namespace

JsonBody::JsonBody(std::string_view body, std::initializer_list<std::string_view> known,
                   bool may_be_empty)
    : JsonObject(body.empty() && may_be_empty ? JsonObject(parser())
                                              : JsonObject(parser(), body, known)) {}

}  // namespace bw::gateway::rest
