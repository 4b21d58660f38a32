// The version of the program.
#pragma once

namespace bw::apps {

inline constexpr const char* version = BW_VERSION;

}  // namespace bw::apps
