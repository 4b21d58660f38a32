// Keys of traders. A new key waits for the disk, so another thread stores it (access::KeyWriter):
//
//   create_key ─► KeyWriter ─► answer_created_keys: 201 with the secret
//                          └─► expire_keys: 503, if the disk takes too long
#include "gateway/rest/api_state.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::gateway::rest {
namespace {

Response created(const access::Key& key) {
    JsonWriter json;
    json.begin_object()
        .member("keyId", key.id.view())
        .member("secret", access::hex(key.secret))
        .id("account", key.account.value());
    json.member("role", access::name_of(key.role))
        .member("created", format_time(key.created_ns))
        .end_object();
    return json_response(201, json);
}

Response not_stored() {
    return to_response(
        problem(ApiCode::storage_failed, "The key could not be stored; nothing was created."));
}

}  // namespace

Answer Api::State::create_key(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    BW_ASSERT(parts_.keys != nullptr);  // without keys, the authenticator refuses all
    const std::uint64_t number = ++last_key_request_;
    if (!parts_.keys->submit((*account)->id, number)) {
        Response busy =
            to_response(problem(ApiCode::exchange_busy,
                                "Too many keys wait to be stored; none was created. Try again."));
        busy.headers.emplace_back("Retry-After", "1");
        return busy;
    }
    key_requests_.emplace(
        number,
        KeyRequest{call.token, parts_.clock.monotonic_ns() + options_.answer_timeout_ns, {}});
    return std::nullopt;
}

std::vector<Api::State::Header>& Api::State::headers_of_waiting(Token token) {
    for (auto& [number, request] : key_requests_)
        if (request.token == token) return request.headers;
    return desk_.pending_of(token).headers;
}

std::size_t Api::State::answer_created_keys() {
    std::size_t count = 0;
    for (; parts_.keys != nullptr; ++count) {
        const auto written = parts_.keys->completed();
        if (!written) break;
        auto node = key_requests_.extract(written->token);
        if (node.empty()) continue;  // expired or abandoned: nobody has the secret
        answer_key_request(node.mapped(),
                           written->key != nullptr ? created(*written->key) : not_stored());
    }
    return count;
}

std::size_t Api::State::expire_keys() {
    std::size_t count = 0;
    const std::uint64_t now_ns = parts_.clock.monotonic_ns();
    for (; !key_requests_.empty() && key_requests_.begin()->second.deadline_ns <= now_ns; ++count) {
        auto node = key_requests_.extract(key_requests_.begin());
        if (options_.metrics != nullptr) options_.metrics->unanswered.add();
        answer_key_request(
            node.mapped(),
            to_response(problem(ApiCode::no_answer,
                                "The key was not stored in time; its secret is lost. Create "
                                "another.")));
    }
    return count;
}

void Api::State::answer_key_request(KeyRequest& request, Response response) {
    for (Header& header : request.headers) response.headers.push_back(std::move(header));
    if (on_complete) on_complete(request.token, std::move(response), 0);
}

}  // namespace bw::gateway::rest
