// What a projection saves, in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/fields.hpp"

namespace bw::views::testing {

class SavedBytes final : public base::ByteSink, public base::ByteSource {
 public:
    void write(std::span<const std::byte> more) override {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    [[nodiscard]] bool read(std::span<std::byte> out) override {
        if (bytes.size() - at < out.size()) return false;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
        at += out.size();
        return true;
    }
    std::vector<std::byte> bytes;
    std::size_t at = 0;
};

template <class Projection>
[[nodiscard]] std::vector<std::byte> bytes_of(const Projection& projection) {
    SavedBytes saved;
    base::FieldWriter out(saved);
    projection.save(out);
    return std::move(saved.bytes);
}

template <class Projection>
[[nodiscard]] bool load_bytes(Projection& projection, std::vector<std::byte> bytes) {
    SavedBytes saved;
    saved.bytes = std::move(bytes);
    base::FieldReader in(saved);
    return projection.load(in);
}

}  // namespace bw::views::testing
