#include "telemetry/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace bw::telemetry {
namespace {

class SetClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ns; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 1'795'936'323'123'456'789;  // 2026-11-29T07:12:03.123456789Z
};

/// A log whose lines arrive in a pipe.
struct World {
    World() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
        from = ends[0], to = ends[1];
        log = std::make_unique<Log>("gateway", to, clock);
    }
    ~World() {
        ::close(from);
        if (to >= 0) ::close(to);
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    std::string read_all() const {
        std::string text;
        std::array<char, 65'536> part{};
        for (ssize_t size = 0; (size = ::read(from, part.data(), part.size())) > 0;)
            text.append(part.data(), static_cast<std::size_t>(size));
        return text;
    }
    std::size_t count(const std::string& text, std::string_view name) const {
        const std::string wanted = fmt::format("\"event\":\"{}\"", name);
        std::size_t found = 0;
        for (std::size_t at = 0; (at = text.find(wanted, at)) != std::string::npos; ++at) ++found;
        return found;
    }

    SetClock clock;
    int from = -1, to = -1;
    std::unique_ptr<Log> log;
};

std::string json_of(Event event, const Facts& facts) {
    std::string text;
    append_json(text, line_of(event, facts, SetClock().now_ns), "gateway");
    return text;
}

TEST(Log, a_line_is_an_object_with_what_is_known) {
    Facts facts{.method = "POST", .route = "/v1/order/{id}", .request_id = 281'474'976'710'657};
    facts.status = 503, facts.duration_us = 120, facts.account = 7;
    facts.key_id = *base::FixedText<16>::from("K7");
    facts.address = platform::Address::parse("192.0.2.1");
    facts.trace = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    EXPECT_EQ(json_of(Event::request_failed, facts),
              R"({"time":"2026-11-29T07:12:03.123456789Z","level":"error",)"
              R"("component":"gateway/rest","process":"gateway","event":"request_failed",)"
              R"("message":"A request was answered with a status from 500 on.",)"
              R"("method":"POST","route":"/v1/order/{id}","status":503,"duration_us":120,)"
              R"("request_id":"281474976710657","account":"7","key_id":"K7",)"
              R"("address":"192.0.2.1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",)"
              R"("span_id":"00f067aa0ba902b7"})"
              "\n");
}

TEST(Log, a_message_takes_the_place_of_the_sentence_and_is_escaped) {
    EXPECT_TRUE(json_of(Event::storage_failed, {.message = "a \"b\"\\\n\x01\x7F c"})
                    .contains(R"("message":"a \"b\"\\\u000a\u0001\u007f c"})"));
    EXPECT_TRUE(json_of(Event::storage_failed, {.message = "Zürich €😀"}).contains("Zürich €😀"));
}

TEST(Log, what_is_not_utf8_is_replaced) {
    for (const char* bad : {"\xFF", "\x80", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80",
                            "\xF0\x80\x80\x80", "\xE0\x80\x80", "\xC3"}) {
        const std::string text = json_of(Event::storage_failed, {.message = bad});
        EXPECT_TRUE(text.contains("\"message\":\"\xEF\xBF\xBD")) << text;
        EXPECT_FALSE(text.contains(bad)) << text;
    }
}

