// KeyThread: the helper thread of an access::KeyWriter. It stores new keys, and sleeps otherwise.
#pragma once

#include <thread>

#include "access/key_writer.hpp"
#include "platform/thread.hpp"

namespace bw::apps {

class KeyThread {
 public:
    /// Requires: `writer` outlives it.
    explicit KeyThread(access::KeyWriter& writer)
        : thread_(platform::start_thread("keys", [&writer](const std::stop_token& stop) {
              while (!stop.stop_requested())
                  if (writer.do_work() == 0) writer.wait(stop);
          })) {}

 private:
    std::jthread thread_;
};

}  // namespace bw::apps
