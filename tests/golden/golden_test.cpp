// Data folders of every release, as their programs wrote them: this program reads them, replays them to the same hashes, starts from their
// snapshots and goes on. And the other way round: what a newer program wrote is refused in clear words.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/crc32c.hpp"
#include "codec/registry.hpp"
#include "event_store/format.hpp"
#include "exchange/core.hpp"
#include "golden/contents.hpp"

namespace bw::golden {
namespace {

namespace fs = std::filesystem;
using event_store::LogKind;

const fs::path goldens = BW_SOURCE_DIR "/tests/golden";

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::vector<std::string> releases() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(goldens))
        if (fs::exists(entry.path() / "expected")) out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
}

/// A copy of a golden folder that vanishes with the test.
class Copy {
 public:
    explicit Copy(const std::string& release)
        : expected(facts_from(read_text(goldens / release / "expected"))) {
        std::string pattern = (fs::temp_directory_path() / "bw-golden-XXXXXX").string();
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
        fs::create_directory(root_ / "shared");
        const std::string unpack = fmt::format(
            "tar -xJf '{}' -C '{}'", (goldens / release / "data.tar.xz").string(), pattern);
        EXPECT_EQ(std::system(unpack.c_str()), 0) << unpack;
    }
    ~Copy() { fs::remove_all(root_); }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    [[nodiscard]] fs::path data() const { return root_ / "data"; }
    [[nodiscard]] std::string shared() const { return (root_ / "shared").string(); }
    [[nodiscard]] std::uint64_t number(const std::string& key) const {
        return std::stoull(expected.at(key));
    }
    [[nodiscard]] fs::path snapshot() const {
        return data() / "snapshots" / fmt::format("{:020}.snapshot", number("snapshot"));
    }
    /// Every file below `folder` of the data folder with its bytes.
    [[nodiscard]] std::map<std::string, std::string> files(const std::string& folder = "") const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(data() / folder))
            if (entry.is_regular_file()) out[entry.path().string()] = read_text(entry.path());
        return out;
    }
    /// The exchange's own way to open it.
    [[nodiscard]] base::Result<std::unique_ptr<exchange::Core>> open() const {
        static const platform::SystemClock clock;
        exchange::Core::Options options;
        options.store.directory = data().string();
        options.store.shared_directory = shared();
        options.store.segment_bytes = event_store::min_segment_bytes;
        options.day_end_ns.reset();
        return exchange::Core::open(options, clock);
    }

    const Facts expected;

 private:
    fs::path root_;
};

/// Names of files that are not the same any more.
std::string changed(const std::map<std::string, std::string>& before,
                    const std::map<std::string, std::string>& after) {
    std::string out;
    for (const auto& [name, bytes] : before)
        if (const auto now = after.find(name); now == after.end() || now->second != bytes)
            out += name + " ";
    for (const auto& [name, bytes] : after)
        if (!before.contains(name)) out += "new " + name + " ";
    return out;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, holds_what_was_written) {
    const Copy copy(GetParam());
    const auto before = copy.files();
    const auto facts = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(facts) << facts.error().message;
    for (const auto& [key, value] : *facts) EXPECT_EQ(copy.expected.at(key), value) << key;
    EXPECT_GE(facts->size() + 3, copy.expected.size()) << "a template is not there any more";
    EXPECT_EQ(changed(before, copy.files()), "") << "a reader changes nothing";
}

TEST_P(Golden, has_several_segments_of_both_logs) {
    const Copy copy(GetParam());
    for (const char* log : {"commands", "events"}) {
        const fs::path second = copy.data() / log / event_store::durable_name(2);
        EXPECT_EQ(fs::file_size(second), event_store::min_segment_bytes);
        EXPECT_NE(read_text(second).substr(0, 8), std::string(8, '\0')) << "it is in use";
    }
}

/// Opens, compares and closes; the logs must be the same bytes for every reader afterwards.
void start_and_compare(const Copy& copy, std::uint64_t snapshot) {
    auto core = copy.open();
    ASSERT_TRUE(core) << core.error().message;
    EXPECT_TRUE((*core)->passed_over().empty());
    EXPECT_EQ((*core)->snapshot_sequence(), snapshot);
    EXPECT_EQ((*core)->applied_sequence(), copy.number("commands"));
    EXPECT_EQ((*core)->store().recovery().events, copy.number("events"));
    EXPECT_EQ((*core)->store().recovery().commands_cut_bytes, 0u);
    EXPECT_EQ((*core)->store().recovery().events_cut_bytes, 0u);
    EXPECT_EQ(hash_text((*core)->engine().state_hash()), copy.expected.at("state_hash"));
    (*core)->engine().verify_invariants();
    (*core)->close();
    const auto after = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("commands_hash"), copy.expected.at("commands_hash"));
    EXPECT_EQ(after->at("events_hash"), copy.expected.at("events_hash"));
}

TEST_P(Golden, starts_from_its_snapshot_and_the_commands_behind_it) {
    const Copy copy(GetParam());
    start_and_compare(copy, copy.number("snapshot"));
}

TEST_P(Golden, starts_without_a_snapshot_to_the_same_state) {
    const Copy copy(GetParam());
    fs::remove_all(copy.data() / "snapshots");
    start_and_compare(copy, 0);
}

