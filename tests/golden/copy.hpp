// What the tests of golden folders share: a copy of one that vanishes with the test.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "golden/contents.hpp"
#include "node/node.hpp"

namespace bw::golden {

namespace fs = std::filesystem;

inline const fs::path goldens = BW_SOURCE_DIR "/tests/golden";

inline std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A sealed file is read-only.
inline void write_text(const fs::path& path, const std::string& text) {
    if (fs::exists(path)) fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

inline std::vector<std::string> releases() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(goldens))
        if (fs::exists(entry.path() / "expected")) out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
}

/// A copy of a golden folder that vanishes with the test.
class Copy {
 public:
    /// `folder`: data, or since 0.2 shortened.
    explicit Copy(const std::string& release, const std::string& folder = "data")
        : expected(facts_from(read_text(goldens / release / "expected"))), folder_(folder) {
        std::string pattern = (fs::temp_directory_path() / "bw-golden-XXXXXX").string();
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
        fs::create_directory(root_ / "shared");
        const std::string unpack = fmt::format(
            "tar -xJf '{}' -C '{}'", (goldens / release / "data.tar.xz").string(), pattern);
        EXPECT_EQ(std::system(unpack.c_str()), 0) << unpack;
    }
    ~Copy() { fs::remove_all(root_); }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    [[nodiscard]] fs::path data() const { return root_ / folder_; }
    [[nodiscard]] std::string shared() const { return (root_ / "shared").string(); }
    [[nodiscard]] std::uint64_t number(const std::string& key) const {
        return std::stoull(expected.at(key));
    }
    [[nodiscard]] fs::path snapshot() const {
        return data() / "snapshots" / fmt::format("{:020}.snapshot", number("snapshot"));
    }
    [[nodiscard]] fs::path views() const {
        return data() / "snapshots" / fmt::format("{:020}.views", number("snapshot"));
    }
    /// Everything in the data folder: what it is, who may write it, its bytes.
    [[nodiscard]] std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(data()))
            out[entry.path().string()] =
                fmt::format("{:o} ", static_cast<unsigned>(entry.status().permissions())) +
                (entry.is_regular_file() ? read_text(entry.path()) : "folder");
        return out;
    }
    /// The exchange's own way to open it.
    [[nodiscard]] base::Result<std::unique_ptr<node::Node>> open() const {
        static const platform::SystemClock clock;
        node::Node::Options options;
        options.store.directory = data().string();
        options.store.shared_directory = shared();
        options.store.segment_bytes = event_store::min_segment_bytes;
        options.day_end_ns.reset();
        return node::Node::open(options, clock);
    }

    const Facts expected;

 private:
    std::string folder_;
    fs::path root_;
};

/// Names of files that are not the same any more.
inline std::string changed(const std::map<std::string, std::string>& before,
                           const std::map<std::string, std::string>& after) {
    std::string out;
    for (const auto& [name, bytes] : before)
        if (const auto now = after.find(name); now == after.end() || now->second != bytes)
            out += name + " ";
    for (const auto& [name, bytes] : after)
        if (!before.contains(name)) out += "new " + name + " ";
    return out;
}

}  // namespace bw::golden
