#include "buttonwood/runtime/own_counters.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "buttonwood/runtime/version.hpp"
#include "node/engine_agent.hpp"
#include "observe/format.hpp"
#include "platform/thread.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

/// The kernel releases the locks of a killed process only once it has torn the process down.
constexpr auto patience = std::chrono::seconds(5);

std::string suffix_of(const std::string& process) {
    return process == "node" ? std::string() : "-" + process;
}

/// Whether a living process holds the counters at `path`.
bool is_held(platform::Storage& storage, const std::string& path) {
    return storage.exists(path) && !storage.lock(path);
}

bool stays_held(platform::Storage& storage, const std::string& path) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (is_held(storage, path)) {
        if (std::chrono::steady_clock::now() > deadline) return true;
        platform::sleep_for_ns(10'000'000);
    }
    return false;
}

}  // namespace

OwnCounters::OwnCounters(const platform::Clock& clock, const Setup& setup)
    : clock_(clock),
      path_(setup.shared_directory + "/" + observe::file_name + suffix_of(setup.process)),
      last_path_(setup.directory + "/" + observe::last_file_name + suffix_of(setup.process)) {}

base::Result<std::unique_ptr<OwnCounters>> OwnCounters::open(platform::Storage& storage,
                                                             const platform::Clock& clock,
                                                             const Setup& setup) {
    std::unique_ptr<OwnCounters> own(new OwnCounters(clock, setup));
    if (stays_held(storage, own->path_))
        return base::error(
            fmt::format("there is a {} of this exchange already (it holds {}). Another one needs a "
                        "number: --instances {}=2 --instance 2",
                        setup.process, own->path_, setup.process));
    observe::LabelNames names = setup.names;
    for (const model::RejectReason reason : node::reject_reasons())
        names.reject_reasons.emplace_back(model::name_of(reason));
    auto file =
        observe::CountersFile::create(storage, {.path = own->path_,
                                                .cluster = setup.identity.cluster,
                                                .node = setup.identity.node,
                                                .process = static_cast<std::uint32_t>(::getpid()),
                                                .started_ns = clock.realtime_ns(),
                                                .program = version,
                                                .durability = setup.durability,
                                                .names = names});
    if (!file) return std::unexpected(file.error());
    own->file_ = std::move(*file);
    telemetry::count_log_in(&own->page().log);
    return own;
}

void OwnCounters::end() {
    if (!file_) return;
    telemetry::count_log_in(nullptr);
    if (auto ended = file_->end(clock_.realtime_ns(), last_path_); !ended)
        telemetry::log_event(telemetry::Event::counters_not_saved,
                             {.message = ended.error().message});
    file_.reset();
}

}  // namespace bw::apps