TEST_P(Golden, gives_its_lost_event_log_back) {
    const Copy copy(GetParam());
    fs::remove_all(copy.data() / "events");
    fs::remove_all(copy.data() / "snapshots");
    auto core = copy.open();
    ASSERT_TRUE(core) << core.error().message;
    (*core)->close();
    const auto after = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("events_hash"), copy.expected.at("events_hash"));
}

INSTANTIATE_TEST_SUITE_P(Releases, Golden, testing::ValuesIn(releases()), [](const auto& release) {
    std::string name = release.param;
    std::ranges::replace(name, '.', '_');
    return "of_" + name;
});

TEST(Goldens, have_every_template) {
    Facts all;
    for (const std::string& release : releases())
        all.merge(facts_from(read_text(goldens / release / "expected")));
    for (const codec::MessageInfo& info : codec::all_messages())
        EXPECT_TRUE(all.contains(fmt::format("command {}", info.name)) ||
                    all.contains(fmt::format("event {}", info.name)))
            << info.name << " is in no golden folder: make the one of the next release with "
            << "scripts/make_golden.sh";
}

// --- what a newer program wrote ---

/// The file's format one higher, with a CRC that fits.
void make_segment_newer(const fs::path& file) {
    std::string bytes = read_text(file);
    event_store::SegmentHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    ASSERT_EQ(header.version, event_store::format_version);
    ++header.version;
    const event_store::LogIdentity identity{header.cluster, header.node,
                                            static_cast<LogKind>(header.kind)};
    header.crc = base::crc32c(
        identity.seed(),
        std::as_bytes(std::span(&header, 1)).first(offsetof(event_store::SegmentHeader, crc)));
    std::memcpy(bytes.data(), &header, sizeof header);
    write_text(file, bytes);
}

/// Refused by the start and by every reader, with file and reason, and no file of `untouched` is changed. (When the event log is refused
/// the command log was recovered already: the next start does the same.)
void expect_refused(const Copy& copy, const fs::path& file, LogKind kind,
                    const std::string& untouched) {
    const auto before = copy.files(untouched);
    const auto core = copy.open();
    ASSERT_FALSE(core);
    const auto summary = event_store::verify_log(copy.data().string(), kind, copy.shared());
    ASSERT_FALSE(summary);
    for (const std::string& message : {core.error().message, summary.error().message}) {
        EXPECT_NE(message.find(file.string()), std::string::npos) << message;
        EXPECT_NE(message.find("newer program"), std::string::npos) << message;
    }
    EXPECT_EQ(changed(before, copy.files(untouched)), "") << "a refusal changes nothing";
}

class NewerSegment : public testing::TestWithParam<std::pair<LogKind, std::uint64_t>> {};

TEST_P(NewerSegment, is_refused) {
    const auto [kind, index] = GetParam();
    const Copy copy(releases().back());
    const fs::path file =
        copy.data() / std::string(name_of(kind)) / event_store::durable_name(index);
    make_segment_newer(file);
    expect_refused(copy, file, kind, kind == LogKind::events ? "events" : "");
}

INSTANTIATE_TEST_SUITE_P(OlderProgram, NewerSegment,
                         testing::Values(std::pair{LogKind::commands, 1u},
                                         std::pair{LogKind::commands, 2u},
                                         std::pair{LogKind::events, 1u},
                                         std::pair{LogKind::events, 2u}));

TEST(OlderProgram, refuses_a_newer_identity) {
    const Copy copy(releases().back());
    const fs::path file = copy.data() / "identity";
    std::string text = read_text(file);
    const std::string format = fmt::format("format {}\n", event_store::format_version);
    ASSERT_NE(text.find(format), std::string::npos);
    text.replace(text.find(format), format.size(),
                 fmt::format("format {}\n", event_store::format_version + 1));
    text.resize(text.rfind("check "));
    text += fmt::format("check {:08x}\n", base::crc32c(0, std::as_bytes(std::span(text))));
    write_text(file, text);
    expect_refused(copy, file, LogKind::commands, "");
}

TEST(OlderProgram, passes_a_newer_snapshot_over_and_says_so) {
    const Copy copy(releases().back());
    std::string bytes = read_text(copy.snapshot());
    std::uint32_t version = 0;
    std::memcpy(&version, bytes.data() + 8, sizeof version);
    ++version;
    std::memcpy(bytes.data() + 8, &version, sizeof version);
    std::uint64_t cluster = 0;
    std::memcpy(&cluster, bytes.data() + 16, sizeof cluster);
    const std::array<std::uint64_t, 4> seed{cluster, 1, copy.number("snapshot"), 0};
    const std::uint32_t crc = base::crc32c(base::crc32c(0, std::as_bytes(std::span(seed))),
                                           std::as_bytes(std::span(bytes)).first(84));
    std::memcpy(bytes.data() + 84, &crc, sizeof crc);
    write_text(copy.snapshot(), bytes);

    auto core = copy.open();
    ASSERT_TRUE(core) << core.error().message;
    EXPECT_EQ((*core)->snapshot_sequence(), 0u);
    ASSERT_EQ((*core)->passed_over().size(), 1u);
    const std::string& why = (*core)->passed_over().front();
    EXPECT_NE(why.find(copy.snapshot().string()), std::string::npos) << why;
    EXPECT_NE(why.find(fmt::format("newer program (snapshot format {}", version)),
              std::string::npos)
        << why;
    EXPECT_EQ(hash_text((*core)->engine().state_hash()), copy.expected.at("state_hash"));
}

}  // namespace
}  // namespace bw::golden
