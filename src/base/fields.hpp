// Saving and loading a component's state as bytes: fields in a fixed order, little endian, no
// padding. The same state gives the same bytes in every process. The caller takes care of file,
// checksum and version.
//
//   save(FieldWriter&) ─► ByteSink ─► … ─► ByteSource ─► load(FieldReader&)
//
// When the bytes end early, or a field has an impossible value, the reader returns zeros from then
// on and good() is false. Loops over counts check it, so a wrong count costs no more than the bytes
// that exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/fixed_text.hpp"

namespace bw::base {

/// Receives bytes in order.
class ByteSink {
 public:
    virtual ~ByteSink() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
};

/// Delivers bytes in order; false when there are no more.
class ByteSource {
 public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual bool read(std::span<std::byte> bytes) = 0;
};

/// Counts the bytes that would be written.
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
    /// Marks the bytes as malformed: they are not a state.
    void spoil() { good_ = false; }

 private:
    template <class T>
    void get(T& field) {
        bytes(std::as_writable_bytes(std::span(&field, 1)));
    }
    /// Any other byte is not a bool.
    void get(bool& field) {
        std::uint8_t byte = 0;
        get(byte);
        if (byte > 1) spoil();
        field = byte == 1 && good_;
    }

    ByteSource& source_;
    bool good_ = true;
};

/// A value of an enumeration that begins with 0 and has no gaps.
template <class Archive, class Value>
void field_up_to(Archive& archive, Value& value, std::type_identity_t<Value> last) {
    archive(value);
    if constexpr (Archive::loading) {
        if (value <= last) return;
        archive.spoil();
        value = Value{};
    }
}

/// A flag that says whether there is a value, then the value as `each` reads or writes it.
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
