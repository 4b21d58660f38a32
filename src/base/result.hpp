// Result<T>: a value, or an error from the world (disk, network, configuration). The message is for
// people: what happened, to what, and what to do.
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
