// Idle: how a duty loop rests when it finds nothing to do.
//
// Giving the processor to others helps only where there is one to spare: on a machine with fewer
// than `processors_to_spin` loops that back off sleep after a short spin instead, for a thread that
// gives way again and again is put behind all others by the kernel, for milliseconds.
#pragma once

#include <cstdint>

namespace bw::apps {

enum class IdleStrategy : std::uint8_t {
    /// spins a little, then gives the processor to others, then sleeps, longer and longer up to 0.5
    /// ms
    back_off,
    /// spins a little, then sleeps until there is work: for real time, where giving way helps
    /// nobody of lower priority
    park,
    yield,  ///< spins a little, then gives the processor to others
    spin,   ///< never lets go: a processor of its own is given to the loop
};

/// Core, disk writer and gateway spin at once; the fourth is for all others.
inline constexpr unsigned processors_to_spin = 4;
/// On how many processors this process may run, when it asked first.
[[nodiscard]] unsigned processors();

class Idle {
 public:
    explicit Idle(IdleStrategy strategy = IdleStrategy::back_off)
        : strategy_(strategy), yields_(processors() >= processors_to_spin) {}
    void worked() { turns_ = 0; }
    /// There was nothing to do in this turn.
    void rest();
    /// It is time to sleep; with a WakeUp the loop then looks once more for work and waits there.
    [[nodiscard]] bool tired() const;

 private:
    [[nodiscard]] unsigned turns_before_sleep() const;

    IdleStrategy strategy_;
    bool yields_;  ///< before it sleeps
    unsigned turns_ = 0;
};

}  // namespace bw::apps
