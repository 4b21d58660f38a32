// power_cut_writer DATA sync|memory [FAULT]: the program inside the machine whose power is cut. It
// recovers the data folder, checks that every command in it is the one that belongs there and that
// replay gives the stored events, and then sends commands through the real node until the machine
// is gone. What it says on standard output is all that is left of it:
//
//   RIG recovered N cut B     the log has N commands, an interrupted write of B bytes was cut
//   RIG verified N            all of them are the right ones, and replay gives the stored events
//   RIG acked N               the answers to the commands up to N have come back, as a gateway sees
//                             them
//   RIG failed WHY
//
// The command with sequence number s is a function of s, so that what is found can be checked
// without having been there.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.hpp"
#include "codec/commands.hpp"
#include "node/node.hpp"
#include "platform/thread.hpp"
#include "sequencer/gateway_ring.hpp"
#ifdef BW_PLANTED_FAULTS
#include "planted_faults/faults.hpp"
#endif

namespace bw::power_cut {
namespace {

using event_store::LogKind;
using Bytes = std::vector<std::byte>;

constexpr std::uint64_t in_flight_max = 64;
constexpr std::uint64_t sweep_every = 5'000;  ///< so that the table of open orders never fills
constexpr std::size_t segment_bytes = 256 * 1024;

void say(const std::string& line) {
    std::fputs(("RIG " + line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

int fail(const std::string& why) {
    say("failed " + why);
    return 1;
}

template <class Message>
Bytes framed(const Message& message) {
    codec::Frame<Message> frame;
    frame.body = message;
    const auto bytes = codec::bytes_of(frame);
    return {bytes.begin(), bytes.end()};
}

Bytes listing() {
    codec::ConfigureInstrument command{};
    command.tick_size = model::Price{100};
    command.lot_size = model::Quantity{1};
    command.reference_price = model::Price{1'000'000};
    command.max_order_quantity = model::unlimited_quantity;
    command.max_order_value = model::unlimited_money;
    command.symbol = *model::Symbol::from("ACME");
    command.currency = *model::Currency::from("USD");
    return framed(command);
}

Bytes deposit() {
    codec::MoveCash command{};
    command.account = model::AccountId{1};
    command.amount = model::Money{1'000'000'000'000'000};
    command.currency = *model::Currency::from("USD");
    return framed(command);
}

Bytes shares() {
    codec::MoveShares command{};
    command.account = model::AccountId{1};
    command.instrument = model::InstrumentId{1};
    command.quantity = 1'000'000'000;
    return framed(command);
}

Bytes account() {
    codec::OpenAccount command{};
    command.reference = *model::ClientOrderId::from("one");
    return framed(command);
}

Bytes sweep() {
    codec::MassCancel command{};
    command.account = model::AccountId{1};
    command.side = model::SideSelection::both;
    return framed(command);
}

Bytes order(std::uint64_t sequence) {
    const std::uint64_t chance = base::mix64(sequence);
    codec::NewOrder command{};
    command.request_id = model::RequestId{sequence};
    command.account = model::AccountId{1};
    command.instrument = model::InstrumentId{1};
    command.side = chance % 2 == 0 ? model::Side::buy : model::Side::sell;
    command.price = model::Price{static_cast<std::int64_t>(990'000 + (chance >> 8) % 200 * 100)};
    command.quantity = model::Quantity{1 + (chance >> 32) % 50};
    command.client_order_id = *model::ClientOrderId::from(fmt::format("o{}", sequence));
    return framed(command);
}

Bytes command_at(std::uint64_t sequence) {
    if (sequence == 1) return listing();
    if (sequence == 2) return account();
    if (sequence == 3) return deposit();
    if (sequence == 4) return shares();
    return sequence % sweep_every == 0 ? sweep() : order(sequence);
}

/// Every command is the one that belongs at its place.
base::Result<std::uint64_t> check_commands(const event_store::Store& store) {
    auto reader = store.open_reader(LogKind::commands, 1);
    if (!reader) return std::unexpected(reader.error());
    std::uint64_t count = 0;
    while (const event_store::RecordView* record = (*reader)->poll()) {
        ++count;
        const Bytes expected = command_at(count);
        if (record->sequence != count || !std::ranges::equal(record->message, expected))
            return base::error(fmt::format("command {} is not the one that was sent", count));
    }
    if (!(*reader)->error().empty()) return base::error((*reader)->error());
    return count;
}

/// The node on its threads.
class Running {
 public:
    explicit Running(node::Node& node) {
        for (const event_store::BackgroundTask& task : node.store().background())
            threads_.push_back(platform::start_thread(task.name, task.run));
        threads_.push_back(platform::start_thread("core", [&node](const std::stop_token& stop) {
            while (!stop.stop_requested())
                if (node.do_work() == 0) std::this_thread::yield();
        }));
    }

 private:
    std::vector<std::jthread> threads_;
};

/// Sends, and says what was answered, as long as there is power.
int send_for_ever(node::Node& node, std::uint64_t commands, std::uint64_t events) {
    auto answers = node.store().open_reader(LogKind::events, events + 1);
    if (!answers) return fail(answers.error().message);
    const Running running(node);
    sequencer::RingPort port(node.ring(0));
    std::uint64_t sent = commands;
    std::uint64_t answered = commands;
    say("sending");
    while (true) {
        while (sent - answered < in_flight_max && port.try_send(command_at(sent + 1))) ++sent;
        const std::uint64_t before = answered;
        while (const event_store::RecordView* event = (*answers)->poll())
            answered += event->ends_command() ? 1 : 0;
        if (!(*answers)->error().empty()) return fail((*answers)->error());
        if (answered != before)
            say(fmt::format("acked {}", answered));
        else
            std::this_thread::yield();
    }
}

/// The log is opened as an exchange opens it: replay is compared with the stored events on the way.
int run(const std::string& directory, event_store::Durability mode) {
    const platform::SystemClock clock;
    node::Node::Options options;
    options.store.directory = directory;
    options.store.mode = mode;
    options.store.segment_bytes = segment_bytes;
    options.day_end_ns.reset();
    auto node = node::Node::open(options, clock);
    if (!node) return fail(node.error().message);
    const event_store::RecoveryReport& found = (*node)->store().recovery();
    say(fmt::format("recovered {} cut {}", found.commands, found.commands_cut_bytes));
    const auto checked = check_commands((*node)->store());
    if (!checked) return fail(checked.error().message);
    if (*checked != found.commands) return fail("recovery and readers count differently");
    (*node)->engine().verify_invariants();
    say(fmt::format("verified {}", *checked));
    return send_for_ever(**node, found.commands, (*node)->store().events().appended_sequence());
}

/// False: this build has no such fault.
bool plant(const std::string& name) {
    if (name.empty()) return true;
#ifdef BW_PLANTED_FAULTS
    if (name == "commit_before_sync")
        planted_faults::active = planted_faults::Fault::commit_before_sync;
    return name == "commit_before_sync";
#else
    return false;
#endif
}

}  // namespace
}  // namespace bw::power_cut

int main(int count, char** arguments) {
    using namespace bw;
    const std::string mode = count > 2 ? arguments[2] : "";
    if (count < 3 || count > 4 || (mode != "sync" && mode != "memory"))
        return power_cut::fail("usage: power_cut_writer DATA sync|memory [FAULT]");
    if (!power_cut::plant(count > 3 ? arguments[3] : ""))
        return power_cut::fail("this build has no such fault");
    return power_cut::run(arguments[1], mode == "sync" ? event_store::Durability::sync
                                                       : event_store::Durability::memory);
}
