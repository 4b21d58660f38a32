// A table of the configuration file, for the agent that has keys of its own in it.
#pragma once

#include "checked_toml/reader.hpp"

namespace bw::apps {

struct ConfigurationTable {
    checked_toml::Reader& reader;
    const toml::table& table;
};

}  // namespace bw::apps
