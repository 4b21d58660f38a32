#include "access/key_table.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>

#include "access/secure_file.hpp"

namespace bw::access {
namespace {

constexpr const char* schema =
    "CREATE TABLE key ("
    " row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " role TEXT NOT NULL,"
    " account INTEGER NOT NULL,"
    " operator INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " sealed BLOB NOT NULL"
    ") STRICT";

std::uint64_t inode_of(const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// Nothing if the row is not that of a key.
std::optional<KeyRow> row_of(const Statement& statement) {
    const auto id = KeyId::from(statement.text(1));
    const auto role = role_from(statement.text(2));
    const std::uint64_t account = statement.number(3), operator_id = statement.number(4);
    if (!id || !number_of(*id) || !role || account > UINT32_MAX || operator_id > UINT32_MAX)
        return std::nullopt;
    const std::span<const std::byte> sealed = statement.bytes(6);
    return KeyRow{statement.number(0),
                  {{.id = *id,
                    .role = *role,
                    .account = model::AccountId{static_cast<std::uint32_t>(account)},
                    .created_ns = statement.number(5),
                    .operator_id = static_cast<std::uint32_t>(operator_id)},
                   {sealed.begin(), sealed.end()}}};
}

}  // namespace

base::Result<std::unique_ptr<KeyTable>> KeyTable::open(const std::filesystem::path& path) {
    if (auto created = create_private_file(path); !created) return std::unexpected(created.error());
    std::unique_ptr<KeyTable> table(new KeyTable(path, inode_of(path)));
    auto database = Database::open(path);
    if (!database) return std::unexpected(database.error());
    table->database_ = std::move(*database);
    return table;
}

base::Result<bool> KeyTable::exists() {
    auto statement = database_->prepare("PRAGMA user_version");
    if (!statement) return std::unexpected(statement.error());
    if (auto read = statement->step(); !read) return read;
    const std::uint64_t format = statement->number(0);
    if (format <= key_table_format) return format != 0;
    return base::error(
        fmt::format("{} is of format {}, this program knows formats up to {}. Use the newer "
                    "program that wrote it.",
                    path_.string(), format, key_table_format));
}

base::Result<void> KeyTable::create() {
    if (auto made = database_->run(schema); !made) return made;
    return database_->run(fmt::format("PRAGMA user_version = {}", key_table_format).c_str());
}

base::Result<std::uint64_t> KeyTable::add(const SealedKey& key) {
    auto insert = database_->prepare(
        "INSERT INTO key (id, role, account, operator, created, sealed)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING row");
    if (!insert) return std::unexpected(insert.error());
    insert->bind(1, key.facts.id.view());
    insert->bind(2, name_of(key.facts.role));
    insert->bind(3, std::uint64_t{key.facts.account.value()});
    insert->bind(4, std::uint64_t{key.facts.operator_id});
    insert->bind(5, key.facts.created_ns);
    insert->bind(6, std::span(key.sealed));
    if (auto row = insert->step(); !row) return std::unexpected(row.error());
    const std::uint64_t row = insert->number(0);
    if (auto end = insert->step(); !end) return std::unexpected(end.error());  // the commit
    return row;
}

base::Result<std::vector<KeyRow>> KeyTable::after(std::uint64_t row) {
    auto query = database_->prepare(
        "SELECT row, id, role, account, operator, created, sealed FROM key WHERE row > ?"
        " ORDER BY row");
    if (!query) return std::unexpected(query.error());
    query->bind(1, row);
    std::vector<KeyRow> rows;
    for (;;) {
        const auto read = query->step();
        if (!read) return std::unexpected(read.error());
        if (!*read) return rows;
        auto found = row_of(*query);
        if (!found) return damaged(query->number(0));
        rows.push_back(std::move(*found));
    }
}

base::Result<void> KeyTable::check_place() const {
    if (inode_of(path_) == inode_) return {};
    return base::error(fmt::format(
        "{} was removed or replaced while it was in use; stop the exchange and restore it",
        path_.string()));
}

std::unexpected<base::Error> KeyTable::damaged(std::uint64_t row) const {
    return base::error(
        fmt::format("{}: row {} is no key; restore the file and keys.kek from the "
                    "same backup",
                    path_.string(), row));
}

}  // namespace bw::access
