#include "observe/counters_file.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/crc32c.hpp"
#include "observe/format.hpp"
#include "observe/prometheus.hpp"
#include "observe/reader.hpp"

namespace bw::observe {
namespace {

std::uint64_t seed_of_this_run() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

class CountersFileTest : public testing::Test {
 protected:
    CountersFileTest() {
        std::string name = (std::filesystem::temp_directory_path() / "counters-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        setup_ = {.path = folder_ / file_name,
                  .cluster = 0x0123456789abcdef,
                  .node = 7,
                  .process = 4711,
                  .started_ns = 1'000'000'000,
                  .program = "1.2.3",
                  .durability = "sync",
                  .names = {{"rest", "demo"}, {"rest"}, {"bad_price", "unknown_order"}, {"node"}}};
    }
    ~CountersFileTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::unique_ptr<CountersFile> create() {
        auto made = CountersFile::create(storage_, setup_);
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return std::move(*made);
    }
    [[nodiscard]] base::Result<Snapshot> read() { return read_counters(storage_, setup_.path); }

    [[nodiscard]] std::string bytes() const {
        std::ifstream file(setup_.path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& content) const {
        std::ofstream(setup_.path, std::ios::binary | std::ios::trunc) << content;
    }

    platform::Storage& storage_ = platform::system_storage();
    std::filesystem::path folder_;
    CountersFile::Setup setup_;
};

TEST_F(CountersFileTest, a_running_exchange_is_read_while_it_writes) {
    const auto counters = create();
    Page& page = counters->page();
    page.sequencer.commands[1].add(5);
    page.engine.rejects[1].add(2);
    page.disk[1].durable_sequence.set(99);
    page.disk[0].write_time.record(1'500'000);
    page.gateway.count_request(RequestClass::cancel, 429);
    page.gateway.count_request(RequestClass::cancel, 299);

    const auto snapshot = read();
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->state, ProcessState::running);
    EXPECT_EQ(snapshot->cluster, 0x0123456789abcdefu);
    EXPECT_EQ(snapshot->node, 7u);
    EXPECT_EQ(snapshot->process, 4711u);
    EXPECT_EQ(snapshot->program, "1.2.3");
    EXPECT_EQ(snapshot->durability, "sync");
    EXPECT_EQ(snapshot->value("commands", "gateway=\"demo\""), 5u);
    EXPECT_EQ(snapshot->value("commands", "gateway=\"rest\""), 0u);
    EXPECT_EQ(snapshot->value("rejects", "reason=\"unknown_order\""), 2u);
    EXPECT_EQ(snapshot->value("durable_sequence", "log=\"events\""), 99u);
    EXPECT_EQ(snapshot->value("http_requests", "class=\"cancel\",status=\"429\""), 1u);
    EXPECT_EQ(snapshot->value("http_requests", "class=\"cancel\",status=\"other\""), 1u);
    EXPECT_EQ(snapshot->value("rate_limited"), 1u);
    const Value* time = snapshot->find("disk_write_time", "log=\"commands\"");
    ASSERT_NE(time, nullptr);
    EXPECT_EQ(time->distribution.count(), 1u);
    EXPECT_EQ(time->distribution.sum(), 1'500'000u);

