// Private channels: an account gets every report of its orders and executions, without gaps.
#include "codec/registry.hpp"
#include "gateway/websocket/tests/hub_fixture.hpp"

namespace bw::gateway::websocket {
namespace {

using testing::Frame;
using testing::Frames;
using testing::RandomMarket;
using testing::World;
using views::market::testing::ModelTrade;

struct Fill {
    std::string execution_id, match, side, price, quantity;
    friend bool operator==(const Fill&, const Fill&) = default;
};

Fill fill_of(const Frame& frame) {
    return {frame.string("executionId"), frame.string("matchNumber"), frame.string("side"),
            frame.string("price"), frame.string("quantity")};
}

/// The executions of the account in the model: of each match, the maker's before the taker's.
std::vector<Fill> expected_fills(const RandomMarket& model, std::uint32_t account) {
    std::vector<Fill> out;
    for (const ModelTrade& trade : model.trades) {
        for (bool taker : {false, true}) {
            const model::Side side = taker ? trade.row.taker_side : opposite(trade.row.taker_side);
            if ((side == model::Side::buy ? trade.buyer : trade.seller) != account) continue;
            const std::uint64_t match = trade.row.match_number.value();
            out.push_back({std::to_string(2 * match + (taker ? 1 : 0)), std::to_string(match),
                           std::string(name_of(side)),
                           base::format_decimal(trade.row.price.value()),
                           std::to_string(trade.row.quantity.value())});
        }
    }
    return out;
}

Frames reports(World& world, ConnectionId id, const std::string& channel, std::uint64_t from) {
    const auto reply = world.ask(id, R"({"op":"subscribe","channel":")" + channel +
                                         R"(","fromSequence":)" + std::to_string(from) + "}");
    EXPECT_EQ(reply->type(), "subscribed") << reply->text();
    return world.drain(id);
}

void expect_gap_free(const Frames& frames, std::uint64_t first) {
    for (const auto& frame : frames) {
        EXPECT_EQ(frame->type(), "report");
        EXPECT_EQ(frame->number("sequence"), first) << frame->text();
        EXPECT_EQ(frame->number("previousSequence"), first - 1);
        ++first;
    }
}

TEST(PrivateChannels, buyer_and_seller_see_the_same_match) {
    World world(views::market::testing::announced_seed(), 2);
    world.run(3'000);
    for (std::uint32_t account = 1; account <= 5; ++account) {
        const auto id = *world.hub.connect();
        world.authenticate(id, account);
        const Frames frames = reports(world, id, "executions", 1);
        expect_gap_free(frames, 1);
        std::vector<Fill> fills;
        for (const auto& frame : frames) fills.push_back(fill_of(*frame));
        EXPECT_EQ(fills, expected_fills(world.model, account));
        EXPECT_FALSE(fills.empty());
    }
}

TEST(PrivateChannels, catching_up_and_live_reports_join_without_a_gap) {
    World world(views::market::testing::announced_seed(), 2);
    world.run(500);
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    Frames all = reports(world, id, "orders", 1);
    for (int i = 0; i < 50; ++i) {
        world.run(10);
        for (auto& frame : world.drain(id)) all.push_back(std::move(frame));
    }
    expect_gap_free(all, 1);

    const auto second = *world.hub.connect();
    world.authenticate(second, 1);
    const std::size_t from = all.size() / 2;
    const Frames again = reports(world, second, "orders", from + 1);
    ASSERT_EQ(again.size(), all.size() - from);
    for (std::size_t i = 0; i < again.size(); ++i)
        EXPECT_EQ(again[i]->text(), all[from + i]->text());

    std::set<std::string> kinds;
    for (const auto& frame : all) kinds.insert(frame->string("report"));
    EXPECT_TRUE(kinds.contains("accepted") && kinds.contains("cancelled") &&
                kinds.contains("execution"));
}

TEST(PrivateChannels, a_subscription_without_a_sequence_begins_now) {
    World world(9, 1);
    world.run(200);
    const auto id = *world.hub.connect();
    world.authenticate(id, 2);
    const auto reply = world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    EXPECT_EQ(reply->number("fromSequence"), reply->number("nextSequence"));
    EXPECT_TRUE(world.drain(id).empty());
    world.run(200);
    const Frames frames = world.drain(id);
    ASSERT_FALSE(frames.empty());
    expect_gap_free(frames, reply->number("nextSequence"));
}

TEST(PrivateChannels, reports_of_other_accounts_are_never_sent) {
    World world(9, 1);
    const auto id = *world.hub.connect();
    world.authenticate(id, 77);
    EXPECT_TRUE(reports(world, id, "orders", 1).empty());
    world.run(500);
    EXPECT_TRUE(world.drain(id).empty());
}

TEST(PrivateChannels, a_sequence_too_old_or_not_yet_reached_is_refused) {
    World world(9, 1, {}, {.stream_max = 10});
    world.run(500);
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    const auto old = world.ask(id, R"({"op":"subscribe","channel":"orders","fromSequence":1})");
    EXPECT_EQ(old->number("code"), 6015u);
    EXPECT_NE(old->string("message").find("REST"), std::string::npos);
    EXPECT_EQ(
        world.ask(id, R"({"op":"subscribe","channel":"orders","fromSequence":0})")->number("code"),
        6015u);
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"orders","fromSequence":100000})")
                  ->number("code"),
              6016u);
    const auto now = world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    EXPECT_EQ(now->type(), "subscribed");
    EXPECT_EQ(world.ask(id, R"({"op":"unsubscribe","channel":"orders"})")->type(), "unsubscribed");
    EXPECT_EQ(reports(world, id, "orders", now->number("nextSequence") - 10).size(), 10u);
}

