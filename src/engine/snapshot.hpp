// How the engine's state leaves and enters it as bytes: fields in a fixed order, little endian, no padding. The same state gives the same bytes
// on every replica. What carries the bytes (file, checksum, version) is the caller's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/fixed_text.hpp"

namespace bw::engine {

/// Takes a snapshot's bytes in order.
class SnapshotSink {
 public:
    virtual ~SnapshotSink() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
};

/// Gives a snapshot's bytes in order; false when there are no more.
class SnapshotSource {
 public:
    virtual ~SnapshotSource() = default;
    [[nodiscard]] virtual bool read(std::span<std::byte> bytes) = 0;
};

template <class T>
concept SnapshotField =
    std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

/// Writes fields one after the other.
class SnapshotOut {
 public:
    explicit SnapshotOut(SnapshotSink& sink) : sink_(sink) {}
    static constexpr bool loading = false;

    template <SnapshotField... T>
    void operator()(const T&... fields) {
        (sink_.write(std::as_bytes(std::span(&fields, 1))), ...);
    }
    [[nodiscard]] bool good() const { return true; }

 private:
    SnapshotSink& sink_;
};

/// Reads them back in the same order. After the end of the source every field is zero and good() is false.
class SnapshotIn {
 public:
    explicit SnapshotIn(SnapshotSource& source) : source_(source) {}
    static constexpr bool loading = true;

    template <SnapshotField... T>
    void operator()(T&... fields) {
        (get(fields), ...);
    }
    [[nodiscard]] bool good() const { return good_; }
    /// The bytes do not make sense: what was read is not a state.
    void spoil() { good_ = false; }

 private:
    template <class T>
    void get(T& field) {
        good_ = good_ && source_.read(std::as_writable_bytes(std::span(&field, 1)));
        if (!good_) field = T{};
    }

    SnapshotSource& source_;
    bool good_ = true;
};

}  // namespace bw::engine
