#include "access/signature.hpp"

namespace bw::access {
namespace {

std::string_view text_of(const HexDigest& digest) { return {digest.data(), digest.size()}; }

HexDigest body_hash(std::string_view body) {
    static const HexDigest of_nothing = hex_of(Sha256().finish());
    if (body.empty()) return of_nothing;
    Sha256 hash;
    hash.add(body);
    return hex_of(hash.finish());
}

/// Collects short pieces, so that the hash gets whole blocks.
class Collector {
 public:
    explicit Collector(HmacSha256& mac) : mac_(mac) {}

    void add(std::string_view text) {
        if (text.size() > buffer_.size() - used_) flush();
        if (text.size() > buffer_.size()) return mac_.add(text);
        text.copy(buffer_.data() + used_, text.size());
        used_ += text.size();
    }
    void flush() {
        mac_.add({buffer_.data(), used_});
        used_ = 0;
    }

 private:
    HmacSha256& mac_;
    std::array<char, 512> buffer_;
    std::size_t used_ = 0;
};

}  // namespace

HexDigest signature_of(const SignedRequest& request, const HmacKey& key) {
    const HexDigest body = body_hash(request.body);
    HmacSha256 mac(key);
    Collector text(mac);
    text.add("v1");
    for (const std::string_view line : {request.method, request.path, request.query, text_of(body),
                                        request.key_id, request.timestamp_ms, request.nonce}) {
        text.add("\n");
        text.add(line);
    }
    text.flush();
    return hex_of(mac.finish());
}

std::string sign(const SignedRequest& request, const Secret& secret) {
    const HexDigest signature = signature_of(request, prepare(secret));
    return {signature.data(), signature.size()};
}

}  // namespace bw::access
