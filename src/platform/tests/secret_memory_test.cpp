#include "platform/secret_memory.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>

namespace bw::platform {
namespace {

using Secret = std::array<unsigned char, 32>;

/// The line VmFlags of the mapping that contains `at`.
std::string flags_of(const void* at) {
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t from = 0, to = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2)
            inside = from <= reinterpret_cast<std::uintptr_t>(at) &&
                     reinterpret_cast<std::uintptr_t>(at) < to;
        if (inside && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

TEST(SecretMemory, is_left_out_of_dumps_and_locked) {
    SecretMemory memory;
    const Secret* secret = memory.make<Secret>();
    EXPECT_NE(flags_of(secret).find(" dd "), std::string::npos) << flags_of(secret);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their mlock() does nothing
    EXPECT_EQ(flags_of(secret).find(" lo ") != std::string::npos, memory.locked());
#endif
}

TEST(SecretMemory, objects_have_places_of_their_own) {
    SecretMemory memory;
    std::set<const Secret*> places;
    for (int i = 0; i < 10'000; ++i) {
        Secret value;
        value.fill(static_cast<unsigned char>(i));
        places.insert(memory.make(value));
    }
    EXPECT_EQ(places.size(), 10'000u);
    const Secret* before = nullptr;
    for (const Secret* place : places) {
        EXPECT_TRUE(before == nullptr || before + 1 <= place);
        before = place;
    }
}

/// Two random patterns: one in this memory, one in ordinary memory. Never next to each other in a
/// form that a search could find by accident: each byte is kept twice, and combined when used.
struct Patterns {
    Secret masked_secret, masked_plain, mask;
};

Secret unmasked(const Secret& masked, const Secret& mask) {
    Secret out;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<unsigned char>(masked[i] ^ mask[i]);
    return out;
}

/// Byte by byte: a register that held the whole pattern would be in the core.
void write_unmasked(Secret& out, const Secret& masked, const Secret& mask) {
    volatile unsigned char* to = out.data();
    for (std::size_t i = 0; i < out.size(); ++i)
        to[i] = static_cast<unsigned char>(masked[i] ^ mask[i]);
}

/// Ends with a core in the current directory.
[[noreturn]] void abort_with(const Patterns& patterns) {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &unlimited);
    SecretMemory memory;
    auto* secret = memory.make<Secret>();
    auto* plain = new Secret;
    write_unmasked(*secret, patterns.masked_secret, patterns.mask);
    write_unmasked(*plain, patterns.masked_plain, patterns.mask);
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
}

std::string core_of_child(const Patterns& patterns, const std::filesystem::path& directory) {
    const pid_t child = fork();
    if (child == 0) {
        if (chdir(directory.c_str()) != 0) _exit(1);
        abort_with(patterns);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        std::ifstream file(entry.path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    return {};
}

TEST(SecretMemory, is_not_in_a_core) {
    std::string name = "/tmp/bw-core-XXXXXX";
    const std::filesystem::path directory = mkdtemp(name.data());
    Patterns patterns;
    std::random_device random;
    for (Secret* each : {&patterns.masked_secret, &patterns.masked_plain, &patterns.mask})
        for (unsigned char& byte : *each) byte = static_cast<unsigned char>(random());
    const std::string core = core_of_child(patterns, directory);
    std::filesystem::remove_all(directory);
    if (core.empty()) GTEST_SKIP() << "this machine writes no core into the current directory";
    const auto holds = [&core](const Secret& pattern) {
        return core.find(std::string(pattern.begin(), pattern.end())) != std::string::npos;
    };
    EXPECT_TRUE(holds(unmasked(patterns.masked_plain, patterns.mask)))
        << "ordinary memory is there";
    EXPECT_FALSE(holds(unmasked(patterns.masked_secret, patterns.mask)));
}

}  // namespace
}  // namespace bw::platform
