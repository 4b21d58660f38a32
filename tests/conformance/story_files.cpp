#include "conformance/story_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace bw::conformance {

std::vector<std::filesystem::path> story_files() {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(BW_STORIES)) {
        const auto& path = entry.path();
        if (path.extension() == ".txt" && path.filename() != "CMakeLists.txt") out.push_back(path);
    }
    std::ranges::sort(out);
    return out;
}

std::string text_of(const std::filesystem::path& story) {
    std::ifstream in(story);
    if (!in) throw std::runtime_error("cannot read the story " + story.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace bw::conformance
