// Result<T>: what the world may refuse us (disk, network, configuration). The message says what
// happened, to what, and what to do; it is meant for a person.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace bw::base {

struct Error {
    std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> error(std::string message) {
    return std::unexpected<Error>(Error{std::move(message)});
}

}  // namespace bw::base
