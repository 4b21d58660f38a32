// Assertions that stay on in every build. A failed one means *our* bug: the process stops at once,
// because going on with a broken invariant would spread it. What a client or a disk can cause is
// never asserted (see docs/internals).
#pragma once

namespace bw::base {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace bw::base

#define BW_ASSERT(expression)                           \
    (__builtin_expect(static_cast<bool>(expression), 1) \
         ? static_cast<void>(0)                         \
         : ::bw::base::assertion_failed(#expression, __FILE__, __LINE__))
