#include "simulation/sim_storage.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace bw::simulation {
namespace {

using base::Result;
using Kind = Verdict::Kind;

bool in_shared_memory(const std::string& path) { return path.starts_with("/shm"); }

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::unexpected<base::Error> failure(const std::string& path, const char* why) {
    return base::error(fmt::format("cannot work on {}: {}", path, why));
}

std::unexpected<base::Error> failure_of(Kind kind, const std::string& path) {
    return failure(path, kind == Kind::full ? "No space left on device" : "Input/output error");
}

}  // namespace

const char* name_of(StorageAction action) {
    switch (action) {
        case StorageAction::make_directory: return "make directory";
        case StorageAction::remove: return "remove";
        case StorageAction::rename: return "rename";
        case StorageAction::sync_directory: return "sync directory";
        case StorageAction::write_file: return "write file";
        case StorageAction::create_mapped: return "create mapped";
        case StorageAction::create_zeroed: return "create zeroed";
        case StorageAction::write: return "write";
        case StorageAction::sync: return "sync";
    }
    return "?";
}

class SimStorage::Mapping final : public platform::MappedFile {
 public:
    explicit Mapping(FilePtr file) : file_(std::move(file)) { bytes_ = file_->current; }

 private:
    FilePtr file_;
};

class SimStorage::Blocks final : public platform::BlockFile {
 public:
    Blocks(SimStorage& storage, FilePtr file, std::string path, platform::WriteMode mode)
        : storage_(storage),
          file_(std::move(file)),
          path_(std::move(path)),
          durable_(mode == platform::WriteMode::durable) {}

    Result<void> write_at(std::uint64_t offset, std::span<const std::byte> blocks) override {
        BW_ASSERT(offset % platform::disk_block == 0 && blocks.size() % platform::disk_block == 0);
        return storage_.write(*file_, path_, offset, blocks, durable_);
    }
    Result<void> sync() override { return storage_.sync(*file_, path_); }

 private:
    SimStorage& storage_;
    FilePtr file_;
    std::string path_;
    bool durable_;
};

class SimStorage::Lock final : public platform::FileLock {
 public:
    Lock(SimStorage& storage, std::string path) : storage_(storage), path_(std::move(path)) {}
    ~Lock() override { storage_.locks_.erase(path_); }

 private:
    SimStorage& storage_;
    std::string path_;
};

Verdict SimStorage::ask(StorageAction action, const std::string& path, std::uint64_t offset,
                        std::size_t size, bool durable) {
    BW_ASSERT(!dead_);  // a dead process writes nothing
    const StorageOperation operation{operations_++, action, path, offset, size, durable};
    return faults_ != nullptr ? faults_->judge(operation) : Verdict{};
}

void SimStorage::die(Death death) {
    dead_ = true;
    throw Died{death};
}

template <class Step>
Result<void> SimStorage::in_one_step(const Verdict& verdict, const std::string& path,
                                     Step&& happen) {
    if (verdict.kind == Kind::full || verdict.kind == Kind::io_error)
        return failure_of(verdict.kind, path);
    if (verdict.kind == Kind::die && verdict.moment != Moment::after) die(verdict.death);
    happen();
    if (verdict.kind == Kind::die) die(verdict.death);
    return {};
}

SimStorage::FilePtr SimStorage::find(const std::string& path) const {
    const auto at = names_.find(path);
    return at == names_.end() ? nullptr : at->second;
}

void SimStorage::apply(Names& names, const Change& change) {
    if (!change.from.empty()) names.erase(change.from);
    if (change.file)
        names[change.path] = change.file;
    else
        names.erase(change.path);
}

void SimStorage::change(Change change) {
    apply(names_, change);
    if (!in_shared_memory(change.path)) changes_.push_back(std::move(change));
}

void SimStorage::lose_power() {
    for (const Change& change : changes_)
        if (random_.below(2) == 0) apply(synced_, change);
    changes_.clear();
    names_ = synced_;
    locks_.clear();
    for (const auto& [path, file] : names_) lose_power(*file);
}

void SimStorage::lose_power(File& file) {
    for (const auto& [index, versions] : file.versions) {
        const std::uint64_t chosen = random_.below(versions.size() + 1);
        if (chosen == versions.size()) continue;
        std::ranges::copy(versions[chosen],
                          file.durable.begin() + static_cast<std::ptrdiff_t>(index * sector));
    }
    file.versions.clear();
    file.current = file.durable;
}

std::vector<std::string> SimStorage::files_below(const std::string& directory) const {
    std::vector<std::string> out;
    for (const auto& [path, file] : names_)
        if (path.starts_with(directory + "/") && !file->directory) out.push_back(path);
    return out;
}

std::span<std::byte> SimStorage::bytes_of(const std::string& path) {
    const FilePtr file = find(path);
    BW_ASSERT(file != nullptr);
    return file->current;
}

