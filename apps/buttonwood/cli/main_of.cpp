#include "buttonwood/cli/main_of.hpp"

#include <fmt/format.h>

#include <span>
#include <string_view>
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

/// Error: a former name of a subcommand or an option; the message gives the name to use.
base::Result<void> refuse_former_names(std::span<char*> arguments) {
    if (arguments.size() > 1 && std::string_view(arguments[1]) == "core")
        return base::error("the subcommand core is called node");
    for (const std::string_view word : arguments)
        if (word == "--core-patience" || word.starts_with("--core-patience="))
            return base::error("the option --core-patience is called --node-patience");
    return {};
}

}  // namespace

int main_of(int argc, char** argv, std::span<const Agent> more) {
    if (const OtherProgram* other = other_program_of(argc, argv)) return become(*other, argc, argv);
    if (auto checked = refuse_former_names({argv, static_cast<std::size_t>(argc)}); !checked)
        return refuse(checked.error());
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
