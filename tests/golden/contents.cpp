#include "golden/contents.hpp"

#include <fmt/format.h>

#include <sstream>

#include "codec/registry.hpp"

namespace bw::golden {
namespace {

using event_store::LogKind;

constexpr std::string_view of_no_template = "of no template";

std::string template_of(const event_store::RecordView& record) {
    codec::MessageHeader header;
    const codec::MessageInfo* info = codec::read_header(record.message, header)
                                         ? codec::find_message(header.template_id)
                                         : nullptr;
    return std::string(info != nullptr ? info->name : of_no_template);
}

base::Result<void> add_log(Facts& facts, const std::string& directory,
                           const std::string& shared_directory, LogKind kind) {
    const std::string log(name_of(kind));
    const auto summary = event_store::verify_log(directory, kind, shared_directory);
    if (!summary) return std::unexpected(summary.error());
    facts[log] = std::to_string(summary->records);
    facts[log + "_hash"] = hash_text(summary->hash);

    auto reader = event_store::open_log(directory, kind, 1, shared_directory);
    if (!reader) return std::unexpected(reader.error());
    std::map<std::string, std::uint64_t> counts;
    while (const event_store::RecordView* record = (*reader)->poll())
        ++counts[template_of(*record)];
    if (!(*reader)->error().empty()) return base::error((*reader)->error());
    const std::string one = log.substr(0, log.size() - 1);
    for (const auto& [name, count] : counts) facts[one + " " + name] = std::to_string(count);
    return {};
}

}  // namespace

base::Result<Facts> facts_of_logs(const std::string& directory,
                                  const std::string& shared_directory) {
    Facts facts;
    for (const LogKind kind : {LogKind::commands, LogKind::events})
        if (auto added = add_log(facts, directory, shared_directory, kind); !added)
            return std::unexpected(added.error());
    return facts;
}

std::string text_of(const Facts& facts) {
    std::string out;
    for (const auto& [key, value] : facts) out += key + " " + value + "\n";
    return out;
}

Facts facts_from(const std::string& text) {
    Facts facts;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = line.rfind(' ');
        if (blank != std::string::npos) facts[line.substr(0, blank)] = line.substr(blank + 1);
    }
    return facts;
}

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace bw::golden
