#include "access/database.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.hpp"

namespace bw::access {
namespace {

constexpr int wait_for_writer_ms = 2'000;
constexpr const char* plain_paths = "plain-paths";

/// SQLite's way to the file system, but for one thing: it does not replace symbolic links in a path
/// by what they say. The logs beside the database are opened by the same path, and a link such as
/// /proc/PID/root says "/" and leads elsewhere.
void register_plain_paths() {
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs copy = *sqlite3_vfs_find(nullptr);
        copy.zName = plain_paths;
        copy.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
            const std::string_view text = path;
            if (text.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
            *std::ranges::copy(text, out).out = '\0';
            return SQLITE_OK;
        };
        return copy;
    }();
    sqlite3_vfs_register(&vfs, 0);
}

}  // namespace

void Statement::bind(int parameter, std::uint64_t value) {
    BW_ASSERT(value <= INT64_MAX);
    sqlite3_bind_int64(statement_.get(), parameter, static_cast<sqlite3_int64>(value));
}

void Statement::bind(int parameter, std::string_view text) {
    sqlite3_bind_text(statement_.get(), parameter, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
}

void Statement::bind(int parameter, std::span<const std::byte> bytes) {
    sqlite3_bind_blob(statement_.get(), parameter, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_TRANSIENT);
}

base::Result<bool> Statement::step() {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    sqlite3* connection = sqlite3_db_handle(statement_.get());
    const std::string why = result == SQLITE_DONE ? "" : sqlite3_errmsg(connection);
    sqlite3_reset(statement_.get());
    if (result == SQLITE_DONE) return false;
    return base::error(
        fmt::format("{}: {}; check the directory, its permissions and the free space",
                    sqlite3_db_filename(connection, "main"), why));
}

std::uint64_t Statement::number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return text == nullptr ? std::string_view()
                           : std::string_view(text, static_cast<std::size_t>(size));
}

std::span<const std::byte> Statement::bytes(int column) const {
    const void* blob = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const std::byte*>(blob), static_cast<std::size_t>(size)};
}

base::Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path) {
    std::unique_ptr<Database> database(new Database(path));
    sqlite3* connection = nullptr;
    register_plain_paths();
    const int result = sqlite3_open_v2(std::filesystem::absolute(path).c_str(), &connection,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, plain_paths);
    database->connection_.reset(connection);
    if (result != SQLITE_OK) return database->failed();
    sqlite3_busy_timeout(connection, wait_for_writer_ms);
    if (auto set = database->run("PRAGMA trusted_schema = OFF; PRAGMA journal_mode = TRUNCATE;"
                                 "PRAGMA synchronous = FULL");
        !set)
        return std::unexpected(set.error());
    return database;
}

base::Result<void> Database::run(const char* sql) {
    if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return failed();
    return {};
}

base::Result<Statement> Database::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
        return failed();
    return Statement(statement);
}

base::Result<void> Database::transact(const std::function<base::Result<void>()>& work) {
    if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto done = work(); !done) {
        (void)run("ROLLBACK");
        return done;
    }
    auto committed = run("COMMIT");
    if (!committed) (void)run("ROLLBACK");
    return committed;
}

std::unexpected<base::Error> Database::failed() const {
    const char* why = connection_ ? sqlite3_errmsg(connection_.get()) : "out of memory";
    return base::error(fmt::format(
        "{}: {}; check the directory, its permissions and the free space", path_.string(), why));
}

}  // namespace bw::access
