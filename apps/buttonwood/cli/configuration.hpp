// The configuration file of an exchange: TOML; docs/operating.md lists the keys. Every error
// message names file and line.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Reads values into `options`; values that the text does not set stay unchanged. `path` is for
/// error messages.
[[nodiscard]] base::Result<void> read_configuration(std::string_view text, const std::string& path,
                                                    ExchangeOptions& options);
[[nodiscard]] base::Result<void> load_configuration(const std::string& path,
                                                    ExchangeOptions& options);

/// All values, as the text of a configuration file that results in the same options.
[[nodiscard]] std::string configuration_text(const ExchangeOptions& options);

/// `buttonwood config FILE`: checks a file and prints all resulting values; those that the file
/// does not set are taken from `options`. Returns the exit status.
int run_config(const std::string& path, ExchangeOptions options);

}  // namespace bw::apps
