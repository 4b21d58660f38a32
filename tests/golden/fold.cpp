#include "golden/fold.hpp"

#include <fmt/format.h>

#include "event_store/store.hpp"

namespace bw::golden {
namespace {

using event_store::LogKind;
using event_store::RecordView;

class ByteCollector final : public base::ByteSink {
 public:
    void write(std::span<const std::byte> more) override {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    std::vector<std::byte> bytes;
};

}  // namespace

std::unique_ptr<apps::AllReaders> new_readers(const std::string& directory,
                                              const std::string& shared_directory) {
    return std::make_unique<apps::AllReaders>([=](model::SequenceNumber number) {
        const auto reader =
            event_store::open_log(directory, LogKind::commands, number.value(), shared_directory);
        const RecordView* record = reader ? (*reader)->poll() : nullptr;
        return record != nullptr ? std::vector(record->message.begin(), record->message.end())
                                 : std::vector<std::byte>{};
    });
}

base::Result<std::uint64_t> fold(apps::AllReaders& readers, const std::string& directory,
                                 const std::string& shared_directory, std::uint64_t first,
                                 std::uint64_t last) {
    auto events = event_store::open_log(directory, LogKind::events, first, shared_directory);
    if (!events) return std::unexpected(events.error());
    std::uint64_t hash = 0;
    for (std::uint64_t event = first; event <= last; ++event) {
        const RecordView* record = (*events)->poll();
        if (record == nullptr)
            return base::error(fmt::format("event {} is not there: {}", event, (*events)->error()));
        readers.apply(*record);
        hash = event_store::hash_of(*record);
    }
    return hash;
}

std::vector<std::vector<std::byte>> saved(apps::AllReaders& readers) {
    std::vector<std::vector<std::byte>> out;
    for (const event_store::ViewSection& section : readers.sections()) {
        ByteCollector collector;
        base::FieldWriter writer(collector);
        section.save(writer);
        out.push_back(std::move(collector.bytes));
    }
    return out;
}

}  // namespace bw::golden
