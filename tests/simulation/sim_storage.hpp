// SimStorage: the disk and the shared memory of a simulated machine. It knows what is durable and
// what is only on its way.
//
//   names    path ─► file       current: what programs see     synced: what is on the medium;
//                                                              changes between wait in a list
//   file     bytes              current | durable              per sector of 512 bytes: the
//                                                              versions written since
//
// At power loss each sector not yet durable keeps its durable content or takes one of the versions,
// each waiting change of a directory happens or does not, and shared memory (every path under /shm)
// is empty. When a process dies, nothing of this changes.
//
// Whoever decides about faults is asked before each operation that changes something.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "platform/storage.hpp"
#include "simulation/sim_machine.hpp"

namespace bw::simulation {

using Bytes = std::vector<std::byte>;

enum class StorageAction : std::uint8_t {
    make_directory,
    remove,
    rename,
    sync_directory,
    write_file,
    create_mapped,
    create_zeroed,
    write,
    sync,
};
[[nodiscard]] const char* name_of(StorageAction action);

struct StorageOperation {
    std::uint64_t number = 0;  ///< counts operations of this machine
    StorageAction action{};
    const std::string& path;
    std::uint64_t offset = 0;
    std::size_t size = 0;
    bool durable = false;  ///< a write that is on the medium when it returns
};

enum class Death : std::uint8_t { process, power };
enum class Moment : std::uint8_t { before, torn, after };

/// Thrown where the machine or the process stands when it dies; unwinding takes the place of the
/// end.
struct Died {
    Death death{};
};

struct Verdict {
    enum class Kind : std::uint8_t {
        fine,
        die,
        io_error,     ///< the write or sync fails; a part of it may have happened
        full,         ///< no space left
        lost,         ///< reported as done, never happened
        misdirected,  ///< reported as done, went to another block of the file
    };
    Kind kind = Kind::fine;
    Death death{};
    Moment moment{};
};

/// What a read gives that is not what it should.
struct ReadVerdict {
    enum class Kind : std::uint8_t {
        fine,
        misdirected,  ///< one block of it is another block of the file
        cut_short,    ///< the end is missing
    };
    Kind kind = Kind::fine;
    /// block of the file whose place another one takes, or size that is left
    std::uint64_t wanted = 0;
    std::uint64_t instead = 0;
};

class FaultSource {
 public:
    virtual ~FaultSource() = default;
    [[nodiscard]] virtual Verdict judge(const StorageOperation& operation) = 0;
    /// Reads change nothing, so they have no number and nobody dies in them.
    [[nodiscard]] virtual ReadVerdict judge_read(const std::string& path, std::uint64_t offset,
                                                 std::span<const std::byte> bytes) = 0;
};

class SimStorage final : public platform::Storage {
 public:
    template <class T>
    using Result = base::Result<T>;
    static constexpr std::size_t sector = 512;

    explicit SimStorage(std::uint64_t seed) : random_(seed) {}
    /// Nobody: no faults.
    void set_faults(FaultSource* faults) { faults_ = faults; }

    // What happens to the machine. Requires: the programs on it are gone, but readers may still
    // hold mappings until the power goes.
    void lose_power();
    void start_again() { dead_ = false; }

    // What a doctor of disks may do.
    [[nodiscard]] std::vector<std::string> files_below(const std::string& directory) const;
    [[nodiscard]] std::span<std::byte> bytes_of(const std::string& path);
    /// Twice the same: as if nothing had been.
    void flip(const std::string& path, std::uint64_t bit);
    /// Changes bytes where they lie. What was there is returned.
    Bytes overwrite(const std::string& path, std::uint64_t offset,
                    std::span<const std::byte> bytes);
    /// A bit of the file that is there now is flipped.
    [[nodiscard]] bool rotten(const std::string& path) const;
    /// Everything on the disk (not in shared memory), as programs see it.
    [[nodiscard]] std::map<std::string, Bytes> image() const;
    /// A write was lost or went astray, and nobody repaired it yet.
    [[nodiscard]] bool lied() const;
    /// Puts back what an honest disk would hold.
    void repair();
    [[nodiscard]] std::uint64_t operations() const { return operations_; }

    Result<void> create_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    bool exists(const std::string& path) override;
    Result<std::uint64_t> file_size(const std::string& path) override;
    Result<void> remove(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> sync_directory(const std::string& directory) override;
    Result<Bytes> read(const std::string& path, std::uint64_t offset, std::size_t size) override;
    Result<std::size_t> read_into(const std::string& path, std::uint64_t offset,
                                  std::span<std::byte> out) override;
    Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) override;
    Result<std::unique_ptr<platform::FileLock>> lock(const std::string& path) override;
    Result<std::unique_ptr<platform::MappedFile>> create_mapped(const std::string& path,
                                                                std::size_t size) override;
    Result<std::unique_ptr<platform::MappedFile>> open_mapped(const std::string& path) override;
    Result<std::unique_ptr<platform::MappedFile>> open_mapped_read_only(
        const std::string& path) override;
    Result<void> create_zeroed(const std::string& path, std::size_t size) override;
    Result<std::unique_ptr<platform::BlockFile>> open_blocks(const std::string& path,
                                                             platform::WriteMode mode) override;

 private:
    struct File {
        bool directory = false;
        Bytes current;
        Bytes durable;
        std::map<std::size_t, std::vector<Bytes>> versions;  ///< by sector, since it was durable
        std::set<std::uint64_t> flipped;                     ///< bits
        Bytes intended;  ///< what an honest disk would hold; empty while this one is honest
    };
    using FilePtr = std::shared_ptr<File>;
    using Names = std::map<std::string, FilePtr>;
    /// A change of a directory that is not durable yet: `path` becomes `file` (nullptr: nothing),
    /// and `from` goes.
    struct Change {
        std::string path;
        FilePtr file;
        std::string from;
    };
    class Mapping;
    class Blocks;
    class Lock;

    [[nodiscard]] Verdict ask(StorageAction action, const std::string& path,
                              std::uint64_t offset = 0, std::size_t size = 0, bool durable = false);
    /// For operations that are one step: dies before or after, or fails; `happen` is the step.
    template <class Step>
    Result<void> in_one_step(const Verdict& verdict, const std::string& path, Step&& happen);
    [[noreturn]] void die(Death death);
    [[nodiscard]] FilePtr find(const std::string& path) const;
    void change(Change change);
    static void apply(Names& names, const Change& change);
    void put(const std::string& path, FilePtr file) { change({path, std::move(file), {}}); }
    Result<void> write(File& file, const std::string& path, std::uint64_t offset,
                       std::span<const std::byte> bytes, bool durable);
    Result<void> sync(File& file, const std::string& path);
    static void store(File& file, std::uint64_t offset, std::span<const std::byte> bytes,
                      bool durable);
    void lose_power(File& file);

    FaultSource* faults_ = nullptr;
    Random random_;
    Names names_;
    Names synced_;
    std::vector<Change> changes_;
    std::set<std::string> locks_;
    std::uint64_t operations_ = 0;
    bool dead_ = false;
};

}  // namespace bw::simulation
