#include "buttonwood/tools/replay.hpp"

#include <fmt/format.h>

#include "buttonwood/runtime/startup.hpp"

namespace bw::apps {

base::Result<ReplaySummary> replay_commands(const LogToolOptions& options) {
    ReplaySink sink;
    auto placed = oldest_engine(options, sink);
    if (!placed) return std::unexpected(placed.error());
    return replay_log(options, sink, std::move(*placed), 0);
}

int run_replay(const LogToolOptions& options) {
    const auto result = replay_commands(options);
    if (!result) return fail(result.error().message);
    fmt::print(
        "{{\"commands\":{},\"events\":{},\"state_hash\":\"{:016x}\",\"event_hash\":\"{:016x}\","
        "\"seconds\":{:.3f},\"commands_per_second\":{:.0f}}}\n",
        result->commands, result->events, result->state_hash, result->event_hash, result->seconds,
        result->commands_per_second());
    return 0;
}

}  // namespace bw::apps
