// Events: what happened, in the order it happened. The structs are made from
// protocol/sbe/buttonwood.xml; protocol/sbe/messages.md shows their bytes.
//
// Every command causes at least one event; `command_sequence` names the command. Replaying the
// commands reproduces these bytes exactly.
#pragma once

#include "codec/generated/events.hpp"
