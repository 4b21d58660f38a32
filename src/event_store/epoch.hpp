// Epoch: the number of this start of the store, durable and rising. It detects a second writer on
// the same files even where the lock does not work (network file systems): a process that finds an
// epoch other than its own on disk has been replaced and must stop writing.
//
//   DIR/epoch         text: format, number, a random word of this start, check line; replaced as a
//                     whole
//   DIR/epoch.space   one block, removed by a start that finds the disk full, so that it can write
//                     its epoch; then made again
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "event_store/identity.hpp"
#include "platform/random.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

class Epoch {
 public:
    /// Increments the epoch of a directory and writes it durably. Error: the file is damaged or of
    /// a newer program, or cannot be written.
    [[nodiscard]] static base::Result<Epoch> begin(platform::Storage& storage, const Paths& paths,
                                                   platform::Random& random);
    /// Checks whether begin() would succeed, and changes nothing; used before the first effect of a
    /// start.
    [[nodiscard]] static base::Result<void> check_file(platform::Storage& storage,
                                                       const Paths& paths);

    /// Error: the file is missing or damaged, or another start has written it.
    [[nodiscard]] base::Result<void> check() const;
    [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
    Epoch(platform::Storage& storage, std::string path, std::uint64_t number, std::uint64_t word)
        : storage_(&storage), path_(std::move(path)), number_(number), word_(word) {}

    platform::Storage* storage_;
    std::string path_;
    std::uint64_t number_;
    /// random; differs even if two starts took the same number at the same moment
    std::uint64_t word_;
};

}  // namespace bw::event_store
