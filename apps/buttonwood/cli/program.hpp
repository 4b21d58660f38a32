// The main function of a program with a command line: parses it, runs the chosen command and
// reports errors.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>

namespace bw::apps {

/// For main(): says what ended the program before or after run_program(). Returns its exit status.
inline int end_unexpectedly(const std::exception& failure) noexcept {
    std::fputs("buttonwood: ", stderr);
    std::fputs(failure.what(), stderr);
    std::fputc('\n', stderr);
    return 1;
}

/// Returns the exit status: that of `run`, 2 for an invalid command line, 1 after an exception.
[[nodiscard]] inline int run_program(CLI::App& app, int argc, char** argv,
                                     const std::function<int()>& run) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;  // 0: help or version was asked for
    }
    try {
        return run();
    } catch (const std::exception& failure) {
        return end_unexpectedly(failure);
    }
}

}  // namespace bw::apps
