// buttonwood: one program, many subcommands.
#include <fmt/format.h>

#include "buttonwood/cli/command_line.hpp"
#include "buttonwood/cli/other_program.hpp"
#include "buttonwood/cli/program.hpp"

int main(int argc, char** argv) {
    if (const bw::apps::OtherProgram* other = bw::apps::other_program_of(argc, argv))
        return bw::apps::become(*other, argc, argv);
    CLI::App app{"", "buttonwood"};
    app.require_subcommand(0, 1);
    bw::apps::CommandLine line(app);
    line.keep_arguments(argc, argv);
    if (auto loaded = line.load_configuration(argc, argv); !loaded) {
        fmt::print(stderr, "buttonwood: {}\n", loaded.error().message);
        return 2;
    }
    return bw::apps::run_program(app, argc, argv, [&] { return line.run(); });
}
