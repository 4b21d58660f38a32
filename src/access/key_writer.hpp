// KeyWriter: creates keys on another thread than the one that asks for them, because a new key
// waits for the disk.
//
//   gateway thread                          helper thread
//   submit(account, token) ──► requests ──► do_work(): KeyStore::create(), waits for the disk
//   completed()            ◄── written  ◄──
//
// Both sides sleep on a WakeUp. Each submitted request is completed once, in their order. Both
// queues have room for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "access/key_store.hpp"
#include "base/spsc_ring.hpp"
#include "platform/wake_up.hpp"

namespace bw::access {

class KeyWriter {
 public:
    using Token = std::uint64_t;
    struct Written {
        Token token;
        const Key* key;  ///< as long as the store; nullptr: it could not be stored, and is none
    };
    /// Requests that are not completed.
    static constexpr std::size_t waiting_max = 64;

    /// `gateway`: woken when a request is completed; nullptr: it never sleeps.
    explicit KeyWriter(KeyStore& keys, platform::WakeUp* gateway = nullptr)
        : keys_(keys), gateway_(gateway) {}

    /// Gateway thread. False: too many wait.
    [[nodiscard]] bool submit(model::AccountId account, Token token);
    /// Gateway thread. The next request that is completed; nothing: none is.
    [[nodiscard]] std::optional<Written> completed();

    /// Helper thread. Returns the number of keys that it created or could not create.
    std::size_t do_work();
    /// Helper thread. Sleeps until there is a request, or a stop is asked for.
    void wait(const std::stop_token& stop);

 private:
    struct Request {
        model::AccountId account;
        Token token;
    };

    KeyStore& keys_;
    platform::WakeUp* gateway_;
    std::size_t waiting_ = 0;  // submitted and not completed; of the gateway thread
    base::SpscRing<Request, waiting_max> requests_;
    base::SpscRing<Written, waiting_max> written_;
    platform::WakeUp wake_up_;
};

}  // namespace bw::access
