// Thrown when something that must hold does not: the run ends red.
#pragma once

#include <fmt/format.h>

#include <stdexcept>

namespace bw::simulation {

struct Violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class... Arguments>
[[noreturn]] void violated(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw Violation(fmt::format(text, std::forward<Arguments>(arguments)...));
}

}  // namespace bw::simulation
