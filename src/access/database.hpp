// Database and Statement: SQLite with results in place of error codes. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace bw::access {

/// A prepared statement. Parameters count from 1, columns from 0.
class Statement {
 public:
    /// `value` is at most 2^63 - 1.
    void bind(int parameter, std::uint64_t value);
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::span<const std::byte> bytes);

    /// True: a row was read. False: there is none, or no further one; the statement can be used
    /// again, with its parameters.
    [[nodiscard]] base::Result<bool> step();

    [[nodiscard]] std::uint64_t number(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  ///< valid until the next step()
    [[nodiscard]] std::span<const std::byte> bytes(int column) const;  ///< likewise

 private:
    friend class Database;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
    /// Opens the file, which must exist; an empty one is an empty database. Its changes are durable
    /// when their transaction has returned (rollback journal, synced).
    [[nodiscard]] static base::Result<std::unique_ptr<Database>> open(
        const std::filesystem::path& path);

    [[nodiscard]] base::Result<void> run(const char* sql);
    [[nodiscard]] base::Result<Statement> prepare(const char* sql);
    /// Runs `work` in a transaction that excludes other writers. Waits for another writer at most
    /// two seconds. An error of `work` undoes everything.
    [[nodiscard]] base::Result<void> transact(const std::function<base::Result<void>()>& work);

 private:
    explicit Database(std::filesystem::path path) : path_(std::move(path)) {}
    [[nodiscard]] std::unexpected<base::Error> failed() const;

    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };
    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace bw::access
