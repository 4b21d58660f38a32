// Starts helper threads for components that can use one (platform::HelperStarter); only apps/
// creates threads.
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
