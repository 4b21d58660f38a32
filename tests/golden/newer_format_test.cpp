// What a program must do with files of a newer one, format by format: it refuses them with file,
// format and what to do, or passes them over where they can be made again; and it changes nothing.
// A format without a case here makes `Formats.every_format_of_a_file_has_a_case` fail.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "access/key_store.hpp"
#include "base/crc32c.hpp"
#include "event_store/archive/log_begin.hpp"
#include "event_store/archive/reader_registry.hpp"
#include "event_store/archive/seal.hpp"
#include "event_store/log/format.hpp"
#include "golden/copy.hpp"
#include "golden/fold.hpp"
#include "observe/format.hpp"
#include "observe/reader.hpp"

namespace bw::golden {
namespace {

using event_store::LogIdentity;
using event_store::LogKind;

/// Its version one higher, with a CRC32C that fits, at `crc_at`, of what is before.
template <class Header>
void make_newer(const fs::path& file, std::uint32_t Header::* version, std::size_t crc_at) {
    std::string bytes = read_text(file);
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    ++(header.*version);
    const LogIdentity log{header.cluster, header.node, static_cast<LogKind>(header.kind)};
    const auto fields = std::as_bytes(std::span(&header, 1)).first(crc_at);
    const std::uint32_t crc = base::crc32c(log.seed(), fields);
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + crc_at, &crc, sizeof crc);
    write_text(file, bytes);
}

fs::path newer_segment(const Copy& copy, LogKind kind, std::uint64_t index) {
    const fs::path file =
        copy.data() / std::string(name_of(kind)) / event_store::durable_name(index);
    make_newer(file, &event_store::SegmentHeader::version,
               offsetof(event_store::SegmentHeader, crc));
    return file;
}

fs::path newer_seal(const Copy& copy, LogKind kind) {
    const fs::path file = copy.data() / std::string(name_of(kind)) / event_store::seal_name(4);
    EXPECT_EQ(fs::file_size(file), sizeof(event_store::Seal)) << "it has no places";
    make_newer(file, &event_store::Seal::version, offsetof(event_store::Seal, crc));
    return file;
}

fs::path newer_begin(const Copy& copy, LogKind kind) {
    const fs::path file = copy.data() / std::string(name_of(kind)) / "begin";
    make_newer(file, &event_store::LogBegin::version, offsetof(event_store::LogBegin, crc));
    return file;
}

/// `format 1` becomes `format 2`, and the check line fits.
fs::path newer_text(const fs::path& file) {
    std::string text = read_text(file);
    const std::size_t at = text.find("format 1\n");
    EXPECT_NE(at, std::string::npos) << text;
    text.replace(at, 9, "format 2\n");
    text.resize(text.rfind("check "));
    text += fmt::format("check {:08x}\n", base::crc32c(0, std::as_bytes(std::span(text))));
    write_text(file, text);
    return file;
}

/// Both slots, if they were written. The last character of the magic is the format.
fs::path newer_mark(const Copy& copy) {
    constexpr std::size_t slot_bytes = 28;  // before its CRC
    const fs::path file = copy.data() / "commands.mark";
    const auto identity = event_store::read_identity(platform::system_storage(), copy.data());
    std::string bytes = read_text(file);
    for (const std::size_t slot : {std::size_t{0}, platform::disk_block}) {
        if (bytes[slot] == 0) continue;
        EXPECT_EQ(bytes[slot + 7], '1');
        bytes[slot + 7] = '2';
        const std::uint32_t crc =
            base::crc32c(identity->log(LogKind::commands).seed(),
                         std::as_bytes(std::span(bytes)).subspan(slot, slot_bytes));
        std::memcpy(bytes.data() + slot + slot_bytes, &crc, sizeof crc);
    }
    write_text(file, bytes);
    return file;
}

/// Of the engine or of the readers; `salt` tells them apart.
fs::path newer_snapshot(const Copy& copy, const fs::path& file, std::uint64_t salt) {
    constexpr std::size_t crc_at = offsetof(event_store::SnapshotHeader, crc);
    std::string bytes = read_text(file);
    event_store::SnapshotHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    ++header.version;
    std::memcpy(bytes.data(), &header, sizeof header);
    const std::array<std::uint64_t, 4> seed{header.cluster ^ salt, header.node,
                                            copy.number("snapshot"), 0};
    const std::uint32_t crc = base::crc32c(base::crc32c(0, std::as_bytes(std::span(seed))),
                                           std::as_bytes(std::span(bytes)).first(crc_at));
    std::memcpy(bytes.data() + crc_at, &crc, sizeof crc);
    write_text(file, bytes);
    return file;
}

/// Said of the file in every case.
void expect_clear(const std::string& message, const fs::path& file) {
    EXPECT_NE(message.find(file.string()), std::string::npos) << message;
    EXPECT_NE(message.find("format 2, this program knows format"), std::string::npos) << message;
    EXPECT_TRUE(message.find("Use the newer program that wrote it") != std::string::npos ||
                message.find("Use the program that wrote it") != std::string::npos)
        << message;
}

std::string refusal_of_the_start(const Copy& copy) {
    const auto node = copy.open();
    return node ? "" : node.error().message;
}

std::string refusal_of_verify(const Copy& copy) {
    for (const LogKind kind : {LogKind::commands, LogKind::events})
        if (const auto log = event_store::verify_log(copy.data().string(), kind, copy.shared());
            !log)
            return log.error().message;
    return "";
}

void start_and_verify_refuse(const Copy& copy, const fs::path& file) {
    expect_clear(refusal_of_the_start(copy), file);
    expect_clear(refusal_of_verify(copy), file);
}

void start_refuses(const Copy& copy, const fs::path& file) {
    expect_clear(refusal_of_the_start(copy), file);
}

/// Only the seal of a segment that was removed: nothing that a start reads.
void verify_refuses(const Copy& copy, const fs::path& file) {
    expect_clear(refusal_of_verify(copy), file);
}

void start_passes_over(const Copy& copy, const fs::path& file) {
    const auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    EXPECT_EQ((*node)->snapshot_sequence(), 0u);
    ASSERT_EQ((*node)->passed_over().size(), 1u);
    expect_clear((*node)->passed_over().front(), file);
    EXPECT_EQ(hash_text((*node)->engine().state_hash()), copy.expected.at("state_hash"));
}

void readers_pass_over(const Copy& copy, const fs::path& file) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, copy.data());
    const event_store::ViewSnapshots snapshots(storage, copy.data(), *identity);
    const auto readers = new_readers(copy.data(), copy.shared());
    const auto sections = readers->sections();
    const auto start = event_store::load_newest_views(
        snapshots, sections, copy.number("events"), [](std::uint64_t) { return std::uint64_t{0}; });
    EXPECT_EQ(start.place.events, 0u);
    ASSERT_EQ(start.passed_over.size(), 1u);
    expect_clear(start.passed_over.front(), file);
}

