#include "buttonwood-bench/market_operator.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <fstream>
#include <sstream>

#include "bench/measure.hpp"

namespace bw::apps {
namespace {

/// A string member of a JSON object; empty: there is none.
std::string member(simdjson::dom::parser& parser, std::string_view text, std::string_view name) {
    std::string_view value;
    if (parser.parse(text.data(), text.size())[name].get(value) != simdjson::SUCCESS) return {};
    return std::string(value);
}

base::Result<bench::ApiKey> read_key_file(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    simdjson::dom::parser parser;
    bench::ApiKey key{member(parser, text.view(), "keyId"), member(parser, text.view(), "secret")};
    if (!key.id.empty() && key.secret.size() == 64) return key;
    return base::error(fmt::format("{} is not a key file of the exchange", file));
}

}  // namespace

base::Result<MarketOperator> MarketOperator::connect(std::uint16_t port,
                                                     const std::string& key_file) {
    auto key = read_key_file(key_file);
    if (!key) return std::unexpected(key.error());
    auto connection = HttpConnection::connect(port);
    if (!connection) return std::unexpected(connection.error());
    return MarketOperator(std::move(*connection), std::move(*key));
}

base::Result<std::string_view> MarketOperator::post(const std::string& path,
                                                    const std::string& body) {
    bench::RequestTemplate request(key_, {"POST", path, body});
    const auto answer = connection_.call(request.sign(bench::realtime_ms(), nonce_++));
    if (!answer) return std::unexpected(answer.error());
    if (!answer->good())
        return base::error(
            fmt::format("POST {} is answered with {}: {}", path, answer->status, answer->body));
    return answer->body;
}

base::Result<void> MarketOperator::list_instrument() {
    const auto listed =
        post("/v1/operator/instruments",
             fmt::format(R"({{"symbol":"{}","currency":"USD","tickSize":"0.01","lotSize":"1",)"
                         R"("referencePrice":"100","collarPpm":200000}})",
                         bench_symbol));
    if (!listed) return std::unexpected(listed.error());
    return {};
}

base::Result<std::vector<bench::ApiKey>> MarketOperator::open_traders(unsigned count) {
    std::vector<bench::ApiKey> keys;
    for (unsigned number = 1; number <= count; ++number) {
        auto key = open_trader(number);
        if (!key) return std::unexpected(key.error());
        keys.push_back(std::move(*key));
    }
    return keys;
}

base::Result<bench::ApiKey> MarketOperator::open_trader(unsigned number) {
    simdjson::dom::parser parser;
    const auto opened =
        post("/v1/operator/accounts", fmt::format(R"({{"reference":"bench-{}"}})", number));
    if (!opened) return std::unexpected(opened.error());
    const std::string account = "/v1/operator/accounts/" + member(parser, *opened, "id");
    const auto cash = post(
        account + "/deposits",
        fmt::format(R"({{"currency":"USD","amount":"1000000000","reference":"cash-{}"}})", number));
    if (!cash) return std::unexpected(cash.error());
    const auto shares =
        post(account + "/deposits",
             fmt::format(R"({{"symbol":"{}","quantity":"1000000000","reference":"shares-{}"}})",
                         bench_symbol, number));
    if (!shares) return std::unexpected(shares.error());
    const auto created = post(account + "/keys", "");
    if (!created) return std::unexpected(created.error());
    bench::ApiKey key{member(parser, *created, "keyId"), member(parser, *created, "secret")};
    if (key.id.empty() || key.secret.empty())
        return base::error(fmt::format("not a new key: {}", *created));
    return key;
}

}  // namespace bw::apps
