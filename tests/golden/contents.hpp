// What a data folder holds, as text: `expected` of a golden folder, and what the folder is compared
// with later.
//
//   commands 4812                     records, hash over them
//   commands_hash 0123456789abcdef
//   …
//   command NewOrder 2391             one line for each template of the program that wrote it
//   commands_sealed 6                 since 0.2: seals, where the log begins, the number of the
//                                     start, the readers
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "event_store/store.hpp"

namespace bw::golden {

/// Lines `key value`; the key may have a blank.
using Facts = std::map<std::string, std::string>;

/// Counts and hashes of both logs, and how often each template is in them. Checks every record.
[[nodiscard]] base::Result<Facts> facts_of_logs(const std::string& directory,
                                                const std::string& shared_directory);

/// What keeps the logs: sealed segments with the head of their chain, where each log begins, what
/// the registered readers need.
[[nodiscard]] base::Result<Facts> facts_of_keeping(const std::string& directory,
                                                   const std::string& shared_directory);

[[nodiscard]] std::string text_of(const Facts& facts);
[[nodiscard]] Facts facts_from(const std::string& text);

[[nodiscard]] std::string hash_text(std::uint64_t hash);

}  // namespace bw::golden
