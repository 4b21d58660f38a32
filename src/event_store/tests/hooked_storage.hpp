// HookedStorage: a CutStorage that calls a hook before each operation that changes the disk, so
// that a test can run other code in between or let the process die there.
#pragma once

#include <functional>
#include <string>

#include "event_store/tests/cut_storage.hpp"

namespace bw::event_store::test {

/// Thrown where the process dies; unwinding stands for its end.
struct Died {};

class HookedStorage final : public platform::Storage {
 public:
    template <class T>
    using Result = base::Result<T>;
    using Hook = std::function<void(const std::string& operation, const std::string& path)>;

    explicit HookedStorage(platform::Storage& inner) : inner_(inner) {}
    void set_hook(Hook hook) { hook_ = std::move(hook); }
    /// Small files for which there is no space.
    void refuse_files(std::function<bool(const std::string& path)> refuses) {
        refuses_ = std::move(refuses);
    }

    Result<void> create_directories(const std::string& path) override {
        return inner_.create_directories(path);
    }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        return inner_.list(directory);
    }
    bool exists(const std::string& path) override { return inner_.exists(path); }
    Result<std::uint64_t> file_size(const std::string& path) override {
        return inner_.file_size(path);
    }
    Result<void> remove(const std::string& path) override {
        ask("remove", path);
        return inner_.remove(path);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        ask("rename", from);
        return inner_.rename(from, to);
    }
    Result<void> sync_directory(const std::string& directory) override {
        ask("sync directory", directory);
        return inner_.sync_directory(directory);
    }
    Result<std::vector<std::byte>> read(const std::string& path, std::uint64_t offset,
                                        std::size_t size) override {
        return inner_.read(path, offset, size);
    }
    Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) override {
        ask("write file", path);
        if (refuses_ && refuses_(path)) return base::error("write " + path + ": no space");
        return inner_.write_file(path, bytes);
    }
    Result<void> set_read_only(const std::string& path, bool read_only) override {
        ask(read_only ? "make read-only" : "make writable", path);
        return inner_.set_read_only(path, read_only);
    }
    Result<std::unique_ptr<platform::FileLock>> lock(const std::string& path) override {
        return inner_.lock(path);
    }
    Result<std::unique_ptr<platform::MappedFile>> create_mapped(const std::string& path,
                                                                std::size_t size) override {
        ask("create mapped", path);
        return inner_.create_mapped(path, size);
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped(const std::string& path) override {
        return inner_.open_mapped(path);
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped_read_only(
        const std::string& path) override {
        return inner_.open_mapped_read_only(path);
    }
    Result<void> create_zeroed(const std::string& path, std::size_t size) override {
        ask("create zeroed", path);
        return inner_.create_zeroed(path, size);
    }
    Result<std::unique_ptr<platform::BlockFile>> open_blocks(const std::string& path,
                                                             platform::WriteMode mode) override {
        return inner_.open_blocks(path, mode);
    }

 private:
    void ask(const std::string& operation, const std::string& path) const {
        if (hook_) hook_(operation, path);
    }

    platform::Storage& inner_;
    Hook hook_;
    std::function<bool(const std::string& path)> refuses_;
};

}  // namespace bw::event_store::test
