// What components that want a thread beside their caller's are given (platform::Beside): threads
// are made here.
#pragma once

#include <memory>
#include <thread>

#include "platform/thread.hpp"

namespace bw::apps {

[[nodiscard]] inline platform::Beside beside() {
    return [](std::function<void()> work) -> std::function<void()> {
        auto thread = std::make_shared<std::jthread>(platform::start_thread(
            "bw-beside", [work = std::move(work)](const std::stop_token&) { work(); }));
        return [thread] { thread->join(); };
    };
}

}  // namespace bw::apps
