// How a state leaves and enters a component as bytes: fields in a fixed order, little endian, no
// padding. The same state gives the same bytes in every process. What carries the bytes (file,
// checksum, version) is the caller's business.
//
//   save(FieldWriter&) ─► ByteSink ─► … ─► ByteSource ─► load(FieldReader&)
//
// A reader of bytes that end early, or of a field that cannot be, gives zeros from then on and
// good() is false: loops over counts ask for it, so that a wrong count costs no more than the bytes
// that are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/fixed_text.hpp"

namespace bw::base {

/// Takes bytes in order.
class ByteSink {
 public:
    virtual ~ByteSink() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
};

/// Gives bytes in order; false when there are no more.
class ByteSource {
 public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual bool read(std::span<std::byte> bytes) = 0;
};

/// Counts what would be written.
class ByteCounter final : public ByteSink {
 public:
    void write(std::span<const std::byte> bytes) override { count += bytes.size(); }
    std::uint64_t count = 0;
};

template <class T>
concept Field = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

/// Writes fields one after the other.
class FieldWriter {
 public:
    explicit FieldWriter(ByteSink& sink) : sink_(sink) {}
    static constexpr bool loading = false;

    /// A count, as 64 bits.
    void count(std::size_t count) { (*this)(static_cast<std::uint64_t>(count)); }

    template <Field... T>
    void operator()(const T&... fields) {
        (sink_.write(std::as_bytes(std::span(&fields, 1))), ...);
    }
    void bytes(std::span<const std::byte> bytes) { sink_.write(bytes); }
    [[nodiscard]] bool good() const { return true; }

 private:
    ByteSink& sink_;
};

/// Reads them back in the same order.
class FieldReader {
 public:
    explicit FieldReader(ByteSource& source) : source_(source) {}
    static constexpr bool loading = true;

    [[nodiscard]] std::uint64_t count() {
        std::uint64_t count = 0;
        (*this)(count);
        return count;
    }

    template <Field... T>
    void operator()(T&... fields) {
        (get(fields), ...);
    }
    void bytes(std::span<std::byte> out) {
        good_ = good_ && source_.read(out);
        if (!good_ && !out.empty()) std::memset(out.data(), 0, out.size());
    }
    [[nodiscard]] bool good() const { return good_; }
    /// The bytes do not make sense: what was read is not a state.
    void spoil() { good_ = false; }

 private:
    template <class T>
    void get(T& field) {
        bytes(std::as_writable_bytes(std::span(&field, 1)));
    }
    /// Any other byte would be no bool.
    void get(bool& field) {
        std::uint8_t byte = 0;
        get(byte);
        if (byte > 1) spoil();
        field = byte == 1 && good_;
    }

    ByteSource& source_;
    bool good_ = true;
};

/// A value of a closed list that begins with 0 and has no gaps.
template <class Archive, class Value>
void field_up_to(Archive& archive, Value& value, std::type_identity_t<Value> last) {
    archive(value);
    if constexpr (Archive::loading) {
        if (value <= last) return;
        archive.spoil();
        value = Value{};
    }
}

/// Whether there is a value, then the value as `each` gives or takes it.
template <class Archive, class Optional, class Each>
void field_optional(Archive& archive, Optional& value, Each each) {
    bool there = value.has_value();
    archive(there);
    if constexpr (Archive::loading) {
        value.reset();
        if (there) value.emplace();
    }
    if (there) each(*value);
}

}  // namespace bw::base
