// Neutral command streams: the same orders for every matcher that is measured.
//
// File, little endian: 64-byte header { char magic[8]="MESTRM01"; u32 symbols; u32 flags; u64
// prefill; u64 ops; u64 max_id; u64 seed; char name[16] }, then prefill + ops records of 40 bytes.
// Ids are dense and 1-based. Prefill is applied but not timed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace bw::bench {

enum class Op : std::uint8_t { enter = 0, cancel = 1, reduce = 2, replace = 3 };
enum class StreamTif : std::uint8_t { good = 0, ioc = 1, fok = 2 };

struct StreamCommand {
    std::uint64_t id;
    std::int64_t price;      ///< ticks
    std::uint32_t quantity;  ///< reduce: by how much; replace: the new remaining quantity
    std::uint32_t symbol;    ///< 0-based
    std::uint32_t user;
    Op op;
    std::uint8_t side;  ///< 0 buy, 1 sell
    StreamTif tif;
    std::uint8_t padding;
    std::uint64_t time_ns;
};
static_assert(sizeof(StreamCommand) == 40);

struct StreamHeader {
    char magic[8];
    std::uint32_t symbols;
    std::uint32_t flags;
    std::uint64_t prefill;
    std::uint64_t ops;
    std::uint64_t max_id;
    std::uint64_t seed;
    char name[16];
};
static_assert(sizeof(StreamHeader) == 64);

struct Stream {
    StreamHeader header{};
    std::vector<StreamCommand> commands;

    [[nodiscard]] std::span<const StreamCommand> prefill() const {
        return std::span(commands).first(header.prefill);
    }
    [[nodiscard]] std::span<const StreamCommand> timed() const {
        return std::span(commands).subspan(header.prefill);
    }
    [[nodiscard]] std::string name() const {
        return {header.name, strnlen(header.name, sizeof header.name)};
    }

 private:
    static std::size_t strnlen(const char* text, std::size_t max) {
        std::size_t size = 0;
        while (size < max && text[size] != '\0') ++size;
        return size;
    }
};

/// Reads and checks a stream file; the error names what is wrong with it.
[[nodiscard]] base::Result<Stream> load_stream(const std::string& path);

}  // namespace bw::bench
