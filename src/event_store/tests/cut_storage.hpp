// CutStorage: a disk in memory that can lose its power. It distinguishes durable from pending data;
// a cut keeps a random part of the pending data: single sectors of a write, directory entries old
// or new.
//
// Shared memory (files created mapped) is part of it and empty after a cut.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "platform/storage.hpp"

namespace bw::event_store::test {

class CutStorage : public platform::Storage {
 public:
    using Bytes = std::vector<std::byte>;
    template <class T>
    using Result = base::Result<T>;

    /// Returns the disk as the next start finds it if the power fails at this moment. Any thread;
    /// this storage continues unchanged.
    [[nodiscard]] std::unique_ptr<CutStorage> after_power_cut(std::uint64_t seed) {
        const std::lock_guard guard(mutex_);
        std::mt19937_64 random(seed);
        auto out = std::make_unique<CutStorage>();
        std::map<std::string, FilePtr> names = synced_names_;
        for (const auto& [path, file] : names_)
            if (random() % 2 == 0) names[path] = file;
        for (const auto& [path, file] : names) {
            if (!names_.contains(path) && random() % 2 == 0)
                continue;  // the removal reached the disk
            auto copy = std::make_shared<File>();
            copy->durable = copy->current = torn(*file, random);
            out->names_[path] = out->synced_names_[path] = copy;
        }
        return out;
    }

