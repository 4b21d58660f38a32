// buttonwood: one program, many subcommands.
#include "buttonwood/cli/main_of.hpp"

int main(int argc, char** argv) { return bw::apps::main_of(argc, argv); }
