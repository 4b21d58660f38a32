// `buttonwood readers DIR`: who is registered to read the logs, and how far behind they are.
#pragma once

#include <string>

namespace bw::apps {

struct ReadersOptions {
    std::string directory;
    std::string shared_directory;
    std::string remove;  ///< name; empty: list them
};

int run_readers(const ReadersOptions& options);

}  // namespace bw::apps