    page.sequencer.commands[1].add();
    EXPECT_EQ(read()->value("commands", "gateway=\"demo\""), 6u);
}

TEST_F(CountersFileTest, only_cells_with_a_name_are_described) {
    const auto counters = create();
    const auto snapshot = read();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(std::ranges::count(snapshot->values, "commands", &Value::name), 2);
    EXPECT_EQ(std::ranges::count(snapshot->values, "rejects", &Value::name), 2);
    EXPECT_EQ(std::ranges::count(snapshot->values, "reader_lag", &Value::name), 1);
}

TEST_F(CountersFileTest, a_killed_exchange_keeps_its_figures) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto made = CountersFile::create(storage_, setup_);
        if (!made) _exit(1);
        (*made)->page().engine.trades.add(42);
        (*made)->page().process.heartbeat_ns.set(2'000'000'000);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto snapshot = read();
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->state, ProcessState::killed);
    EXPECT_EQ(snapshot->value("trades"), 42u);
    EXPECT_EQ(snapshot->last_seen_ns(), 2'000'000'000u);

    const auto next = create();
    EXPECT_EQ(read()->state, ProcessState::running);
    EXPECT_EQ(read()->value("trades"), 0u) << "a new process counts from nothing";
}

TEST_F(CountersFileTest, an_orderly_end_leaves_the_last_figures_in_the_other_place) {
    const auto counters = create();
    counters->page().engine.trades.add(3);
    const std::string last = folder_ / last_file_name;
    ASSERT_TRUE(counters->end(5'000'000'000, last));
    EXPECT_FALSE(storage_.exists(setup_.path));
    const auto snapshot = read_counters(storage_, last);
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->state, ProcessState::ended);
    EXPECT_EQ(snapshot->ended_ns, 5'000'000'000u);
    EXPECT_EQ(snapshot->value("trades"), 3u);
}

TEST_F(CountersFileTest, no_file_is_an_error) { EXPECT_FALSE(read()); }

TEST_F(CountersFileTest, a_short_file_is_an_error_at_every_length) {
    static_cast<void>(create());
    const std::string whole = bytes();
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{100}, header_bytes, header_bytes + 300, whole.size() - 1}) {
        write(whole.substr(0, size));
        EXPECT_FALSE(read()) << size;
    }
    write(whole);
    EXPECT_TRUE(read());
}

TEST_F(CountersFileTest, every_changed_byte_that_describes_is_found) {
    static_cast<void>(create());
    const std::string whole = bytes();
    FileHeader header;
    std::memcpy(&header, whole.data(), sizeof header);
    const std::size_t described = header_bytes + header.descriptors * sizeof(Descriptor);
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300; ++i) {
        std::size_t at = random() % (described - (header_bytes - offsetof(FileHeader, reserved)));
        if (at >= offsetof(FileHeader, reserved))
            at += header_bytes - offsetof(FileHeader, reserved);
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
        write(changed);
        EXPECT_FALSE(read()) << "byte " << at;
    }
}

TEST_F(CountersFileTest, a_place_outside_the_file_is_not_followed) {
    static_cast<void>(create());
    const std::string whole = bytes();
    FileHeader header;
    std::memcpy(&header, whole.data(), sizeof header);
    const std::size_t values = whole.size() - header.values_offset;
    for (const std::uint64_t offset :
         {std::uint64_t{values}, std::uint64_t{values - 4}, std::uint64_t{4}, ~std::uint64_t{0} - 7,
          std::uint64_t{1} << 40}) {
        std::string changed = whole;
        std::memcpy(changed.data() + header_bytes + offsetof(Descriptor, offset), &offset, 8);
        const auto part = [&](std::size_t from, std::size_t size) {
            return std::as_bytes(std::span(changed).subspan(from, size));
        };
        header.crc = base::crc32c(base::crc32c(0, part(0, offsetof(FileHeader, crc))),
                                  part(header_bytes, header.descriptors * sizeof(Descriptor)));
        std::memcpy(changed.data(), &header, sizeof header);
        write(changed);
        const auto refused = read();
        ASSERT_FALSE(refused) << offset;
        EXPECT_NE(refused.error().message.find("heartbeat"), std::string::npos);
    }
}

TEST_F(CountersFileTest, the_prometheus_text_has_every_name_once_and_cumulative_buckets) {
    const auto counters = create();
    counters->page().disk[0].write_time.record(1'000);
    counters->page().disk[0].write_time.record(2'000'000);
    counters->page().process.heartbeat_ns.set(1'500'000'000);
    const std::string text = prometheus_text(*read());
    const auto times = [&](const std::string& part) {
        std::size_t count = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++count;
        return count;
    };
    for (const Row& row : catalogue()) {
        const std::string name = prometheus_name(row.name, row.kind, row.unit);
        EXPECT_EQ(times("# TYPE " + name + " "), 1u) << name;
    }
    const std::string bucket = "exchange_disk_write_time_seconds_bucket{log=\"commands\",le=";
    EXPECT_EQ(times(bucket + "\"0.000001024\"} 1\n"), 1u);
    EXPECT_EQ(times(bucket + "\"0.001048576\"} 1\n"), 1u);
    EXPECT_EQ(times(bucket + "\"0.002097152\"} 2\n"), 1u);
    EXPECT_EQ(times(bucket + "\"+Inf\"} 2\n"), 1u);
    EXPECT_EQ(times("exchange_disk_write_time_seconds_sum{log=\"commands\"} 0.002001000\n"), 1u);
    EXPECT_EQ(times("exchange_disk_write_time_seconds_count{log=\"commands\"} 2\n"), 1u);
    EXPECT_EQ(times("exchange_heartbeat_seconds 1.500000000\n"), 1u);
    EXPECT_EQ(times("exchange_info{cluster=\"0123456789abcdef\",node=\"7\",version=\"1.2.3\","
                    "durability=\"sync\"} 1\n"),
              1u);
}

}  // namespace
}  // namespace bw::observe
