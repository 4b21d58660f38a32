// The signature of a request: HMAC-SHA-256 of its canonical text, which authenticator.hpp defines.
#pragma once

#include <string>

#include "access/authenticator.hpp"
#include "access/key.hpp"
#include "access/sha256.hpp"

namespace bw::access {

/// The signature as it is sent. The `signature` member of the request is not read.
[[nodiscard]] HexDigest signature_of(const SignedRequest& request, const HmacKey& key);

/// The same for a client, which has the secret.
[[nodiscard]] std::string sign(const SignedRequest& request, const Secret& secret);

}  // namespace bw::access
