// The configuration file of an exchange: TOML; docs/operating.md says what may be in it. Every
// error names file and line.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Puts what the text says into `options`; what it does not say stays. `path` is for messages.
[[nodiscard]] base::Result<void> read_configuration(std::string_view text, const std::string& path,
                                                    ExchangeOptions& options);
[[nodiscard]] base::Result<void> load_configuration(const std::string& path,
                                                    ExchangeOptions& options);

/// All values, as a configuration file that gives the same.
[[nodiscard]] std::string configuration_text(const ExchangeOptions& options);

/// `buttonwood config FILE`: checks a file and prints all values that follow from it, where it says
/// nothing those of `options`. Returns the exit status.
int run_config(const std::string& path, ExchangeOptions options);

}  // namespace bw::apps