/// The reader is refused, and what it may still need stays.
void its_reader_is_refused(const Copy& copy, const fs::path& file) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, copy.data());
    const event_store::Paths paths(copy.data(), copy.shared(), *identity);
    const platform::SystemClock clock;
    const auto reader = event_store::RegisteredReader::open({storage, clock, paths, *identity},
                                                            "reporter", LogKind::events, 1);
    ASSERT_FALSE(reader);
    expect_clear(reader.error().message, file);
    const event_store::ReaderRegistry registry(storage, paths);
    EXPECT_EQ(*registry.oldest_needed(LogKind::events, 1), 0u) << "it holds everything";
    const auto list = registry.list();
    ASSERT_TRUE(list) << list.error().message;
    for (const event_store::Registration& there : *list)
        EXPECT_EQ(there.newer_format, there.name == "reporter" ? 2u : 0u);
}

fs::path newer_counters(const Copy& copy) {
    observe::FileHeader header{};
    header.magic = observe::file_magic;
    header.version = observe::file_version + 1;
    std::string bytes(observe::header_bytes, '\0');
    std::memcpy(bytes.data(), &header, sizeof header);
    write_text(copy.data() / observe::last_file_name, bytes);
    return copy.data() / observe::last_file_name;
}

void counters_are_refused(const Copy&, const fs::path& file) {
    const auto read = observe::read_counters(platform::system_storage(), file);
    ASSERT_FALSE(read);
    expect_clear(read.error().message, file);
}

