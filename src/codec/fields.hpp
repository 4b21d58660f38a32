// How a message describes itself: one Field per member, in wire order. The tables are made from
// protocol/sbe/buttonwood.xml (generated/field_tables.cpp); `buttonwood dump` prints records by
// them.
#pragma once

#include <cstddef>
#include <string_view>

#include "codec/generated/field_kind.hpp"

namespace bw::codec {

struct Field {
    std::string_view name;
    FieldKind kind;
    std::size_t offset;  ///< bytes from the start of the block
    std::size_t size;    ///< bytes
};

}  // namespace bw::codec
