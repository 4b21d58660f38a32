// Epoch: the number of this start of the store, durable and rising, so that a second writer on the
// same files is noticed even where the lock does not work (network file systems): whoever finds
// another epoch than its own on the disk has been replaced and must not write any more.
//
//   DIR/epoch     text: format, number, a random word of this start, check line; replaced as a
//                 whole
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "event_store/identity.hpp"
#include "platform/random.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

class Epoch {
 public:
    /// The next epoch of a directory, written durably. Refuses a file that is damaged or of a newer
    /// program.
    [[nodiscard]] static base::Result<Epoch> begin(platform::Storage& storage, const Paths& paths,
                                                   platform::Random& random);
    /// Whether begin() would succeed, without changing anything; for the checks before the first
    /// effect.
    [[nodiscard]] static base::Result<void> check_file(platform::Storage& storage,
                                                       const Paths& paths);

    /// An error when the file is gone, damaged, or another start has written it.
    [[nodiscard]] base::Result<void> check() const;
    [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
    Epoch(platform::Storage& storage, std::string path, std::uint64_t number, std::uint64_t word)
        : storage_(&storage), path_(std::move(path)), number_(number), word_(word) {}

    platform::Storage* storage_;
    std::string path_;
    std::uint64_t number_;
    std::uint64_t word_;  ///< two starts that took the same number at the same moment differ in it
};

}  // namespace bw::event_store
