#include "buttonwood/runtime/supervised.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace bw::apps {

bool follow_supervisor(const ExchangeOptions& options) {
    if (options.supervisor == 0) return true;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    return getppid() == options.supervisor;  // it may have died before prctl() took effect
}

void report_open(const ExchangeOptions& options, const std::string& what) {
    if (options.ready_descriptor < 0) return;
    const std::string line = what + "\n";
    static_cast<void>(!write(options.ready_descriptor, line.data(), line.size()));
    close(options.ready_descriptor);
}

}  // namespace bw::apps
