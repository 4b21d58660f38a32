// The counters file, byte by byte. Little endian. It describes itself: it contains the names,
// kinds, units and offsets of all values.
//
//   0                 4096                                  values_offset
//   | header, zeros   | descriptor | descriptor | … zeros   | values …                      |
//
// A counter or gauge is one u64 at values_offset + descriptor.offset. A histogram is u64 sum, u64
// max, u64 count[1152] (cells.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

namespace bw::observe {

inline constexpr std::uint64_t file_magic = 0x31525443444F4F57;  // "WOODCTR1"
inline constexpr std::uint32_t file_version = 1;
inline constexpr std::size_t header_bytes = 4096;
/// File names: of the counters in the shared-memory folder, and of the copy that an orderly end
/// leaves in the data folder.
inline constexpr const char* file_name = "counters";
inline constexpr const char* last_file_name = "counters.last";

struct FileHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint64_t cluster;
    std::uint64_t started_ns;  ///< of the process, UTC
    std::uint32_t process;
    std::uint32_t descriptors;
    std::uint64_t values_offset;
    std::uint64_t file_bytes;
    char program[32];     ///< version of the program
    char durability[16];  ///< sync or memory
    std::uint32_t crc;    ///< CRC32C of the header before this field and of all descriptors
    std::uint32_t reserved;
    std::uint64_t ended_ns;  ///< 0 until an orderly end
};
static_assert(sizeof(FileHeader) == 120 && sizeof(FileHeader) <= header_bytes);

struct Descriptor {
    std::uint16_t number;
    std::uint16_t kind;
    std::uint16_t unit;
    std::uint16_t reserved;
    std::uint64_t offset;
    char name[48];
    char labels[64];  ///< key="value",… or empty
    char help[128];
};
static_assert(sizeof(Descriptor) == 256);

}  // namespace bw::observe
