// Idle: how a duty loop rests when it finds nothing to do.
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

class Idle {
 public:
    explicit Idle(IdleStrategy strategy = IdleStrategy::back_off) : strategy_(strategy) {}
    void worked() { turns_ = 0; }
    /// There was nothing to do in this turn.
    void rest();
    /// It is time to sleep; with a WakeUp the loop then looks once more for work and waits there.
    [[nodiscard]] bool tired() const;

 private:
    IdleStrategy strategy_;
    unsigned turns_ = 0;
};

}  // namespace bw::apps
