// Processes killed at any moment: what they had acknowledged is there afterwards, and readers in
// other processes only ever see a prefix.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>

#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

/// Shared between a test and the process it kills.
struct Acknowledged {
    std::atomic<std::uint64_t> committed{0};
    std::atomic<bool> running{false};
};

Acknowledged* shared_words() {
    void* page = ::mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(page, MAP_FAILED);
    return new (page) Acknowledged;
}

std::size_t size_of(std::uint64_t sequence) { return 8 * (1 + sequence % 15); }

/// The life of the victim: appends until it dies.
[[noreturn]] void append_for_ever(const StoreOptions& options, Acknowledged& words) {
    auto store = Store::open(options);
    if (!store) {
        std::fprintf(stderr, "%s\n", store.error().message.c_str());
        std::_Exit(1);
    }
    Background threads(**store);
    std::uint64_t sequence = (*store)->commands().appended_sequence();
    words.committed = (*store)->commands().committed_sequence();
    words.running = true;
    while (true) {
        ++sequence;
        const Bytes message = message_of(sequence, size_of(sequence));
        append_command(**store, sequence, message);
        words.committed.store((*store)->commands().committed_sequence(), std::memory_order_relaxed);
    }
}

void expect_everything(const StoreOptions& options, std::uint64_t acknowledged) {
    const auto summary = verify_log(options.directory, LogKind::commands, options.shared_directory);
    ASSERT_TRUE(summary) << summary.error().message;
    ASSERT_GE(summary->last, acknowledged);
    ASSERT_EQ(summary->records, summary->last);
    auto reader = open_log(options.directory, LogKind::commands, 1, options.shared_directory);
    ASSERT_TRUE(reader) << reader.error().message;
    std::uint64_t expected = 0;
    while (const RecordView* record = (*reader)->poll()) {
        ++expected;
        ASSERT_EQ(record->sequence, expected);
        const Bytes message = message_of(expected, size_of(expected));
        ASSERT_TRUE(std::equal(message.begin(), message.end(), record->message.begin(),
                               record->message.end()));
    }
    ASSERT_EQ((*reader)->error(), "");
    ASSERT_EQ(expected, summary->last);
}

class Kill : public testing::TestWithParam<Durability> {};

TEST_P(Kill, at_random_moments_loses_nothing_that_was_acknowledged) {
    Place place;
    std::mt19937_64 random(seed_of_this_run());
    Acknowledged* words = shared_words();
    for (int round = 0; round < 25; ++round) {
        words->running = false;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) append_for_ever(place.options(GetParam()), *words);
        while (!words->running) {
            int status = 0;
            ASSERT_EQ(::waitpid(child, &status, WNOHANG), 0) << "the process ended by itself";
            std::this_thread::yield();
        }
        platform::sleep_for_ns(random() %
                               8'000'000);  // any moment will do: nothing depends on which
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        expect_everything(place.options(GetParam()), words->committed);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(words->committed.load(), 0u);
    ::munmap(words, sizeof *words);
}

TEST_P(Kill, while_starting_is_repaired_by_the_next_start) {
    Place place;
    std::mt19937_64 random(seed_of_this_run());
    Acknowledged* words = shared_words();
    for (int round = 0; round < 40; ++round) {
        words->running = false;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) append_for_ever(place.options(GetParam()), *words);
        platform::sleep_for_ns(random() % 6'000'000);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    auto store = must_open(place.options(GetParam()));
    ASSERT_TRUE(store);
    EXPECT_GE(store->recovery().commands, words->committed);
    store.reset();
    expect_everything(place.options(GetParam()), words->committed);
    ::munmap(words, sizeof *words);
}

TEST_P(Kill, a_reader_in_another_process_sees_a_prefix_and_goes_on_after_the_restart) {
    Place place;
    Acknowledged* words = shared_words();
    std::unique_ptr<LogReader> reader;
    std::uint64_t seen = 0;
    for (int round = 0; round < 3; ++round) {
        words->running = false;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) append_for_ever(place.options(GetParam()), *words);
        while (!words->running) std::this_thread::yield();
        if (!reader)
            reader = std::move(*open_log(place.data(), LogKind::commands, 1, place.shared));
        const std::uint64_t goal = seen + 5000;
        while (seen < goal && reader->error().empty()) {
            const RecordView* record = reader->poll();
            if (record == nullptr) continue;
            ASSERT_EQ(record->sequence, ++seen);
            const Bytes message = message_of(seen, size_of(seen));
            ASSERT_TRUE(std::equal(message.begin(), message.end(), record->message.begin(),
                                   record->message.end()));
        }
        ASSERT_EQ(reader->error(), "");
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    ::munmap(words, sizeof *words);
}

INSTANTIATE_TEST_SUITE_P(Store, Kill, testing::Values(Durability::sync, Durability::memory),
                         [](const auto& chosen) { return std::string(name_of(chosen.param)); });

}  // namespace
}  // namespace bw::event_store::test
