// Options shared by several programs and subcommands.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "event_store/store.hpp"

namespace bw::apps {

/// Turns "sync" or "memory" into the number of the event_store::Durability value.
inline const CLI::Validator durability_name(
    [](std::string& value) -> std::string {
        if (value != "sync" && value != "memory")
            return '"' + value + "\" is neither sync nor memory";
        value = std::to_string(static_cast<int>(value == "sync" ? event_store::Durability::sync
                                                                : event_store::Durability::memory));
        return {};
    },
    "sync|memory", "durability");

inline void add_shared_directory(CLI::App& command, std::string& value) {
    command.add_option("--shared-dir", value, "Folder of the shared-memory segments")
        ->capture_default_str();
}

}  // namespace bw::apps
