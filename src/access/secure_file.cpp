#include "access/secure_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bw::access {

namespace {

std::unexpected<base::Error> failed(const char* what, const std::filesystem::path& path,
                                    int reason) {
    return base::error(
        fmt::format("cannot {} {}: {}; check the directory, its permissions and the free space",
                    what, path.string(), std::strerror(reason)));
}

class File {
 public:
    File(const std::filesystem::path& path, int flags, unsigned mode = 0)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

 private:
    int fd_;
};

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

base::Result<void> sync_directory_of(const std::filesystem::path& path) {
    const File directory(path.parent_path(), O_RDONLY | O_DIRECTORY);
    if (directory.fd() < 0 || ::fsync(directory.fd()) != 0)
        return failed("sync the directory of", path, errno);
    return {};
}

}  // namespace

base::Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max) {
    const File file(path, O_RDONLY);
    if (file.fd() < 0) return failed("open", path, errno);
    std::string content;
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::read(file.fd(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path, errno);
        if (got == 0) return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > size_max) return failed("read", path, EFBIG);
    }
}

base::Result<std::string> read_secret_file(const std::filesystem::path& path,
                                           std::size_t size_max) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return failed("open", path, errno);
    if ((status.st_mode & 077) != 0)
        return base::error(fmt::format(
            "{} holds a secret, but other users may read or change it (mode {:04o}); run "
            "`chmod 400 {}`, and make new keys if somebody may have read it",
            path.string(), status.st_mode & 07777, path.string()));
    return read_file(path, size_max);
}

base::Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                                unsigned mode) {
    std::filesystem::path draft = path;
    draft += ".new";
    ::unlink(draft.c_str());  // left by an interrupted start
    {
        const File file(draft, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (file.fd() < 0) return failed("create", draft, errno);
        if (!write_all(file.fd(), content)) return failed("write", draft, errno);
        if (::fsync(file.fd()) != 0) return failed("sync", draft, errno);
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return failed("rename", draft, errno);
    return sync_directory_of(path);
}

base::Result<void> create_private_file(const std::filesystem::path& path) {
    const File file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file.fd() >= 0) return sync_directory_of(path);
    if (errno == EEXIST) return {};
    return failed("create", path, errno);
}

}  // namespace bw::access