TEST(Log, no_line_is_longer_than_a_pipe_takes_at_once) {
    Facts facts{.message = "", .method = "DELETE", .route = "/v1/operator/accounts/{id}/orders"};
    const std::string controls(5'000, '\x01');
    facts.message = controls, facts.reason = "lines_left_out";
    facts.request_id = facts.sequence = facts.duration_us = facts.count = UINT64_MAX;
    facts.account = facts.operator_id = UINT32_MAX, facts.status = UINT16_MAX;
    facts.key_id = *base::FixedText<16>::from("0123456789abcdef");
    facts.address = platform::Address::parse("2001:db8:1111:2222:3333:4444:5555:6666");
    facts.trace = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    const std::string text = json_of(Event::retention_overtook_readers, facts);
    EXPECT_LE(text.size(), line_bytes_max);
    EXPECT_GT(text.size(), 3'000u);
    EXPECT_TRUE(text.ends_with("\"}\n"));
}

TEST(Log, lines_are_written_in_the_order_in_which_they_were_said) {
    World world;
    world.log->put(Event::process_opened, {.message = "first"});
    world.log->put(Event::process_closed, {.message = "second"});
    EXPECT_EQ(world.read_all(), "") << "nobody writes but do_work()";
    EXPECT_EQ(world.log->do_work(), 2u);
    const std::string text = world.read_all();
    EXPECT_LT(text.find("first"), text.find("second"));
    EXPECT_EQ(world.log->do_work(), 0u);
}

TEST(Log, an_event_has_a_hundred_lines_a_second_and_the_rest_is_told) {
    World world;
    world.log->do_work();  // tells, from now on once a second
    for (int i = 0; i < 150; ++i) world.log->put(Event::request_slow, {});
    world.log->put(Event::certificate_loaded, {});
    world.log->do_work();
    world.clock.now_ns += 1'000'000'000;
    world.log->put(Event::request_slow, {});
    world.log->do_work();
    const std::string text = world.read_all();
    EXPECT_EQ(world.count(text, "request_slow"), 101u);
    EXPECT_EQ(world.count(text, "certificate_loaded"), 1u) << "one event costs no other its lines";
    EXPECT_TRUE(text.contains(R"("reason":"request_slow","count":50})")) << text;
}

TEST(Log, a_full_ring_loses_lines_and_says_how_many) {
    World world;
    observe::LogMetrics metrics;
    world.log->count_in(&metrics);
    for (const EventRow& row : event_rows)
        for (std::uint32_t i = 0; i < lines_per_second_of_an_event; ++i)
            world.log->put(row.value, {});
    world.log->do_work();
    const std::uint64_t put = event_rows.size() * lines_per_second_of_an_event, lost = put - 256;
    EXPECT_EQ(metrics.lost.value(), lost);
    EXPECT_EQ(metrics.lines.value(), 256u + 1u);
    EXPECT_EQ(metrics.left_out.value(), 0u);
    EXPECT_TRUE(world.read_all().contains(fmt::format(R"("event":"lines_lost")")));
}

TEST(Log, a_reader_that_is_gone_costs_lines_and_nothing_else) {
    World world;
    ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR);  // as on the thread of the log
    observe::LogMetrics metrics;
    world.log->count_in(&metrics);
    ::close(world.from);
    world.log->put(Event::certificate_loaded, {});
    world.log->do_work();
    EXPECT_EQ(metrics.lines.value(), 0u);
    EXPECT_GE(metrics.lost.value(), 1u);
    world.log->count_in(nullptr);
    world.from = ::open("/dev/null", O_RDONLY);
}

TEST(Log, a_reader_that_does_not_read_holds_lines_back_whole) {
    World world;
    std::size_t waiting = 0;
    const std::string message(900, 'x');
    for (int round = 0; round < 3; ++round) {
        world.clock.now_ns += 1'000'000'000;
        for (int i = 0; i < 80; ++i) world.log->put(Event::request_slow, {.message = message});
        waiting += 80 - world.log->do_work();
    }
    EXPECT_GT(waiting, 0u) << "a pipe takes 64 KiB";
    std::string text;
    for (int i = 0; i < 20; ++i) {
        text += world.read_all();
        world.log->do_work();
    }
    EXPECT_EQ(world.count(text, "request_slow"), 240u);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        ASSERT_NE(end, std::string::npos);
        ASSERT_TRUE(text.substr(at).starts_with("{\"time\":")) << at;
        ASSERT_EQ(text.substr(end - 2, 2), "\"}");
        at = end + 1;
    }
}

TEST(Log, threads_say_things_at_the_same_time) {
    World world;
    std::vector<std::jthread> threads;
    for (const Event event : {Event::request_slow, Event::request_failed, Event::orders_refused})
        threads.emplace_back([&world, event] {
            for (int i = 0; i < 60; ++i) world.log->put(event, {.message = "abc"});
        });
    std::string text;
    for (int i = 0; i < 50; ++i) {
        world.log->do_work();
        text += world.read_all();
    }
    threads.clear();
    world.log->do_work();
    text += world.read_all();
    EXPECT_EQ(world.count(text, "request_slow"), 60u);
    EXPECT_EQ(world.count(text, "request_failed"), 60u);
    EXPECT_EQ(world.count(text, "orders_refused"), 60u);
}

TEST(Log, the_log_of_the_process_writes_at_once_what_cannot_wait) {
    World world;
    use_log(world.log.get());
    log_event(Event::process_opened);
    log_event_now(Event::storage_failed, {.message = "the disk is gone"});
    use_log(nullptr);
    const std::string text = world.read_all();
    EXPECT_TRUE(text.contains("the disk is gone"));
    EXPECT_FALSE(text.contains("process_opened")) << "that one waits for its thread";
}

TEST(Log, without_a_log_warnings_are_text) {
    testing::internal::CaptureStderr();
    log_event(Event::process_opened);
    log_event(Event::segment_not_removed, {.message = "cannot remove x"});
    log_event_now(Event::storage_failed);
    count_log_in(nullptr);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "buttonwood: cannot remove x\n"
              "buttonwood: A log cannot be continued safely; the process stops.\n");
}

TEST(Events, are_in_the_order_of_their_values_and_their_names_are_unique) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < event_rows.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(event_rows[i].value), i);
        EXPECT_TRUE(names.insert(event_rows[i].name).second) << event_rows[i].name;
        EXPECT_TRUE(event_rows[i].sentence.ends_with('.'));
    }
    EXPECT_EQ(event_rows.back().value, Event::lines_lost);
}

TEST(Events, the_page_of_the_documentation_lists_the_same) {
    std::ifstream file(BW_SOURCE_DIR "/docs/internals/observe.md");
    std::string documented, expected;
    bool here = false;
    for (std::string text; std::getline(file, text);) {
        if (text.starts_with("#")) here = text == "### All events";
        if (here && text.starts_with("| `")) documented += text + "\n";
    }
    for (const EventRow& row : event_rows)
        expected += fmt::format("| `{}` | {} | {} | {} |\n", row.name, name_of(row.level),
                                row.component, row.sentence);
    EXPECT_EQ(documented, expected);
}

}  // namespace
}  // namespace bw::telemetry
