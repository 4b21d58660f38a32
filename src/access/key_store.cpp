#include "access/key_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "access/secure_file.hpp"

namespace bw::access {
namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::uint64_t pause_after_error_ns = 100 * ns_per_ms;

/// The highest timestamp accepted by an earlier version, in milliseconds; 0: none.
std::uint64_t old_mark(const std::filesystem::path& directory) {
    const auto content = read_file(directory / "replay.mark", 4096);
    std::uint64_t mark = 0;
    if (content && content->size() == sizeof mark) std::memcpy(&mark, content->data(), sizeof mark);
    return mark;
}

}  // namespace

base::Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::filesystem::path& directory,
                                                       platform::Random& random,
                                                       const platform::Clock& clock,
                                                       std::uint32_t operators) {
    std::unique_ptr<KeyStore> store(new KeyStore(directory, random, clock));
    if (auto opened = store->open_files(); !opened) return std::unexpected(opened.error());
    auto filled = store->writer_->transact([&] { return store->fill(operators); });
    if (!filled) return std::unexpected(filled.error());
    if (auto loaded = store->load_new_rows(); !loaded) return std::unexpected(loaded.error());
    store->marks_->announce(store->read_through_.value());  // the operators that fill() added
    return store;
}

base::Result<void> KeyStore::open_files() {
    const auto path = directory_ / "access.db";
    for (auto* table : {&writer_, &reader_}) {
        auto opened = KeyTable::open(path);
        if (!opened) return std::unexpected(opened.error());
        *table = std::move(*opened);
    }
    const std::uint64_t mark_ms = old_mark(directory_);
    auto marks = MarksFile::open(directory_ / "access.marks", clock_.realtime_ns() / ns_per_ms,
                                 mark_ms == 0 ? 0 : mark_ms + 1);
    if (!marks) return std::unexpected(marks.error());
    marks_ = std::move(*marks);
    return {};
}

/// Requires: in a transaction of writer_.
base::Result<void> KeyStore::fill(std::uint32_t operators) {
    const auto exists = writer_->exists();
    if (!exists) return std::unexpected(exists.error());
    auto sealer = Sealer::open(directory_, secrets_, random_,
                               *exists || std::filesystem::exists(directory_ / "keys.json"));
    if (!sealer) return std::unexpected(sealer.error());
    sealer_ = *sealer;
    if (!*exists) {
        if (auto created = writer_->create(); !created) return created;
        if (auto taken = take_over_key_file(); !taken) return taken;
    }
    const auto rows = writer_->after(0);
    if (!rows) return std::unexpected(rows.error());
    marks_->begin_at(rows->empty() ? 0 : rows->back().row);
    for (const KeyRow& row : *rows) operators_ = std::max(operators_, row.key.facts.operator_id);
    for (; operators_ < operators; ++operators_)
        if (auto added = add_operator(operators_ + 1); !added) return added;
    return {};
}

/// Operations keys without a number get the next ones, oldest key first.
base::Result<void> KeyStore::take_over_key_file() {
    const auto path = directory_ / "keys.json";
    if (!std::filesystem::exists(path)) return {};
    auto keys = read_key_file(path);
    if (!keys) return std::unexpected(keys.error());
    std::ranges::sort(*keys, {}, [](const SealedKey& key) {
        return std::pair(key.facts.created_ns, key.facts.id);
    });
    std::uint32_t numbered = 0;
    for (const SealedKey& key : *keys) numbered = std::max(numbered, key.facts.operator_id);
    Secret secret;
    for (SealedKey& key : *keys) {
        if (!sealer_->unseal(key.sealed, key.facts, secret))
            return base::error(
                fmt::format("{}: the secret of key {} does not open under keys.kek; restore the "
                            "file and keys.kek from the same backup",
                            path.string(), key.facts.id.view()));
        if (key.facts.role == Role::operations && key.facts.operator_id == 0) {
            key.facts.operator_id = ++numbered;
            key.sealed = sealer_->seal(key.facts, secret);
        }
        platform::wipe(secret);
        if (auto added = writer_->add(key); !added) return std::unexpected(added.error());
    }
    return {};
}

