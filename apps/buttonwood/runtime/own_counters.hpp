// OwnCounters: the counters file of one process of the exchange: SHARED/…/counters for the node,
// counters-NAME for the others. The lines of the log are counted in it too.
#pragma once

#include <memory>
#include <string>

#include "event_store/identity.hpp"
#include "observe/counters_file.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::apps {

class OwnCounters {
 public:
    struct Setup {
        std::string process;  ///< name; "node" also for an exchange in one process
        std::string directory;
        std::string shared_directory;  ///< the node's folder in shared memory
        event_store::Identity identity;
        std::string durability;
        observe::LabelNames names;  ///< except those of the reject reasons, which open() fills in
    };

    /// Waits some seconds for a predecessor that is being killed. Error: another process of this
    /// name runs.
    [[nodiscard]] static base::Result<std::unique_ptr<OwnCounters>> open(
        platform::Storage& storage, const platform::Clock& clock, const Setup& setup);
    ~OwnCounters() { end(); }
    OwnCounters(const OwnCounters&) = delete;
    OwnCounters& operator=(const OwnCounters&) = delete;

    [[nodiscard]] observe::Page& page() { return file_->page(); }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Saves a copy in the data folder. A failure is a line of the log and otherwise ignored.
    void end();

 private:
    OwnCounters(const platform::Clock& clock, const Setup& setup);

    const platform::Clock& clock_;
    std::string path_;
    std::string last_path_;
    std::unique_ptr<observe::CountersFile> file_;
};

}  // namespace bw::apps
