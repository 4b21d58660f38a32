// The simulated network alone: order inside a connection, none between connections, and what faults
// lose.
#include "simulation/sim_network.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace bw::simulation {
namespace {

constexpr std::uint64_t millisecond_ns = second_ns / 1'000;

/// Either end: remembers what it heard.
class Listener final : public NetworkService {
 public:
    bool accepts(ConnectionNumber, bool) override { return listens; }
    void opened(ConnectionNumber) override { ++openings; }
    void received(ConnectionNumber connection, NetworkMessage message) override {
        heard += std::to_string(connection) + message.text + " ";
        of_each[connection] += message.text;
    }
    void closed(ConnectionNumber) override { ++ends; }

    bool listens = true;
    int openings = 0;
    int ends = 0;
    std::string heard;
    std::map<ConnectionNumber, std::string> of_each;
};

struct Fixture {
    explicit Fixture(std::uint64_t seed)
        : network(
              clock, situations, seed,
              [this](FaultClass kind, std::uint64_t one_in, const char*) {
                  return on.contains(kind) && chance.below(one_in) == 0;
              },
              [](std::uint64_t, std::uint64_t) {}),
          chance(seed) {
        network.add_service(server);
    }
    void pass(std::uint64_t nanoseconds) {
        for (std::uint64_t passed = 0; passed < nanoseconds; passed += millisecond_ns) {
            clock.advance(millisecond_ns);
            network.deliver();
        }
    }
    ConnectionNumber connected() {
        const ConnectionNumber out = network.connect(1, client, 0, false);
        pass(10 * millisecond_ns);
        return out;
    }

    SimClock clock{second_ns};
    Situations situations;
    std::set<FaultClass> on;
    SimNetwork network;
    Random chance;
    Listener server, client;
};

NetworkMessage text(std::string words) { return {.text = std::move(words)}; }

TEST(SimNetwork, keeps_the_order_inside_a_connection_and_not_between) {
    Fixture world(7);
    const ConnectionNumber first = world.connected();
    const ConnectionNumber second = world.connected();
    world.on = {FaultClass::network_delay};
    std::string sent;
    for (char c = 'a'; c <= 'z'; ++c) {
        for (const ConnectionNumber connection : {first, second})
            world.network.send_to_server(connection, text(std::string(1, c)));
        sent += c;
    }
    world.pass(20 * second_ns);
    EXPECT_EQ(world.server.of_each[first], sent);
    EXPECT_EQ(world.server.of_each[second], sent);
    EXPECT_GT(world.situations.count(Situation::network_reordered_two_connections), 0u);
}

TEST(SimNetwork, gives_the_same_order_to_the_same_seed) {
    const auto heard = [](std::uint64_t seed) {
        Fixture world(seed);
        const ConnectionNumber first = world.connected();
        const ConnectionNumber second = world.connected();
        world.on = {FaultClass::network_delay, FaultClass::network_cut};
        for (int i = 0; i < 50; ++i) {
            world.network.send_to_server(first, text("x"));
            world.network.send_to_client(second, text("y"));
            world.network.strike();
            world.pass(millisecond_ns);
        }
        world.pass(40 * second_ns);
        return world.server.heard + world.client.heard;
    };
    EXPECT_EQ(heard(3), heard(3));
    EXPECT_NE(heard(3), heard(4));
}

TEST(SimNetwork, a_close_comes_behind_what_was_sent) {
    Fixture world(1);
    const ConnectionNumber connection = world.connected();
    world.network.send_to_client(connection, text("last words"));
    world.network.close_by_server(connection);
    world.pass(10 * millisecond_ns);
    EXPECT_EQ(world.client.of_each[connection], "last words");
    EXPECT_EQ(world.client.ends, 1);
    EXPECT_TRUE(world.network.idle());
}

TEST(SimNetwork, a_cut_loses_what_is_under_way_and_both_ends_notice_in_time) {
    int late = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Fixture world(seed);
        const ConnectionNumber connection = world.connected();
        world.on = {FaultClass::network_cut};
        while (world.client.ends + world.server.ends == 0 && world.network.idle()) {
            world.network.send_to_server(connection, text("lost"));
            for (int i = 0; i < 500; ++i) world.network.strike();
            world.on = {};
        }
        world.pass(10 * millisecond_ns);
        late += world.client.ends + world.server.ends < 2 ? 1 : 0;
        world.pass(31 * second_ns);
        EXPECT_EQ(world.server.heard, "") << "seed " << seed;
        EXPECT_EQ(world.client.ends, 1) << "seed " << seed;
        EXPECT_EQ(world.server.ends, 1) << "seed " << seed;
    }
    EXPECT_GT(late, 5) << "half-open connections";
}

TEST(SimNetwork, nobody_listens_and_the_client_is_told) {
    Fixture world(1);
    world.server.listens = false;
    static_cast<void>(world.connected());
    EXPECT_EQ(world.client.openings, 0);
    EXPECT_EQ(world.client.ends, 1);
}

TEST(SimNetwork, what_a_partition_holds_up_arrives_when_it_is_healed) {
    bool one_way = false;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Fixture world(seed);
        const ConnectionNumber connection = world.connected();
        world.on = {FaultClass::network_partition};
        for (int i = 0; i < 1'000; ++i) world.network.strike();
        world.on = {};
        world.network.send_to_server(connection, text("in"));
        world.network.send_to_client(connection, text("out"));
        world.pass(millisecond_ns);
        one_way |= world.server.heard.empty() != world.client.heard.empty();
        world.network.heal();
        world.pass(10 * millisecond_ns);
        EXPECT_EQ(world.server.of_each[connection], "in") << "seed " << seed;
        EXPECT_EQ(world.client.of_each[connection], "out") << "seed " << seed;
    }
    EXPECT_TRUE(one_way);
}

}  // namespace
}  // namespace bw::simulation
