#include "buttonwood/cli/main_of.hpp"

#include <fmt/format.h>

#include <vector>

#include "buttonwood/cli/command_line.hpp"
#include "buttonwood/cli/other_program.hpp"
#include "buttonwood/cli/program.hpp"
#include "buttonwood/topology_table.hpp"

namespace bw::apps {
namespace {

int refuse(const base::Error& error) {
    fmt::print(stderr, "buttonwood: {}\n", error.message);
    return 2;
}

}  // namespace

int main_of(int argc, char** argv, std::span<const Agent> more) {
    if (const OtherProgram* other = other_program_of(argc, argv)) return become(*other, argc, argv);
    std::vector<Agent> agents(product_agents.begin(), product_agents.end());
    agents.insert(agents.end(), more.begin(), more.end());
    CLI::App app{"", "buttonwood"};
    app.require_subcommand(0, 1);
    CommandLine line(app, agents);
    line.keep_arguments(argc, argv);
    if (auto loaded = line.load_configuration(argc, argv); !loaded) return refuse(loaded.error());
    return run_program(app, argc, argv, [&] {
        if (auto checked = line.check(); !checked) return refuse(checked.error());
        return line.run();
    });
}

}  // namespace bw::apps
