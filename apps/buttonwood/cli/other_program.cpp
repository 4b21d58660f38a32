#include "buttonwood/cli/other_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace bw::apps {

const OtherProgram* other_program_of(int argc, char** argv) {
    if (argc < 2) return nullptr;
    const auto* found =
        std::ranges::find(other_programs, std::string_view(argv[1]), &OtherProgram::subcommand);
    return found == other_programs.end() ? nullptr : found;
}

int become(const OtherProgram& program, int argc, char** argv) {
    std::error_code unknown;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
    std::string path = (folder / program.program).string();
    std::vector<char*> arguments{path.data()};
    for (int i = 2; i < argc; ++i) arguments.push_back(argv[i]);
    arguments.push_back(nullptr);
    execv(path.c_str(), arguments.data());
    const int failed = errno;
    if (failed == ENOENT)
        fmt::print(
            stderr,
            "buttonwood: `{0}` is the program {1}, which is not in {2}. `./run {0} …` builds "
            "and starts it; or build it with `ninja -C build/release {1}`.\n",
            program.subcommand, program.program, folder.string());
    else
        fmt::print(stderr, "buttonwood: cannot start {}: {}\n", path, std::strerror(failed));
    return 1;
}

}  // namespace bw::apps
