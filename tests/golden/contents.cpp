#include "golden/contents.hpp"

#include <fmt/format.h>

#include <sstream>

#include "codec/registry.hpp"
#include "event_store/archive/reader_registry.hpp"

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

base::Result<Facts> facts_of_keeping(const std::string& directory,
                                     const std::string& shared_directory) {
    Facts facts;
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const auto log = event_store::verify_log(directory, kind, shared_directory);
        if (!log) return std::unexpected(log.error());
        const std::string name(name_of(kind));
        facts[name + "_first"] = std::to_string(log->first);
        facts[name + "_sealed"] = std::to_string(log->sealed_segments);
        facts[name + "_seals_of_removed"] = std::to_string(log->removed_seals);
        facts[name + "_head"] = event_store::to_hex(log->head);
    }
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, directory);
    if (!identity) return std::unexpected(identity.error());
    const event_store::Paths paths(directory, shared_directory, *identity);
    const auto readers = event_store::ReaderRegistry(storage, paths).list();
    if (!readers) return std::unexpected(readers.error());
    for (const event_store::Registration& reader : *readers)
        facts[fmt::format("reader {} of {}", reader.name, name_of(reader.kind))] =
            reader.damaged ? "damaged" : std::to_string(reader.needs);
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
