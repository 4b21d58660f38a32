#include "event_store/recovery/verify.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "event_store/archive/seal.hpp"
#include "event_store/recovery/recovery.hpp"

namespace bw::event_store {
namespace {

using base::Result;

/// Checks the seals of one log, in order, against each other and against the kept segments.
class SealCheck {
 public:
    SealCheck(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
              const LogBegin& begin, LogSummary& summary)
        : storage_(storage), paths_(paths), identity_(identity), begin_(begin), summary_(summary) {}

    Result<void> run(std::uint64_t active) {
        summary_.first_segment = begin_.index;
        if (auto checked = removed_segments(); !checked) return checked;
        chain_ = begin_.chain;
        for (std::uint64_t index = begin_.index; index < active; ++index)
            if (auto checked = kept_segment(index); !checked) return checked;
        return {};
    }

 private:
    [[nodiscard]] std::string path_of(std::uint64_t index) const {
        return paths_.seal(identity_.kind, index);
    }

    /// Of removed segments only the seals are left. A missing one is not damage: the chain
    /// continues with `begin`.
    Result<void> removed_segments() {
        std::optional<Hash> before = Hash{};
        for (std::uint64_t index = 1; index < begin_.index; ++index) {
            const auto file = read_seal(storage_, paths_, identity_, index);
            if (!file) return std::unexpected(file.error());
            if (file->state == SealState::foreign || file->state == SealState::newer_version)
                return std::unexpected(refusal(path_of(index), *file));
            if (file->state != SealState::valid) {
                before.reset();
                continue;
            }
            if (before && chain_of(*before, file->seal) != file->seal.chain)
                return broken_chain(index);
            ++summary_.removed_seals;
            before = file->seal.chain;
            note_head(file->seal);
        }
        if (before && begin_.index > 1 && *before != begin_.chain)
            return base::error(fmt::format("{} does not continue {}", paths_.begin(identity_.kind),
                                           path_of(begin_.index - 1)));
        return {};
    }

    /// Makes the seal again from the segment's content and compares it. A missing or unreadable
    /// seal is skipped, but the next one must continue the chain.
    Result<void> kept_segment(std::uint64_t index) {
        const auto file = read_seal(storage_, paths_, identity_, index);
        if (!file) return std::unexpected(file.error());
        if (file->state == SealState::foreign || file->state == SealState::newer_version)
            return std::unexpected(refusal(path_of(index), *file));
        SealMaker maker(storage_, paths_, identity_, index);
        Result<bool> complete = false;
        while (complete && !*complete) complete = maker.step();
        if (!complete) return std::unexpected(complete.error());
        const Seal made = maker.finish(chain_).seal;
        if (file->state == SealState::valid) {
            const Seal& seal = file->seal;
            if (seal.hash != made.hash)
                return base::error(fmt::format(
                    "{} was changed after it was sealed: its hash is {}, the one in {} is {}",
                    paths_.durable(identity_.kind, index), to_hex(made.hash), path_of(index),
                    to_hex(seal.hash)));
            if (seal.chain != made.chain) return broken_chain(index);
        }
        if (file->state == SealState::valid) {
            ++summary_.sealed_segments;
            note_head(file->seal);
        }
        chain_ = made.chain;
        return {};
    }

    [[nodiscard]] std::unexpected<base::Error> broken_chain(std::uint64_t index) const {
        return base::error(fmt::format(
            "{} does not continue the seal before it: that segment or its seal was exchanged",
            path_of(index)));
    }

    void note_head(const Seal& seal) {
        summary_.head_segment = seal.index;
        summary_.head_sequence = seal.last_sequence;
        summary_.head = seal.chain;
        summary_.heads.push_back({seal.chain, seal.index, seal.last_sequence});
    }

    platform::Storage& storage_;
    const Paths& paths_;
    LogIdentity identity_;
    const LogBegin& begin_;
    LogSummary& summary_;
    Hash chain_{};
};

Result<LogSummary> verify_once(platform::Storage& storage, const Paths& paths,
                               const LogIdentity& identity) {
    LogSummary summary;
    base::RunningHash hash;
    const RecordVisitor count = [&](const RecordView& record) {
        if (summary.records++ == 0) summary.first = record.sequence;
        summary.last = record.sequence;
        summary.bytes += sizeof(RecordHeader) + record.message.size();
        hash.add(record.sequence);
        hash.add(record.timestamp_ns);
        hash.add(record.message);
    };
    ScanOptions options;
    options.visit = count;
    const auto state = scan_durable(storage, paths, identity, options);
    if (!state) return std::unexpected(state.error());
    const std::uint64_t durable = summary.records;
    static_cast<void>(follow_shared(storage, paths, identity, *state, count));
    summary.in_memory_only = summary.records - durable;
    summary.torn_tail_bytes = state->torn_bytes;
    summary.hash = hash.value();
    SealCheck seals(storage, paths, identity, state->begin, summary);
    if (auto checked = seals.run(state->end.segment); !checked)
        return std::unexpected(checked.error());
    return summary;
}

}  // namespace

Result<LogSummary> verify_log(platform::Storage& storage, const Paths& paths,
                              const LogIdentity& identity) {
    auto summary = verify_once(storage, paths, identity);
    // While an exchange writes, a pass can combine an older and a newer state of the file: only
    // damage found in a second pass counts.
    return summary ? summary : verify_once(storage, paths, identity);
}

Result<LogSummary> verify_log(const std::string& directory, LogKind kind,
                              const std::string& shared_directory) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = read_identity(storage, directory);
    if (!identity) return std::unexpected(identity.error());
    return verify_log(storage, Paths(directory, shared_directory, *identity), identity->log(kind));
}

}  // namespace bw::event_store
