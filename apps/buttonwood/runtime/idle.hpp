// Idle: how a loop waits when it finds nothing to do. Threads: the loop's.
//
// Yielding the processor helps only if there is one to spare. On a machine with fewer than
// `processors_to_spin` processors, loops that back off sleep after a short spin instead: the kernel
// places a thread that yields again and again after all others, for milliseconds.
#pragma once

#include <cstdint>

namespace bw::apps {

enum class IdleStrategy : std::uint8_t {
    /// spins briefly, then yields, then sleeps, longer and longer up to 0.5 ms
    back_off,
    /// spins briefly, then sleeps until there is work; for real-time threads, where yielding does
    /// not help threads of lower priority
    park,
    yield,  ///< spins briefly, then yields
    spin,   ///< always spins: requires a processor of its own
};

/// Core, disk writer and gateway spin at the same time; the fourth processor is for all other
/// threads.
inline constexpr unsigned processors_to_spin = 4;
/// Number of processors that this process may use, determined at the first call.
[[nodiscard]] unsigned processors();

class Idle {
 public:
    explicit Idle(IdleStrategy strategy = IdleStrategy::back_off)
        : strategy_(strategy), yields_(processors() >= processors_to_spin) {}
    void worked() { turns_ = 0; }
    /// Call it after a turn without work.
    void rest();
    /// The loop should sleep. A loop with a WakeUp checks once more for work and waits on it.
    [[nodiscard]] bool tired() const;

 private:
    [[nodiscard]] unsigned turns_before_sleep() const;

    IdleStrategy strategy_;
    bool yields_;  ///< yields before it sleeps
    unsigned turns_ = 0;
};

}  // namespace bw::apps