TEST(PrivateChannels, the_history_of_all_accounts_is_bounded_too) {
    World world(9, 1, {}, {.total_max = 100});
    world.run(1'000);
    std::size_t kept = 0;
    for (std::uint32_t account = 1; account <= 5; ++account) {
        const auto id = *world.hub.connect();
        world.authenticate(id, account);
        const std::uint64_t next =
            world.ask(id, R"({"op":"subscribe","channel":"orders"})")->number("nextSequence");
        world.ask(id, R"({"op":"unsubscribe","channel":"orders"})");
        for (std::uint64_t from = next; from-- > 1;) {
            const auto reply =
                world.ask(id, R"({"op":"subscribe","channel":"orders","fromSequence":)" +
                                  std::to_string(from) + "}");
            if (reply->type() == "error") break;
            const Frames frames = world.drain(id);
            EXPECT_EQ(frames.size(), next - from);
            expect_gap_free(frames, from);
            world.ask(id, R"({"op":"unsubscribe","channel":"orders"})");
            ++kept;
        }
    }
    EXPECT_GE(kept, 100u);
    EXPECT_LE(kept, 200u) << "an event is a report of two accounts at most";
}

TEST(PrivateChannels, a_slow_reader_is_closed_with_a_reason) {
    HubOptions options;
    options.queue_bytes_max = 10'000;
    World world(9, 1, options);
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    (void)world.drain(id);
    (void)world.hub.ready();
    bool told = false;
    for (int i = 0; i < 1'000 && !told; ++i) {
        world.run(1);
        for (ConnectionId ready : world.hub.ready())
            told = told || (ready == id && world.hub.must_close(id));
    }
    ASSERT_TRUE(told);
    EXPECT_EQ(world.hub.must_close(id)->code, 4008);
    EXPECT_FALSE(world.hub.next_frame(id));
}

TEST(PrivateChannels, a_client_that_catches_up_with_many_reports_is_not_closed) {
    HubOptions options;
    options.queue_bytes_max = 10'000;
    World world(9, 1, options);
    world.run(2'000);
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"orders","fromSequence":1})")->type(),
              "subscribed");
    world.run(10);
    EXPECT_FALSE(world.hub.must_close(id));
    const Frames frames = world.drain(id);
    EXPECT_GT(frames.size(), 100u);
    expect_gap_free(frames, 1);
}

TEST(PrivateChannels, a_refused_order_is_reported_with_its_reason) {
    World world;
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    codec::CommandRejected event{};
    event.account = model::AccountId{1};
    event.order_id = model::OrderId{5};
    event.instrument = model::InstrumentId{2};
    event.command_template = 1;
    event.reason = model::RejectReason::insufficient_cash;
    event.client_order_id = *model::ClientOrderId::from("mine-1");
    world.writer.write(event, true);
    event.command_template = 23;
    world.writer.write(event, true);  // a transfer is not an order
    event.command_template = 1;
    event.reason = model::RejectReason::unknown_account;
    world.writer.write(event, true);  // an unknown account has no stream
    const Frames frames = world.drain(id);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0]->string("report"), "rejected");
    EXPECT_EQ(frames[0]->number("code"), 2401u);
    EXPECT_EQ(frames[0]->string("clientOrderId"), "mine-1");
    EXPECT_EQ(frames[0]->string("symbol"), "SYM2");
}

