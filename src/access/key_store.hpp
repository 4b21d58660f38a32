// KeyStore: the API keys of the exchange.
//
//   DIR/access.db     all keys, with sealed secrets (key_table.hpp)
//   DIR/access.marks  newest nonce and budgets of each key (key_marks.hpp)
//   DIR/keys.kek      32 random bytes that seal the secrets, mode 0400; created at first start
//   DIR/keys.json     keys of an earlier version, taken over when access.db is created
//   DIR/operator.key  the first operations key, mode 0400, {"keyId","secret","operator"}: the
//                     operator signs with it
//   DIR/operator-2.key …  those of the other operators: some commands need the approval of two
//
// Each operations key has its own operator number, which its commands carry. No request creates
// such a key, because its holder could then approve its own proposals.
//
// Several processes may have one store open. A key exists in all of them once create() has returned
// it: its row is then durable, and the number of the newest row, which all processes see in
// access.marks, includes it. A process that does not know an id reads the rows it lacks, if there
// are any. So strangers who try ids cause no work in the database.
//
// Threads: find() from any, without a lock for a known key; create() from any, one at a time; it
// waits for the disk. keys.kek and access.db together give every secret: both must stay on the
// machine of the exchange.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "access/key.hpp"
#include "access/key_table.hpp"
#include "access/marks_file.hpp"
#include "access/sealer.hpp"
#include "base/published_index.hpp"
#include "platform/clock.hpp"

namespace bw::access {

/// As many as a proposal needs: one operator makes it, another approves it.
inline constexpr std::uint32_t operators_default = 2;

class KeyStore {
 public:
    /// Opens the store in `directory`, which must exist; creates missing files, and operations keys
    /// until there are `operators`.
    [[nodiscard]] static base::Result<std::unique_ptr<KeyStore>> open(
        const std::filesystem::path& directory, platform::Random& random,
        const platform::Clock& clock, std::uint32_t operators = operators_default);
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;

    /// Creates a trader's key. Error: it could not be stored, and does not exist.
    [[nodiscard]] base::Result<const Key*> create(model::AccountId account);
    /// nullptr: no such key. Valid as long as the store, because keys are only added.
    [[nodiscard]] const Key* find(std::string_view id);
    /// Keys known to this process.
    [[nodiscard]] std::size_t size() const;

    /// Requests with an earlier timestamp are refused, whatever their key. Realtime.
    [[nodiscard]] std::uint64_t accepted_from_ms() const { return marks_->accepted_from_ms(); }
    [[nodiscard]] std::filesystem::path operator_key_file(std::uint32_t operator_id = 1) const;
    [[nodiscard]] std::uint32_t operators() const { return operators_; }

 private:
    KeyStore(std::filesystem::path directory, platform::Random& random,
             const platform::Clock& clock)
        : directory_(std::move(directory)), random_(random), clock_(clock) {}

    // Opening; in one transaction, so that of several processes one creates the keys.
    [[nodiscard]] base::Result<void> open_files();
    [[nodiscard]] base::Result<void> fill(std::uint32_t operators);
    [[nodiscard]] base::Result<void> take_over_key_file();
    [[nodiscard]] base::Result<void> add_operator(std::uint32_t operator_id);

    [[nodiscard]] KeyFacts new_facts(Role role);
    [[nodiscard]] base::Result<void> load_new_rows();
    [[nodiscard]] base::Result<KeyMarks*> marks_of(const KeyRow& row);
    [[nodiscard]] base::Result<const Key*> publish(const KeyRow& row);

    std::filesystem::path directory_;
    platform::Random& random_;
    const platform::Clock& clock_;
    std::uint32_t operators_ = 0;  // the highest operator's number

    std::mutex writing_;  // create()
    std::unique_ptr<KeyTable> writer_;

    std::mutex reading_;  // find() of an unknown id
    std::unique_ptr<KeyTable> reader_;
    base::SharedMark read_through_;  // rows that were read; written under reading_
    std::uint64_t next_try_ns_ = 0;  // after an error

    std::mutex marking_;  // slots of marks_; its values are read without the lock
    std::unique_ptr<MarksFile> marks_;

    mutable std::mutex adding_;  // what follows
    platform::SecretMemory secrets_;
    std::optional<Sealer> sealer_;
    base::PublishedIndex<Key> index_;  // find() reads it without the lock
};

}  // namespace bw::access
