// ProgressBar: a progress line on standard error, redrawn in place on a terminal, silent otherwise.
// Threads: one.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "node/node.hpp"

namespace bw::apps {

class ProgressBar {
 public:
    explicit ProgressBar(std::string what)
        : what_(std::move(what)), drawn_(isatty(STDERR_FILENO) != 0) {}
    ~ProgressBar() {
        if (drawn_ && shown_) fmt::print(stderr, "\r\033[K");
    }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void rename(const std::string& what) { what_ = what; }

    /// Draws at most ten times a second.
    void show(std::uint64_t done, std::uint64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (!drawn_ || now - last_ < std::chrono::milliseconds(100)) return;
        last_ = now;
        shown_ = true;
        constexpr std::uint64_t width = 40;
        const std::uint64_t filled = total == 0 ? width : done * width / total;
        fmt::print(stderr, "\r\033[K{} [{}{}] {}/{}", what_, std::string(filled, '#'),
                   std::string(width - std::min(width, filled), '.'), done, total);
        std::fflush(stderr);
    }

    /// For tight loops: reads the clock only every 4096 calls.
    void show_sometimes(std::uint64_t done, std::uint64_t total) {
        if (++calls_ % 4096 == 0) show(done, total);
    }

 private:
    std::uint64_t calls_ = 0;
    std::string what_;
    bool drawn_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_{};
};

/// A callback that shows the progress of a start on `bar`, which must outlive it.
inline node::StartProgress progress_on(ProgressBar& bar) {
    return [&bar](const std::string& phase, std::uint64_t done, std::uint64_t total) {
        bar.rename(phase);
        bar.show(done, total);
    };
}

}  // namespace bw::apps