TEST(PrivateChannels, refusals_of_every_order_command_are_reported) {
    World world;
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    std::vector<std::string> expected, seen;
    codec::CommandRejected event{};
    event.account = model::AccountId{1};
    event.reason = model::RejectReason::account_not_active;
    for (const codec::MessageInfo& command : codec::all_messages()) {
        event.command_template = command.template_id;
        if (command.template_id >= 100) continue;
        world.writer.write(event, true);
        if (command.template_id < 10) expected.emplace_back(command.name);
    }
    for (const auto& frame : world.drain(id)) seen.push_back(frame->string("command"));
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(expected.size(), 6u);
}

TEST(PrivateChannels, an_accepted_order_shows_its_instructions) {
    World world;
    const auto id = *world.hub.connect();
    world.authenticate(id, 1);
    world.ask(id, R"({"op":"subscribe","channel":"orders"})");
    codec::OrderAccepted event{};
    event.account = model::AccountId{1}, event.instrument = model::InstrumentId{1},
    event.order_id = model::OrderId{900'001};
    event.price = model::Price{100}, event.quantity = model::Quantity{5};
    event.time_in_force = model::TimeInForce::gtd, event.expire_date = 20270131;
    event.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    world.writer.write(event, true);
    event.order_id = model::OrderId{900'002};
    event.time_in_force = model::TimeInForce::gtc, event.expire_date = 0, event.instructions = 0;
    world.writer.write(event, true);
    const Frames frames = world.drain(id);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0]->string("timeInForce"), "gtd");
    EXPECT_EQ(frames[0]->string("expireDate"), "2027-01-31");
    EXPECT_TRUE(bool(frames[0]->at("postOnly")));
    EXPECT_EQ(frames[1]->string("timeInForce"), "gtc");
    EXPECT_TRUE(frames[1]->at("expireDate").is_null());
    EXPECT_FALSE(bool(frames[1]->at("postOnly")));
}

TEST(PrivateChannels, a_mass_cancel_is_reported_after_its_orders) {
    World world;
    const auto id = *world.hub.connect(), other = *world.hub.connect();
    world.authenticate(id, 1);
    world.authenticate(other, 2);
    for (const auto client : {id, other})
        world.ask(client, R"({"op":"subscribe","channel":"orders"})");
    codec::OrderAccepted accepted{};
    accepted.account = model::AccountId{1}, accepted.instrument = model::InstrumentId{1},
    accepted.order_id = model::OrderId{900'001};
    accepted.price = model::Price{100}, accepted.quantity = model::Quantity{5};
    world.writer.write(accepted, true);
    codec::OrderCancelled cancelled{};
    cancelled.account = model::AccountId{1}, cancelled.instrument = model::InstrumentId{1},
    cancelled.order_id = accepted.order_id;
    cancelled.quantity = model::Quantity{5}, cancelled.reason = model::CancelReason::mass_cancel;
    world.writer.write(cancelled, false);
    codec::MassCancelled done{};
    done.account = model::AccountId{1}, done.cancelled = 1, done.side = model::SideSelection::both;
    world.writer.write(done, true);
    done.instrument = model::InstrumentId{2}, done.cancelled = 0,
    done.side = model::SideSelection::sell;
    world.writer.write(done, true);
    const Frames frames = world.drain(id);
    ASSERT_EQ(frames.size(), 4u);
    EXPECT_EQ(frames[1]->string("report"), "cancelled");
    EXPECT_EQ(frames[1]->string("reason"), "mass_cancel");
    EXPECT_EQ(frames[2]->string("report"), "mass_cancelled");
    EXPECT_TRUE(frames[2]->at("symbol").is_null());
    EXPECT_EQ(frames[2]->string("side"), "both");
    EXPECT_EQ(frames[2]->number("cancelled"), 1u);
    EXPECT_EQ(frames[3]->string("symbol"), "SYM2");
    EXPECT_EQ(frames[3]->string("side"), "sell");
    EXPECT_EQ(frames[3]->number("cancelled"), 0u);
    EXPECT_TRUE(world.drain(other).empty());
}

}  // namespace
}  // namespace bw::gateway::websocket
