// An order with attributes on its whole way: ring, sequencer, command log, engine, and the log
// again after a restart. The exchange does with it what it does without them, and keeps them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "codec/attachments.hpp"
#include "codec/registry.hpp"
#include "node/node.hpp"

namespace bw::node {
namespace {

using Bytes = std::vector<std::byte>;

class SteppingClock final : public platform::Clock {
 public:
    std::uint64_t realtime_ns() const override { return now_ns_ += 1'000; }
    std::uint64_t monotonic_ns() const override { return now_ns_; }

 private:
    mutable std::uint64_t now_ns_ = 1'767'603'600'000'000'000;
};

/// An exchange in a folder of its own, to which commands go through a ring.
class Exchange {
 public:
    Exchange() { EXPECT_NE(mkdtemp(folder_.data()), nullptr); }
    ~Exchange() {
        if (node_) node_->close();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void open() {
        Node::Options options;
        options.store.directory = folder_ + "/data";
        options.store.shared_directory = folder_;
        options.store.mode = event_store::Durability::memory;
        options.store.segment_bytes = event_store::min_segment_bytes;
        options.day_end_ns.reset();
        auto opened = Node::open(options, clock_);
        ASSERT_TRUE(opened) << opened.error().message;
        node_ = std::move(*opened);
        port_ = std::make_unique<sequencer::RingPort>(node_->ring(0));
    }
    void restart() {
        node_->close();
        node_.reset();
        open();
    }
    void send(std::span<const std::byte> command) {
        ASSERT_TRUE(port_->try_send(command));
        for (int turns = 0; turns < 1'000; ++turns)
            if (node_->do_work() + node_->store().do_background_work() == 0 && node_->idle())
                return;
        FAIL() << "does not come to rest";
    }
    template <class Message>
    void send(const Message& body) {
        codec::Frame<Message> frame;
        frame.body = body;
        send(codec::bytes_of(frame));
    }
    [[nodiscard]] std::vector<Bytes> stored(event_store::LogKind kind) {
        auto reader = node_->store().open_reader(kind, 1);
        std::vector<Bytes> out;
        while (const event_store::RecordView* record = (*reader)->poll())
            out.emplace_back(record->message.begin(), record->message.end());
        EXPECT_EQ((*reader)->error(), "");
        return out;
    }

 private:
    std::string folder_ = (std::filesystem::temp_directory_path() / "attributes-XXXXXX").string();
    SteppingClock clock_;
    std::unique_ptr<Node> node_;
    std::unique_ptr<sequencer::RingPort> port_;
};

void open_market(Exchange& exchange) {
    codec::ConfigureInstrument instrument{};
    instrument.tick_size = model::Price{100};
    instrument.lot_size = model::Quantity{1};
    instrument.reference_price = model::Price{1'000'000};
    instrument.max_order_quantity = model::Quantity{1'000'000};
    instrument.max_order_value = model::unlimited_money;
    instrument.currency = *model::Currency::from("USD");
    instrument.symbol = *model::Symbol::from("ACME");
    exchange.send(instrument);
    codec::OpenAccount account{};
    account.reference = *model::ClientOrderId::from("account-1");
    exchange.send(account);
    codec::MoveCash cash{};
    cash.account = model::AccountId{1};
    cash.amount = model::Money{1'000'000'000'000};
    cash.currency = instrument.currency;
    cash.reference = *model::ClientOrderId::from("cash-1");
    exchange.send(cash);
}

codec::AttributedOrder order_numbered(std::uint64_t number) {
    codec::AttributedOrder command{};
    codec::NewOrder& order = command.order.body;
    order.request_id = model::RequestId{number};
    order.price = model::Price{990'000};
    order.quantity = model::Quantity{number};
    order.account = model::AccountId{1};
    order.instrument = model::InstrumentId{1};
    codec::OrderAttributes& attributes = command.attributes.body;
    attributes.client = 1'000 + number;
    attributes.capacity = model::Capacity::principal;
    attributes.short_sale = model::ShortSale::long_sale;
    return command;
}

/// Every second order has attributes if `some` have.
void send_orders(Exchange& exchange, bool some) {
    for (std::uint64_t number = 1; number <= 20; ++number) {
        const codec::AttributedOrder command = order_numbered(number);
        const auto bytes = codec::bytes_of(command);
        const bool whole = some && number % 2 == 0;
        exchange.send(whole ? bytes : bytes.first(sizeof command.order));
    }
}

TEST(OrderAttributes, change_no_event) {
    Exchange plain, attributed;
    plain.open();
    attributed.open();
    for (Exchange* exchange : {&plain, &attributed}) {
        open_market(*exchange);
        send_orders(*exchange, exchange == &attributed);
    }
    const auto events = plain.stored(event_store::LogKind::events);
    EXPECT_EQ(attributed.stored(event_store::LogKind::events), events);
    ASSERT_EQ(events.size(), 23u);
    codec::OrderAccepted last{};
    ASSERT_EQ(codec::decode(events.back(), last), codec::DecodeError::none);
    EXPECT_EQ(last.quantity, model::Quantity{20});
}

TEST(OrderAttributes, are_in_the_command_log_after_a_restart) {
    Exchange exchange;
    exchange.open();
    open_market(exchange);
    send_orders(exchange, true);
    const auto before = exchange.stored(event_store::LogKind::commands);
    exchange.restart();
    EXPECT_EQ(exchange.stored(event_store::LogKind::commands), before);
    ASSERT_EQ(before.size(), 23u);
    for (std::uint64_t number = 1; number <= 20; ++number) {
        const Bytes& command = before[number + 2];
        const auto attributes = codec::attributes_of(command);
        ASSERT_EQ(attributes.has_value(), number % 2 == 0) << number;
        EXPECT_EQ(command.size(), attributes ? codec::max_command_size : 120u);
        if (attributes) {
            EXPECT_EQ(attributes->client, 1'000 + number);
        }
    }
    EXPECT_NE(codec::to_json_members(before.back()).find(R"("client":1020)"), std::string::npos);
}

}  // namespace
}  // namespace bw::node
