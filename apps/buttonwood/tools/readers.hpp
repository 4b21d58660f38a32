// `buttonwood readers DIR`: lists the registered readers of the logs and their lag, or removes one.
#pragma once

#include <string>

namespace bw::apps {

struct ReadersOptions {
    std::string directory;
    std::string shared_directory;
    std::string remove;  ///< name of a reader to remove; empty: list all
};

/// Returns the exit status.
int run_readers(const ReadersOptions& options);

}  // namespace bw::apps
