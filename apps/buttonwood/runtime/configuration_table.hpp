// A table of the configuration file, passed to an agent that has its own keys in it.
#pragma once

#include "checked_toml/reader.hpp"

namespace bw::apps {

struct ConfigurationTable {
    checked_toml::Reader& reader;
    const toml::table& table;
};

}  // namespace bw::apps
