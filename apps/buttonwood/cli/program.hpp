// The frame of a program with a command line: reads it, runs what it chose, and says what went
// wrong.
#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <functional>

namespace bw::apps {

/// The exit status: that of `run`, 2 after a command line that cannot be read, 1 after an
/// exception.
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
        fmt::print(stderr, "buttonwood: {}\n", failure.what());
        return 1;
    }
}

}  // namespace bw::apps
