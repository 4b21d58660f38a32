// Arbitrary bytes at the codec's door: every reader must answer, none may read beyond what is
// there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "codec/attachments.hpp"
#include "codec/registry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bw;
    // A copy of exactly this size: a read past the end is a read the sanitizer sees.
    const std::vector<std::uint8_t> copy(data, data + size);
    const auto bytes = std::as_bytes(std::span(copy));
    if (!codec::to_json_members(bytes).starts_with("\"message\":")) std::abort();
    const auto encode_again = [&](const auto& message) {
        codec::Frame<std::remove_cvref_t<decltype(message)>> frame;
        frame.body = message;
        std::remove_cvref_t<decltype(message)> again;
        const auto encoded = codec::bytes_of(frame);
        if (codec::decode(encoded, again) != codec::DecodeError::none) std::abort();
        if (std::memcmp(encoded.data() + sizeof frame.header, bytes.data() + sizeof frame.header,
                        sizeof message) != 0)
            std::abort();
    };
    if (const auto attributes = codec::attributes_of(bytes)) {
        const auto behind = codec::behind_first(bytes);
        if (behind.size() < sizeof(codec::MessageHeader) + sizeof *attributes) std::abort();
        if (std::memcmp(behind.data() + sizeof(codec::MessageHeader), &*attributes,
                        sizeof *attributes) != 0)
            std::abort();
    }
    codec::visit<codec::AllCommands>(bytes, encode_again);
    codec::visit<codec::AllEvents>(bytes, encode_again);
    return 0;
}
