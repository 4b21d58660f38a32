#include "access/key_writer.hpp"

#include "base/assert.hpp"

namespace bw::access {
namespace {

constexpr std::uint64_t longest_sleep_ns = 1'000'000'000;

}  // namespace

bool KeyWriter::submit(model::AccountId account, Token token) {
    if (waiting_ == waiting_max) return false;
    Request* request = requests_.try_claim();
    BW_ASSERT(request != nullptr);
    *request = {account, token};
    requests_.publish();
    ++waiting_;
    wake_up_.wake_surely();
    return true;
}

std::optional<KeyWriter::Written> KeyWriter::completed() {
    const Written* front = waiting_ == 0 ? nullptr : written_.front();
    if (front == nullptr) return std::nullopt;
    const Written written = *front;
    written_.release();
    --waiting_;
    return written;
}

/// Gives the place of a request back before it is completed: who has seen it completed may submit
/// another.
std::size_t KeyWriter::do_work() {
    std::size_t count = 0;
    for (const Request* front; (front = requests_.front()) != nullptr; ++count) {
        const Request request = *front;
        requests_.release();
        const auto key = keys_.create(request.account);
        Written* written = written_.try_claim();
        BW_ASSERT(written != nullptr);
        *written = {request.token, key ? *key : nullptr};
        written_.publish();
    }
    if (count > 0 && gateway_ != nullptr) gateway_->wake_surely();
    return count;
}

void KeyWriter::wait(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { wake_up_.wake_surely(); });
    wake_up_.sleep(longest_sleep_ns,
                   [&] { return requests_.front() != nullptr || stop.stop_requested(); });
}

}  // namespace bw::access
