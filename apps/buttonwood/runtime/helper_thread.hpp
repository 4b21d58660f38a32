// The HelperStarter (platform/thread.hpp) that components get which can use a helper thread. Each
// of its threads is named bw-helper.
#pragma once

#include <memory>
#include <thread>

#include "platform/thread.hpp"

namespace bw::apps {

[[nodiscard]] inline platform::HelperStarter helper_starter() {
    return [](std::function<void()> work) -> std::function<void()> {
        auto thread = std::make_shared<std::jthread>(platform::start_thread(
            "bw-helper", [work = std::move(work)](const std::stop_token&) { work(); }));
        return [thread] { thread->join(); };
    };
}

}  // namespace bw::apps
