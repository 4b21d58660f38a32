// libFuzzer: any bytes as HTTP requests, in pieces whose sizes the first byte gives. Pieces must
// change nothing: the same bytes in one piece give the same requests and the same fault.
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "net/http_parser.hpp"

namespace {

using namespace bw;

struct Outcome {
    std::vector<std::string> requests;
    int fault = -1;
    bool in_header = false;  ///< the end of a header is still to come
};

Outcome parse(std::string_view bytes, std::size_t piece) {
    net::HttpParser parser({.header_bytes_max = 4'096, .body_bytes_max = 1'024});
    Outcome outcome;
    std::string input;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        input += bytes.substr(at, piece);
        while (!input.empty()) {
            std::size_t used = 0;
            const auto status = parser.put(input, used);
            BW_ASSERT(used <= input.size());
            if (status == net::HttpParser::Status::failed) {
                outcome.fault = static_cast<int>(parser.fault());
                return outcome;
            }
            input.erase(0, used);
            static_cast<void>(parser.takes_continue());
            if (status == net::HttpParser::Status::needs_more) break;
            const net::HttpRequest& request = parser.request();
            std::string text;
            for (const std::string_view part :
                 {request.method, request.path, request.query, request.body})
                text += std::string(part) + "|";
            for (const auto& [name, value] : request.headers)
                text += std::string(name) + "=" + std::string(value) + "|";
            outcome.requests.push_back(std::move(text));
            parser.restart();
        }
    }
    outcome.in_header = !input.empty();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = parse(bytes, std::max<std::size_t>(1, bytes.size()));
    const Outcome pieces = parse(bytes, 1 + data[0] % 64);
    BW_ASSERT(whole.requests == pieces.requests);
    // A line of a header that comes in pieces may be looked at when the header is complete.
    BW_ASSERT(pieces.fault < 0 || whole.fault >= 0);
    BW_ASSERT(whole.fault < 0 || pieces.fault >= 0 || pieces.in_header);
    return 0;
}
