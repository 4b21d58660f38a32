// buttonwood-bench: the benchmarks. `buttonwood bench` starts this program.
#include "buttonwood-bench/command_line.hpp"
#include "buttonwood/cli/program.hpp"

int main(int argc, char** argv) try {
    CLI::App app{"", "buttonwood bench"};
    bw::apps::BenchCommandLine line(app);
    return bw::apps::run_program(app, argc, argv, [&] { return line.run(); });
} catch (const std::exception& failure) {
    return bw::apps::end_unexpectedly(failure);
}