/// Writes the key file first: if the machine stops between the two writes, the next start finds no
/// such key in the table and creates another.
base::Result<void> KeyStore::add_operator(std::uint32_t operator_id) {
    KeyFacts facts = new_facts(Role::operations);
    facts.operator_id = operator_id;
    Secret secret;
    random_.fill(secret);
    std::string digits = hex(secret);
    std::string text = fmt::format("{{\"keyId\":\"{}\",\"secret\":\"{}\",\"operator\":{}}}\n",
                                   facts.id.view(), digits, operator_id);
    auto written = replace_file(operator_key_file(operator_id), text, 0400);
    platform::wipe(std::as_writable_bytes(std::span(digits)));
    platform::wipe(std::as_writable_bytes(std::span(text)));
    const SealedKey key{facts, sealer_->seal(facts, secret)};
    platform::wipe(secret);
    if (!written) return written;
    if (auto added = writer_->add(key); !added) return std::unexpected(added.error());
    return {};
}

std::filesystem::path KeyStore::operator_key_file(std::uint32_t operator_id) const {
    return directory_ / (operator_id == 1 ? std::string("operator.key")
                                          : fmt::format("operator-{}.key", operator_id));
}

KeyFacts KeyStore::new_facts(Role role) {
    std::uint64_t number = 0;
    do random_.fill(std::as_writable_bytes(std::span(&number, 1)));
    while (number == 0 || index_.find(number) != nullptr);
    return {.id = key_id_of(number),
            .role = role,
            .account = {},
            .created_ns = clock_.realtime_ns(),
            .operator_id = 0};
}

base::Result<const Key*> KeyStore::create(model::AccountId account) {
    const std::lock_guard lock(writing_);
    if (auto there = writer_->check_place(); !there) return std::unexpected(there.error());
    KeyFacts facts = new_facts(Role::trader);
    facts.account = account;
    Secret secret;
    random_.fill(secret);
    KeyRow row{0, {facts, sealer_->seal(facts, secret)}};
    platform::wipe(secret);
    auto stored = writer_->transact([&]() -> base::Result<void> {
        const auto added = writer_->add(row.key);
        if (!added) return std::unexpected(added.error());
        row.row = *added;
        if (auto marks = marks_of(row); !marks) return std::unexpected(marks.error());
        return {};
    });
    if (!stored) return std::unexpected(stored.error());
    auto key = publish(row);
    if (key) marks_->announce(row.row);
    return key;
}

const Key* KeyStore::find(std::string_view id) {
    const auto key_id = KeyId::from(id);
    const auto number = key_id ? number_of(*key_id) : std::nullopt;
    if (!number) return nullptr;
    if (const Key* key = index_.find(*number)) return key;
    if (marks_->newest_row() <= read_through_.value()) return nullptr;
    if (auto loaded = load_new_rows(); !loaded) return nullptr;
    return index_.find(*number);
}

/// After an error, nothing is read for a while: strangers can cause this call.
base::Result<void> KeyStore::load_new_rows() {
    const std::lock_guard lock(reading_);
    const std::uint64_t now_ns = clock_.monotonic_ns();
    if (now_ns < next_try_ns_) return base::error("the keys could not be read a moment ago");
    next_try_ns_ = now_ns + pause_after_error_ns;
    const std::uint64_t newest = marks_->newest_row();
    const auto rows = reader_->after(read_through_.value());
    if (!rows) return std::unexpected(rows.error());
    for (const KeyRow& row : *rows)
        if (auto key = publish(row); !key) return std::unexpected(key.error());
    read_through_.raise(rows->empty() ? newest : std::max(newest, rows->back().row));
    next_try_ns_ = 0;
    return {};
}

base::Result<KeyMarks*> KeyStore::marks_of(const KeyRow& row) {
    const std::lock_guard lock(marking_);
    return marks_->slot(row.row, *number_of(row.key.facts.id), clock_.realtime_ns() / ns_per_ms);
}

/// The key of this row, ready for use. Does nothing if it is there already.
base::Result<const Key*> KeyStore::publish(const KeyRow& row) {
    const std::lock_guard lock(adding_);
    const std::uint64_t number = *number_of(row.key.facts.id);
    if (const Key* key = index_.find(number)) return key;
    const auto marks = marks_of(row);
    if (!marks) return std::unexpected(marks.error());
    Key* key = secrets_.make<Key>({row.key.facts});
    if (!sealer_->unseal(row.key.sealed, *key, key->secret))
        return base::error(
            fmt::format("{}: the secret of key {} does not open under keys.kek; restore both from "
                        "the same backup",
                        (directory_ / "access.db").string(), key->id.view()));
    key->signing = prepare(key->secret);
    key->marks = *marks;
    index_.insert(number, key);
    return key;
}

std::size_t KeyStore::size() const {
    const std::lock_guard lock(adding_);
    return index_.size();
}

}  // namespace bw::access
