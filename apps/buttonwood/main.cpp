// buttonwood: one program, many subcommands.
#include "buttonwood/cli/main_of.hpp"
#include "buttonwood/cli/program.hpp"

int main(int argc, char** argv) try {
    return bw::apps::main_of(argc, argv);
} catch (const std::exception& failure) {
    return bw::apps::end_unexpectedly(failure);
}