struct Case {
    std::string name;
    std::set<std::string> constants;  ///< that say the format: "file: constant"
    std::string folder;
    std::function<fs::path(const Copy&)> spoil;
    void (*expect)(const Copy&, const fs::path&);
};

void PrintTo(const Case& of, std::ostream* out) { *out << of.name; }

const std::string store = "src/event_store/";

std::vector<Case> cases_of_segments() {
    const std::set<std::string> segment{store + "log/format.hpp: format_version",
                                        store + "log/format.hpp: segment_magic"};
    const std::set<std::string> seal{store + "archive/seal.hpp: seal_version",
                                     store + "archive/seal.cpp: seal_magic"};
    const std::set<std::string> begin{store + "archive/log_begin.cpp: begin_version",
                                      store + "archive/log_begin.cpp: begin_magic"};
    std::vector<Case> out;
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const std::string log(name_of(kind));
        for (const std::uint64_t index : {1u, 2u})
            out.push_back({fmt::format("segment_{}_of_{}", index, log), segment, "data",
                           [=](const Copy& copy) { return newer_segment(copy, kind, index); },
                           start_and_verify_refuse});
        out.push_back({"seal_of_" + log, seal, "data",
                       [=](const Copy& copy) { return newer_seal(copy, kind); },
                       start_and_verify_refuse});
        out.push_back({"begin_of_" + log, begin, "shortened",
                       [=](const Copy& copy) { return newer_begin(copy, kind); },
                       start_and_verify_refuse});
    }
    out.push_back({"seal_of_a_removed_segment", seal, "shortened",
                   [](const Copy& copy) {
                       const fs::path file = copy.data() / "commands" / event_store::seal_name(1);
                       make_newer(file, &event_store::Seal::version,
                                  offsetof(event_store::Seal, crc));
                       return file;
                   },
                   verify_refuses});
    return out;
}

/// A new store of keys in the folder.
base::Result<std::unique_ptr<access::KeyStore>> open_keys(const Copy& copy) {
    static platform::SystemRandom random;
    static const platform::SystemClock clock;
    return access::KeyStore::open(copy.data(), random, clock);
}

fs::path newer_key_table(const Copy& copy) {
    EXPECT_TRUE(open_keys(copy));
    const fs::path file = copy.data() / "access.db";
    EXPECT_TRUE((*access::Database::open(file))->run("PRAGMA user_version = 2"));
    return file;
}

fs::path newer_marks(const Copy& copy) {
    EXPECT_TRUE(open_keys(copy));
    const fs::path file = copy.data() / "access.marks";
    std::fstream marks(file, std::ios::binary | std::ios::in | std::ios::out);
    marks.seekp(offsetof(access::MarksHeader, version)).put(2);
    return file;
}

void keys_are_refused(const Copy& copy, const fs::path& file) {
    const auto keys = open_keys(copy);
    ASSERT_FALSE(keys);
    expect_clear(keys.error().message, file);
}

std::vector<Case> cases_of_keys() {
    return {{"keys",
             {"src/access/key_table.hpp: key_table_format"},
             "data",
             newer_key_table,
             keys_are_refused},
            {"marks",
             {"src/access/key_marks.hpp: marks_magic", "src/access/key_marks.hpp: marks_version"},
             "data",
             newer_marks,
             keys_are_refused}};
}

