// The words of base/fields.hpp as the engine uses them: how its state leaves and enters it as
// bytes.
#pragma once

#include "base/fields.hpp"

namespace bw::engine {

using SnapshotSink = base::ByteSink;
using SnapshotSource = base::ByteSource;
using SnapshotOut = base::FieldWriter;
using SnapshotIn = base::FieldReader;

}  // namespace bw::engine