void SimStorage::flip(const std::string& path, std::uint64_t bit) {
    const FilePtr file = find(path);
    for (Bytes* bytes : {&file->current, &file->durable})
        (*bytes)[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    if (!file->flipped.insert(bit).second) file->flipped.erase(bit);
}

Bytes SimStorage::overwrite(const std::string& path, std::uint64_t offset,
                            std::span<const std::byte> bytes) {
    const FilePtr file = find(path);
    const auto at = static_cast<std::ptrdiff_t>(offset);
    Bytes before(file->current.begin() + at,
                 file->current.begin() + at + static_cast<std::ptrdiff_t>(bytes.size()));
    for (Bytes* all : {&file->current, &file->durable}) std::ranges::copy(bytes, all->begin() + at);
    return before;
}

bool SimStorage::rotten(const std::string& path) const {
    const FilePtr file = find(path);
    return file != nullptr && !file->flipped.empty();
}

std::map<std::string, Bytes> SimStorage::image() const {
    std::map<std::string, Bytes> out;
    for (const auto& [path, file] : names_)
        if (!in_shared_memory(path) && !file->directory) out[path] = file->current;
    return out;
}

bool SimStorage::lied() const {
    return std::ranges::any_of(names_,
                               [](const auto& entry) { return !entry.second->intended.empty(); });
}

void SimStorage::repair() {
    for (const auto& [path, file] : names_) {
        if (file->intended.empty()) continue;
        file->current = file->durable = std::move(file->intended);
        file->intended.clear();
        file->versions.clear();
    }
}

Result<void> SimStorage::create_directories(const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (!find(part)) {
            const auto made = in_one_step(ask(StorageAction::make_directory, part), part, [&] {
                auto file = std::make_shared<File>();
                file->directory = true;
                names_[part] = file;
                if (!in_shared_memory(part)) synced_[part] = file;
            });
            if (!made) return made;
        }
        if (end == std::string::npos) return {};
    }
}

Result<std::vector<std::string>> SimStorage::list(const std::string& directory) {
    if (!find(directory)) return failure(directory, "No such file or directory");
    std::vector<std::string> out;
    const std::string prefix = directory + "/";
    for (const auto& [path, file] : names_)
        if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
            out.push_back(path.substr(prefix.size()));
    return out;
}

bool SimStorage::exists(const std::string& path) { return find(path) != nullptr; }

Result<std::uint64_t> SimStorage::file_size(const std::string& path) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    return file->current.size();
}

Result<void> SimStorage::remove(const std::string& path) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    if (file->directory && !list(path)->empty()) return failure(path, "Directory not empty");
    return in_one_step(ask(StorageAction::remove, path), path,
                       [&] { change({path, nullptr, {}}); });
}

Result<void> SimStorage::rename(const std::string& from, const std::string& to) {
    const FilePtr file = find(from);
    if (!file) return failure(from, "No such file or directory");
    return in_one_step(ask(StorageAction::rename, from), from, [&] { change({to, file, from}); });
}

Result<void> SimStorage::sync_directory(const std::string& directory) {
    return in_one_step(ask(StorageAction::sync_directory, directory), directory, [&] {
        std::erase_if(changes_, [&](const Change& change) {
            if (parent_of(change.path) != directory) return false;
            apply(synced_, change);
            return true;
        });
    });
}

Result<Bytes> SimStorage::read(const std::string& path, std::uint64_t offset, std::size_t size) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    const std::size_t begin = std::min<std::size_t>(offset, file->current.size());
    Bytes out(std::min(size, file->current.size() - begin));
    const auto got = read_into(path, offset, out);
    out.resize(*got);
    return out;
}

Result<std::size_t> SimStorage::read_into(const std::string& path, std::uint64_t offset,
                                          std::span<std::byte> out) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    const std::size_t begin = std::min<std::size_t>(offset, file->current.size());
    const std::size_t size = std::min(out.size(), file->current.size() - begin);
    const std::span<const std::byte> all(file->current);
    std::ranges::copy(all.subspan(begin, size), out.begin());
    if (faults_ == nullptr) return size;
    const ReadVerdict verdict = faults_->judge_read(path, begin, out.first(size));
    if (verdict.kind == ReadVerdict::Kind::cut_short) return verdict.wanted;
    if (verdict.kind == ReadVerdict::Kind::misdirected)
        std::ranges::copy(all.subspan(verdict.instead * platform::disk_block, platform::disk_block),
                          out.begin() + static_cast<std::ptrdiff_t>(
                                            verdict.wanted * platform::disk_block - begin));
    return size;
}

/// As the real one: a draft beside it, synced, renamed, and the directory synced.
Result<void> SimStorage::write_file(const std::string& path, std::span<const std::byte> bytes) {
    const Verdict verdict = ask(StorageAction::write_file, path, 0, bytes.size());
    auto file = std::make_shared<File>();
    file->current = file->durable = Bytes(bytes.begin(), bytes.end());
    const bool half = (verdict.kind == Kind::die && verdict.moment == Moment::torn) ||
                      verdict.kind == Kind::io_error || verdict.kind == Kind::full;
    if (half) {
        file->durable.resize(random_.below(bytes.size() + 1));
        file->current = file->durable;
        put(path + ".new", file);
        if (verdict.kind == Kind::die) die(verdict.death);
    }
    return in_one_step(verdict, path, [&] {
        apply(names_, {path + ".new", nullptr, {}});
        apply(synced_, {path + ".new", nullptr, {}});
        std::erase_if(changes_, [&](const Change& change) { return change.path == path + ".new"; });
        put(path, file);
        synced_[path] = file;
        std::erase_if(changes_, [&](const Change& change) { return change.path == path; });
    });
}