    Result<void> create_directories(const std::string&) override { return {}; }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        const std::lock_guard guard(mutex_);
        std::vector<std::string> out;
        const std::string prefix = directory + "/";
        for (const auto& names : {std::cref(names_), std::cref(mapped_names_)})
            for (const auto& [path, file] : names.get())
                if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
                    out.push_back(path.substr(prefix.size()));
        std::sort(out.begin(), out.end());
        return out;
    }
    bool exists(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        const std::string prefix = path + "/";
        const auto below = names_.lower_bound(prefix);
        return find(path) != nullptr || (below != names_.end() && below->first.starts_with(prefix));
    }
    Result<std::uint64_t> file_size(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        const FilePtr file = find(path);
        if (!file) return base::error("no file " + path);
        return file->current.size();
    }
    Result<void> remove(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        if (names_.erase(path) + mapped_names_.erase(path) == 0)
            return base::error("no file " + path);
        return {};
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        const std::lock_guard guard(mutex_);
        for (auto* names : {&names_, &mapped_names_})
            if (const auto at = names->find(from); at != names->end()) {
                (*names)[to] = at->second;
                names->erase(at);
                return {};
            }
        return base::error("no file " + from);
    }
    Result<void> sync_directory(const std::string& directory) override {
        const std::lock_guard guard(mutex_);
        const std::string prefix = directory + "/";
        std::erase_if(synced_names_,
                      [&](const auto& entry) { return entry.first.starts_with(prefix); });
        for (const auto& [path, file] : names_)
            if (path.starts_with(prefix)) synced_names_[path] = file;
        return {};
    }
    Result<Bytes> read(const std::string& path, std::uint64_t offset, std::size_t size) override {
        const std::lock_guard guard(mutex_);
        const FilePtr file = find(path);
        if (!file) return base::error("no file " + path);
        const Bytes& from = file->current;
        const std::size_t begin = std::min<std::size_t>(offset, from.size());
        const auto first = from.begin() + static_cast<std::ptrdiff_t>(begin);
        return Bytes(first,
                     first + static_cast<std::ptrdiff_t>(std::min(size, from.size() - begin)));
    }
    /// Empties shared memory, as a reboot does.
    void lose_shared_memory() {
        const std::lock_guard guard(mutex_);
        mapped_names_.clear();
    }
    /// Flips a bit of the file, durably, also if the file is open.
    void flip(const std::string& path, std::size_t offset) {
        const std::lock_guard guard(mutex_);
        File& file = *names_.at(path);
        for (Bytes* bytes : {&file.durable, &file.current}) bytes->at(offset) ^= std::byte{1};
    }
    Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) override {
        const std::lock_guard guard(mutex_);
        auto file = std::make_shared<File>();
        file->durable = file->current = Bytes(bytes.begin(), bytes.end());
        names_[path] = synced_names_[path] = file;
        return {};
    }
    Result<std::unique_ptr<platform::FileLock>> lock(const std::string&) override {
        return std::make_unique<platform::FileLock>();
    }
    Result<std::unique_ptr<platform::MappedFile>> create_mapped(const std::string& path,
                                                                std::size_t size) override {
        const std::lock_guard guard(mutex_);
        auto file = std::make_shared<File>();
        file->current.resize(size);
        mapped_names_[path] = file;
        return std::make_unique<Mapping>(file);
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        const FilePtr file = find(path);
        if (!file) return base::error("no file " + path);
        return std::make_unique<Mapping>(file);
    }
    Result<std::unique_ptr<platform::MappedFile>> open_mapped_read_only(
        const std::string& path) override {
        return open_mapped(path);
    }
    Result<void> create_zeroed(const std::string& path, std::size_t size) override {
        const std::lock_guard guard(mutex_);
        auto file = std::make_shared<File>();
        file->durable.resize(size);
        file->current.resize(size);
        names_[path] = file;
        return {};
    }
    Result<std::unique_ptr<platform::BlockFile>> open_blocks(const std::string& path,
                                                             platform::WriteMode mode) override {
        const std::lock_guard guard(mutex_);
        const FilePtr file = find(path);
        if (!file) return base::error("no file " + path);
        return std::make_unique<Blocks>(*this, file, mode);
    }

 private:
    struct File {
        Bytes durable;
        Bytes current;
    };
    using FilePtr = std::shared_ptr<File>;
    static constexpr std::size_t sector = 512;

    class Mapping final : public platform::MappedFile {
     public:
        explicit Mapping(FilePtr file) : file_(std::move(file)) { bytes_ = file_->current; }

     private:
        FilePtr file_;
    };

    class Blocks final : public platform::BlockFile {
     public:
        Blocks(CutStorage& storage, FilePtr file, platform::WriteMode mode)
            : storage_(storage), file_(std::move(file)), mode_(mode) {}

        Result<void> write_at(std::uint64_t offset, std::span<const std::byte> blocks) override {
            {
                const std::lock_guard guard(storage_.mutex_);
                if (offset + blocks.size() > file_->current.size())
                    return base::error("write behind the end");
                std::memcpy(file_->current.data() + offset, blocks.data(), blocks.size());
            }
            std::this_thread::yield();  // the write is pending: a cut here tears it
            return mode_ == platform::WriteMode::durable ? sync() : Result<void>{};
        }
        Result<void> sync() override {
            const std::lock_guard guard(storage_.mutex_);
            file_->durable = file_->current;
            return {};
        }

     private:
        CutStorage& storage_;
        FilePtr file_;
        platform::WriteMode mode_;
    };

    [[nodiscard]] FilePtr find(const std::string& path) const {
        for (const auto* names : {&names_, &mapped_names_})
            if (const auto at = names->find(path); at != names->end()) return at->second;
        return nullptr;
    }

    static Bytes torn(const File& file, std::mt19937_64& random) {
        Bytes out = file.durable;
        for (std::size_t at = 0; at < out.size(); at += sector) {
            const std::size_t size = std::min(sector, out.size() - at);
            if (std::memcmp(out.data() + at, file.current.data() + at, size) != 0 &&
                random() % 2 == 0)
                std::memcpy(out.data() + at, file.current.data() + at, size);
        }
        return out;
    }

    std::mutex mutex_;
    std::map<std::string, FilePtr> names_;
    std::map<std::string, FilePtr> synced_names_;
    std::map<std::string, FilePtr> mapped_names_;
};

}  // namespace bw::event_store::test
