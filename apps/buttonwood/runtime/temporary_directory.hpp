// TemporaryDirectory: a folder that the destructor removes, for runs whose log is not kept.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace bw::apps {

class TemporaryDirectory {
 public:
    /// Creates the folder in `parent`, or in the system's folder for temporary files if that is
    /// empty.
    explicit TemporaryDirectory(const std::string& parent = {})
        : path_(((parent.empty() ? std::filesystem::temp_directory_path()
                                 : std::filesystem::path(parent)) /
                 "buttonwood-XXXXXX")
                    .string()) {
        if (mkdtemp(path_.data()) == nullptr) path_.clear();
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    /// Empty if the folder could not be created.
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

}  // namespace bw::apps
