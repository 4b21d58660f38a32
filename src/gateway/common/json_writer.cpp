#include "gateway/common/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bw::gateway::common {
namespace {

bool is_escaped(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '"' || c == '\\' || byte < 0x20 || byte == 0x7f;
}

void append_escaped(std::string& out, char c) {
    if (c == '"' || c == '\\')
        (out += '\\') += c;
    else
        out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
}

}  // namespace

void JsonWriter::separate() {
    if (comma_) out_ += ',';
    comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    text(name);
    out_ += ':';
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    out_ += '"';
    while (!value.empty()) {
        const std::size_t plain =
            static_cast<std::size_t>(std::ranges::find_if(value, is_escaped) - value.begin());
        out_ += value.substr(0, plain);
        value.remove_prefix(plain);
        if (value.empty()) break;
        append_escaped(out_, value.front());
        value.remove_prefix(1);
    }
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

JsonWriter& JsonWriter::signed_count(std::string_view name, std::int64_t value) {
    key(name).separate();
    out_ += std::to_string(value);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null() {
    separate();
    out_ += "null";
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

}  // namespace bw::gateway::common
