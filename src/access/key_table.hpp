// KeyTable: the file access.db, a SQLite database with one table:
//
//   key(row, id, role, account, operator, created, sealed)
//
//   row      1, 2, …; also the key's slot in access.marks
//   role     'trader' or 'operations'
//   created  nanoseconds since 1970, UTC
//   sealed   the secret (sealer.hpp)
//
// Rows are added only. PRAGMA user_version is the format. One thread at a time; several processes
// may have the file open, and each added row is one transaction with one sync.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "access/database.hpp"
#include "access/key_file.hpp"

namespace bw::access {

inline constexpr std::uint32_t key_table_format = 1;

struct KeyRow {
    std::uint64_t row = 0;
    SealedKey key;
};

class KeyTable {
 public:
    /// Opens the file; creates it with mode 0600 and no table if it does not exist.
    [[nodiscard]] static base::Result<std::unique_ptr<KeyTable>> open(
        const std::filesystem::path& path);

    /// Error of a newer format. False: there is no table yet.
    [[nodiscard]] base::Result<bool> exists();
    [[nodiscard]] base::Result<void> create();
    /// Returns the row. Durable when it returns, or, inside transact(), when that does.
    [[nodiscard]] base::Result<std::uint64_t> add(const SealedKey& key);
    /// The keys in the rows above `row`, in their order.
    [[nodiscard]] base::Result<std::vector<KeyRow>> after(std::uint64_t row);

    [[nodiscard]] base::Result<void> transact(const std::function<base::Result<void>()>& work) {
        return database_->transact(work);
    }
    /// Error: the file that is open is not the one at its path any more.
    [[nodiscard]] base::Result<void> check_place() const;

 private:
    KeyTable(std::filesystem::path path, std::uint64_t inode)
        : path_(std::move(path)), inode_(inode) {}
    [[nodiscard]] std::unexpected<base::Error> damaged(std::uint64_t row) const;

    std::filesystem::path path_;
    std::uint64_t inode_;
    std::unique_ptr<Database> database_;
};

}  // namespace bw::access
