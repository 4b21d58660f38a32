// The engine allocates in its constructor only: a million commands later, operator new was not
// called once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "differential/command_generator.hpp"
#include "differential/counting_new.hpp"
#include "engine/engine.hpp"

namespace bw::differential {
namespace {

class CountingSink final : public engine::EventSink {
 public:
    void take(std::span<const std::byte> messages, bool) override { bytes += messages.size(); }
    std::uint64_t bytes = 0;
};

TEST(Allocation, operator_new_is_counted_here) {
    const std::uint64_t before = allocations();
    auto* volatile one = new int(1);
    delete one;
    EXPECT_EQ(allocations(), before + 1);
}

TEST(Allocation, a_million_commands_allocate_nothing) {
    constexpr std::uint64_t commands = 1'000'000;
    constexpr std::uint64_t batch = 10'000;
    CommandGenerator generator(7);
    NaiveExchange naive;
    CountingSink sink;
    engine::Engine engine(sink);
    std::vector<Bytes> stream;
    std::uint64_t sequence = 0, allocated = 0;
    while (sequence < commands) {
        stream.clear();
        for (std::uint64_t i = 1; i <= batch; ++i) {
            stream.push_back(generator.next());
            generator.see(naive.apply(sequence + i, stream.back()));
        }
        const std::uint64_t before = allocations();
        for (const Bytes& command : stream)
            engine.apply(model::SequenceNumber{++sequence}, command);
        allocated += allocations() - before;
    }
    EXPECT_EQ(allocated, 0u) << "over " << commands << " commands";
    EXPECT_GT(sink.bytes, commands * 8);
    fmt::print("{} commands, {} bytes of events, {} allocations\n", commands, sink.bytes,
               allocated);
}

}  // namespace
}  // namespace bw::differential
