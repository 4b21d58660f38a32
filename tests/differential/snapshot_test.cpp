// A state that was written and read again goes on as if nothing had happened: the engine is
// replaced by one loaded from its snapshot again and again while it is compared with the naive
// exchange.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"

namespace bw::differential {
namespace {

constexpr std::uint64_t commands = 30'000;
constexpr std::uint64_t commands_between_snapshots = 250;

std::uint64_t first_seed() {
    const char* given = std::getenv("BW_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

class Bytestore final : public engine::SnapshotSink, public engine::SnapshotSource {
 public:
    void write(std::span<const std::byte> bytes) override {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    [[nodiscard]] bool read(std::span<std::byte> bytes) override {
        if (bytes_.size() - at_ < bytes.size()) return false;
        std::memcpy(bytes.data(), bytes_.data() + at_, bytes.size());
        at_ += bytes.size();
        return true;
    }
    [[nodiscard]] bool read_whole() const { return at_ == bytes_.size(); }
    [[nodiscard]] Bytes& bytes() { return bytes_; }

 private:
    Bytes bytes_;
    std::size_t at_ = 0;
};

class Snapshots : public testing::TestWithParam<CommandGenerator::Mood> {};

TEST_P(Snapshots, go_on_where_the_engine_was) {
    const std::uint64_t seed = first_seed();
    SCOPED_TRACE(fmt::format("BW_SEED={}", seed));
    const engine::Limits limits;
    CommandGenerator generator(seed, {.mood = GetParam(), .instruments = 100, .without = {}});
    NaiveExchange naive(limits);
    auto engine = std::make_unique<EngineRunner>(limits);
    std::size_t largest = 0;
    for (std::uint64_t sequence = 1; sequence <= commands; ++sequence) {
        const Bytes command = generator.next();
        const std::vector<Bytes> expected = naive.apply(sequence, command);
        ASSERT_EQ(joined(expected), engine->apply(sequence, command)) << "command " << sequence;
        generator.see(expected);
        if (sequence % commands_between_snapshots != 0) continue;

        Bytestore written;
        engine->save(written);
        auto loaded = std::make_unique<EngineRunner>(limits);
        ASSERT_TRUE(loaded->load(written)) << "after command " << sequence;
        ASSERT_TRUE(written.read_whole());
        ASSERT_EQ(loaded->state_hash(), engine->state_hash()) << "after command " << sequence;
        Bytestore again;
        loaded->save(again);
        ASSERT_EQ(again.bytes(), written.bytes()) << "after command " << sequence;
        loaded->verify_invariants();
        largest = std::max(largest, written.bytes().size());
        engine = std::move(loaded);
    }
    fmt::print("seed {}: {} snapshots, the largest of {} bytes\n", seed,
               commands / commands_between_snapshots, largest);
}

INSTANTIATE_TEST_SUITE_P(Moods, Snapshots,
                         testing::Values(CommandGenerator::Mood::restless,
                                         CommandGenerator::Mood::calm));

TEST(Snapshots, that_end_early_are_refused) {
    const engine::Limits limits;
    CommandGenerator generator(first_seed());
    NaiveExchange naive(limits);
    EngineRunner engine(limits);
    for (std::uint64_t sequence = 1; sequence <= 300; ++sequence) {
        const Bytes command = generator.next();
        generator.see(naive.apply(sequence, command));
        static_cast<void>(engine.apply(sequence, command));
    }
    // With scarce storage there is one byte more, and without that byte it is a snapshot of ample
    // storage: the file's checksums tell.
    codec::Frame<codec::SetStorageState> ample;
    static_cast<void>(engine.apply(301, codec::bytes_of(ample)));
    Bytestore whole;
    engine.save(whole);
    const std::size_t step = whole.bytes().size() / 200 + 1;
    for (std::size_t size = 0; size < whole.bytes().size(); size += step) {
        Bytestore part;
        part.bytes().assign(whole.bytes().begin(),
                            whole.bytes().begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(std::make_unique<EngineRunner>(limits)->load(part)) << size << " bytes";
    }
}

}  // namespace
}  // namespace bw::differential
