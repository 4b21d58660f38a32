// The folders that a log tool reads.
#pragma once

#include <string>

namespace bw::apps {

struct LogToolOptions {
    std::string directory;
    std::string shared_directory;
};

}  // namespace bw::apps