Result<std::unique_ptr<platform::FileLock>> SimStorage::lock(const std::string& path) {
    if (!locks_.insert(path).second) return failure(path, "held by another running process");
    return std::make_unique<Lock>(*this, path);
}

Result<std::unique_ptr<platform::MappedFile>> SimStorage::create_mapped(const std::string& path,
                                                                        std::size_t size) {
    auto file = std::make_shared<File>();
    file->current.resize(size);
    const auto made = in_one_step(ask(StorageAction::create_mapped, path, 0, size), path,
                                  [&] { put(path, file); });
    if (!made) return std::unexpected(made.error());
    return std::make_unique<Mapping>(file);
}

Result<std::unique_ptr<platform::MappedFile>> SimStorage::open_mapped(const std::string& path) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    return std::make_unique<Mapping>(file);
}

Result<std::unique_ptr<platform::MappedFile>> SimStorage::open_mapped_read_only(
    const std::string& path) {
    return open_mapped(path);
}

Result<void> SimStorage::create_zeroed(const std::string& path, std::size_t size) {
    const Verdict verdict = ask(StorageAction::create_zeroed, path, 0, size);
    auto file = std::make_shared<File>();
    if (verdict.kind == Kind::die && verdict.moment == Moment::torn) {
        file->current.resize(random_.below(size));
        file->durable = file->current;
        put(path, file);
        die(verdict.death);
    }
    return in_one_step(verdict, path, [&] {
        file->current.resize(size);
        file->durable.resize(size);
        put(path, file);
    });
}

Result<std::unique_ptr<platform::BlockFile>> SimStorage::open_blocks(const std::string& path,
                                                                     platform::WriteMode mode) {
    const FilePtr file = find(path);
    if (!file) return failure(path, "No such file or directory");
    return std::make_unique<Blocks>(*this, file, path, mode);
}

void SimStorage::store(File& file, std::uint64_t offset, std::span<const std::byte> bytes,
                       bool durable) {
    const auto at = static_cast<std::ptrdiff_t>(offset);
    std::ranges::copy(bytes, file.current.begin() + at);
    if (durable) std::ranges::copy(bytes, file.durable.begin() + at);
    for (std::size_t done = 0; done < bytes.size(); done += sector) {
        const std::size_t index = (offset + done) / sector;
        const auto part = bytes.subspan(done, sector);
        if (durable)
            file.versions.erase(index);
        else
            file.versions[index].emplace_back(part.begin(), part.end());
    }
}

Result<void> SimStorage::write(File& file, const std::string& path, std::uint64_t offset,
                               std::span<const std::byte> bytes, bool durable) {
    if (offset + bytes.size() > file.current.size()) return failure(path, "write behind the end");
    const Verdict verdict = ask(StorageAction::write, path, offset, bytes.size(), durable);
    const std::size_t blocks = bytes.size() / platform::disk_block;
    switch (verdict.kind) {
        case Kind::die:
            if (verdict.moment == Moment::before) die(verdict.death);
            if (verdict.moment == Moment::after) break;
            // Power: any sectors of it. Process: the first blocks of it.
            store(file, offset,
                  verdict.death == Death::power
                      ? bytes
                      : bytes.first(random_.below(blocks + 1) * platform::disk_block),
                  false);
            die(verdict.death);
        case Kind::io_error:
            store(file, offset, bytes.first(random_.below(blocks + 1) * platform::disk_block),
                  durable);
            return failure_of(verdict.kind, path);
        case Kind::lost:
        case Kind::misdirected: {
            if (file.intended.empty()) file.intended = file.current;
            std::ranges::copy(bytes, file.intended.begin() + static_cast<std::ptrdiff_t>(offset));
            if (verdict.kind == Kind::lost) return {};
            const std::size_t places = (file.current.size() - bytes.size()) / platform::disk_block;
            const std::uint64_t elsewhere = random_.below(places + 1) * platform::disk_block;
            store(file, elsewhere, bytes, durable);
            return {};
        }
        default: break;
    }
    if (verdict.kind == Kind::full) return failure_of(verdict.kind, path);
    store(file, offset, bytes, durable);
    if (!file.intended.empty())
        std::ranges::copy(bytes, file.intended.begin() + static_cast<std::ptrdiff_t>(offset));
    if (verdict.kind == Kind::die) die(verdict.death);
    return {};
}

/// A sync that failed: the kernel takes the pages for clean; what is on the medium is what programs
/// see from then on.
Result<void> SimStorage::sync(File& file, const std::string& path) {
    const Verdict verdict = ask(StorageAction::sync, path);
    if (verdict.kind == Kind::io_error) lose_power(file);
    return in_one_step(verdict, path, [&] {
        file.durable = file.current;
        file.versions.clear();
    });
}

}  // namespace bw::simulation
