// Line: one line of a process's log, as it travels from the thread that says it to the thread that
// writes it, and as JSON.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/fixed_text.hpp"
#include "platform/address.hpp"
#include "telemetry/events.hpp"
#include "telemetry/trace_context.hpp"

namespace bw::telemetry {

inline constexpr std::size_t message_bytes_max = 1'000;
/// Of a line as JSON with its line end; what a pipe takes at once, whole (PIPE_BUF).
inline constexpr std::size_t line_bytes_max = 4'096;

/// What a line says of its event. A zero and an empty text are left out. There is no member
/// for a body, a header, a signature or a secret, and there shall be none.
struct Facts {
    std::string_view message{};  ///< copied, cut at message_bytes_max; empty: the event's sentence
    // Texts of the program, valid until it ends.
    std::string_view method{};
    std::string_view route{};  ///< template: "/v1/order/{id}"
    std::string_view reason{};

    std::uint64_t request_id = 0;
    std::uint64_t sequence = 0;  ///< of the last event of a command
    std::uint64_t duration_us = 0;
    std::uint64_t count = 0;
    std::uint32_t account = 0;
    std::uint32_t operator_id = 0;
    std::uint16_t status = 0;      ///< of HTTP
    base::FixedText<16> key_id{};  ///< public
    std::optional<platform::Address> address{};
    std::optional<TraceContext> trace{};
};

/// Facts with memory of its own, of a fixed size.
struct Line {
    std::uint64_t time_ns = 0;  ///< since 1970, UTC
    Event event = Event::process_opened;
    std::uint16_t message_bytes = 0;
    Facts facts;  ///< its message is empty; see message()
    std::array<char, message_bytes_max> text;

    [[nodiscard]] std::string_view message() const {
        return message_bytes > 0 ? std::string_view(text.data(), message_bytes)
                                 : row_of(event).sentence;
    }
};
static_assert(std::is_trivially_copyable_v<Line>);

[[nodiscard]] Line line_of(Event event, const Facts& facts, std::uint64_t time_ns);

/// Appends the line as a JSON object and a line end, at most line_bytes_max bytes.
void append_json(std::string& out, const Line& line, std::string_view process);

}  // namespace bw::telemetry