std::vector<Case> cases() {
    std::vector<Case> out = cases_of_segments();
    std::ranges::move(cases_of_keys(), std::back_inserter(out));
    out.push_back({"identity",
                   {store + "log/format.hpp: format_version"},
                   "data",
                   [](const Copy& copy) { return newer_text(copy.data() / "identity"); },
                   start_and_verify_refuse});
    out.push_back(
        {"mark",
         {store + "log/commit_mark.cpp: slot_magic", store + "log/commit_mark.cpp: slot_format"},
         "data",
         newer_mark,
         start_and_verify_refuse});
    out.push_back({"epoch",
                   {store + "epoch.cpp: epoch_format"},
                   "data",
                   [](const Copy& copy) { return newer_text(copy.data() / "epoch"); },
                   start_refuses});
    out.push_back({"snapshot",
                   {"src/node/snapshots.cpp: kind"},
                   "data",
                   [](const Copy& copy) { return newer_snapshot(copy, copy.snapshot(), 0); },
                   start_passes_over});
    out.push_back(
        {"views",
         {store + "snapshots/view_snapshots.cpp: kind"},
         "data",
         [](const Copy& copy) { return newer_snapshot(copy, copy.views(), 0x31535756444F4F57ull); },
         readers_pass_over});
    out.push_back(
        {"registered_reader",
         {store + "archive/reader_registry.cpp: reader_format"},
         "data",
         [](const Copy& copy) { return newer_text(copy.data() / "readers" / "reporter.events"); },
         its_reader_is_refused});
    out.push_back({"counters",
                   {"src/observe/format.hpp: file_version", "src/observe/format.hpp: file_magic"},
                   "data",
                   newer_counters,
                   counters_are_refused});
    return out;
}

class NewerFormat : public testing::TestWithParam<Case> {};

TEST_P(NewerFormat, is_named_and_nothing_is_changed) {
    const Copy copy(releases().back(), GetParam().folder);
    const fs::path file = GetParam().spoil(copy);
    const auto before = copy.files();
    GetParam().expect(copy, file);
    if (GetParam().expect == start_passes_over) return;  // it started, so it writes
    EXPECT_EQ(changed(before, copy.files()), "");
}

INSTANTIATE_TEST_SUITE_P(Of, NewerFormat, testing::ValuesIn(cases()),
                         [](const auto& of) { return of.param.name; });

/// Constants of the sources that say the format of something: "file: constant".
std::set<std::string> formats_in_the_sources() {
    const fs::path root = BW_SOURCE_DIR;
    const std::regex constant(
        R"((?:std::uint\d+_t|unsigned) (\w*(?:magic|version|format))\s*=|SnapshotKind (\w+)\{)");
    std::set<std::string> out;
    for (const char* part : {"src", "apps"})
        for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
            const std::string name = fs::relative(entry.path(), root).string();
            const bool source = name.ends_with(".hpp") || name.ends_with(".cpp");
            if (!source || name.find("/tests/") != std::string::npos) continue;
            std::istringstream lines(read_text(entry.path()));
            for (std::string line; std::getline(lines, line);) {
                std::smatch found;
                if (line.find("constexpr") != std::string::npos &&
                    std::regex_search(line, found, constant))
                    out.insert(name + ": " + found[1].str() + found[2].str());
            }
        }
    return out;
}

TEST(Formats, every_format_of_a_file_has_a_case) {
    std::set<std::string> known{
        // Of shared memory: a node with another one is not there for a gateway (Link).
        "src/node/board.hpp: board_magic",
        // Of messages, not of files: what a log holds is of the segment's format.
        "src/codec/header.hpp: schema_version",
        "src/codec/generated/attachments.hpp: version",
        "src/codec/generated/commands.hpp: version",
        "src/codec/generated/events.hpp: version",
    };
    for (const Case& of : cases()) known.insert(of.constants.begin(), of.constants.end());
    const std::set<std::string> there = formats_in_the_sources();
    EXPECT_GE(there.size(), 15u);
    for (const std::string& format : there)
        EXPECT_TRUE(known.contains(format))
            << format << " has no case here: what does this program do with the next version?";
    for (const std::string& format : known)
        EXPECT_TRUE(there.contains(format)) << format << " is not there any more";
}

}  // namespace
}  // namespace bw::golden
