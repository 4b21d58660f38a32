// buttonwood: one program, many subcommands.
#include <fmt/format.h>

#include "buttonwood/cli/command_line.hpp"

int main(int argc, char** argv) {
    CLI::App app{"", "buttonwood"};
    app.require_subcommand(0, 1);
    bw::apps::CommandLine line(app);
    line.keep_arguments(argc, argv);
    if (auto loaded = line.load_configuration(argc, argv); !loaded) {
        fmt::print(stderr, "buttonwood: {}\n", loaded.error().message);
        return 2;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;  // 0: help or version was asked for
    }
    try {
        return line.run();
    } catch (const std::exception& failure) {
        fmt::print(stderr, "buttonwood: {}\n", failure.what());
        return 1;
    }
}
