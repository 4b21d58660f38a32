// Commands: what gateways, operators and timers ask of the exchange. The structs are made from
// protocol/sbe/buttonwood.xml; protocol/sbe/messages.md shows their bytes.
#pragma once

#include "codec/generated/commands.hpp"
