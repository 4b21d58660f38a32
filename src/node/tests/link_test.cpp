// A process and the node of another: it finds it, takes a ring over, and notices the death of the
// node and its successor.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <string>

#include "node/link.hpp"

namespace bw::node {
namespace {

class HandClock final : public platform::Clock {
 public:
    std::uint64_t realtime_ns() const override { return ++now; }
    std::uint64_t monotonic_ns() const override { return now; }
    mutable std::uint64_t now = 1'000'000'000;
};

/// What a node leaves in shared memory, as Node and RunningNode make it.
struct FakeNode {
    FakeNode(platform::Storage& storage, const std::string& directory, std::uint64_t start) {
        const std::string path = ring_path(directory, 0);
        std::filesystem::remove(path);
        file = std::move(*storage.create_mapped(path, sizeof(sequencer::GatewayRing)));
        ring = new (file->writable().data()) sequencer::GatewayRing;
        reader = std::make_unique<sequencer::RingReader>(*ring);
        published = std::move(*PublishedBoard::make(storage, directory));
        published->board().start = {start, 1};
        published->board().stored_events = start * 10;
    }
    void publish() { EXPECT_TRUE(published->publish()); }
    /// What the sequencer finds in the ring.
    std::size_t take() {
        std::size_t count = 0;
        reader->welcome_producer();
        for (; reader->front() != nullptr; ++count) reader->release();
        return count;
    }

    std::unique_ptr<platform::MappedFile> file;
    sequencer::GatewayRing* ring = nullptr;
    std::unique_ptr<sequencer::RingReader> reader;
    std::unique_ptr<PublishedBoard> published;
};

class LinkTest : public testing::Test {
 protected:
    LinkTest() { directory_ = mkdtemp(name_.data()); }
    ~LinkTest() override { std::filesystem::remove_all(directory_); }

    std::unique_ptr<FakeNode> make_node(std::uint64_t start) {
        auto node = std::make_unique<FakeNode>(storage_, directory_, start);
        node->publish();
        return node;
    }
    void look(Link& link) {
        clock_.now += 20'000'000;
        link.look();
    }
    bool attach(Link& link, FakeNode& node) {
        EXPECT_FALSE(*link.attach()) << "the sequencer has not been there yet";
        node.take();
        return *link.attach();
    }
    static bool send(Link& link) {
        const std::uint64_t word = 7;
        return link.try_send(std::as_bytes(std::span(&word, 1)));
    }

    std::string name_ = (std::filesystem::temp_directory_path() / "node-link-XXXXXX").string();
    std::string directory_;
    platform::PosixStorage storage_;
    HandClock clock_;
};

TEST_F(LinkTest, nothing_is_there_and_nothing_can_be_sent) {
    Link link(storage_, directory_, 0, clock_);
    look(link);
    EXPECT_FALSE(link.node_is_there());
    EXPECT_FALSE(*link.attach());
    EXPECT_FALSE(send(link));
    EXPECT_EQ(link.board(), nullptr);
}

TEST_F(LinkTest, a_board_that_is_not_published_is_no_node) {
    Link link(storage_, directory_, 0, clock_);
    FakeNode node(storage_, directory_, 1);
    look(link);
    EXPECT_FALSE(link.node_is_there());
    node.publish();
    look(link);
    EXPECT_TRUE(link.node_is_there());
    EXPECT_EQ(link.board()->stored_events, 10u);
}

TEST_F(LinkTest, commands_reach_the_node_when_the_ring_was_made_ready) {
    const auto node = make_node(1);
    Link link(storage_, directory_, 0, clock_);
    look(link);
    EXPECT_FALSE(send(link)) << "not before it is ours";
    ASSERT_TRUE(attach(link, *node));
    EXPECT_TRUE(send(link));
    EXPECT_EQ(node->take(), 1u);
}

TEST_F(LinkTest, a_ring_has_one_producer_and_is_free_when_that_one_dies) {
    const auto node = make_node(1);
    auto first = std::make_unique<Link>(storage_, directory_, 0, clock_);
    look(*first);
    ASSERT_TRUE(attach(*first, *node));
    Link second(storage_, directory_, 0, clock_);
    look(second);
    const auto refused = second.attach();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is held by another running process"),
              std::string::npos);
    ASSERT_TRUE(send(*first));
    first.reset();
    EXPECT_FALSE(*second.attach());
    EXPECT_EQ(node->take(), 1u) << "what the first one sent is not lost";
    EXPECT_FALSE(*second.attach()) << "a ring that is not empty does not change hands";
    node->take();
    EXPECT_TRUE(*second.attach());
}

TEST_F(LinkTest, the_death_of_the_node_is_noticed_and_the_next_one_is_another) {
    auto node = make_node(1);
    Link link(storage_, directory_, 0, clock_);
    look(link);
    ASSERT_TRUE(attach(link, *node));
    node.reset();
    look(link);
    EXPECT_FALSE(link.node_is_there());
    EXPECT_FALSE(send(link));
    EXPECT_EQ(link.board()->stored_events, 10u) << "what the last one said stays";

    node = make_node(2);
    look(link);
    EXPECT_TRUE(link.node_is_there());
    EXPECT_EQ(link.nodes_seen(), 2u);
    EXPECT_EQ(link.board()->stored_events, 20u);
    EXPECT_FALSE(send(link)) << "the ring of the first one is gone";
    ASSERT_TRUE(attach(link, *node));
    EXPECT_TRUE(send(link));
    EXPECT_EQ(node->take(), 1u);
}

TEST_F(LinkTest, a_node_that_was_followed_at_once_is_noticed_too) {
    auto node = make_node(1);
    Link link(storage_, directory_, 0, clock_);
    look(link);
    ASSERT_TRUE(attach(link, *node));
    node.reset();
    node = make_node(2);
    look(link);
    EXPECT_EQ(link.nodes_seen(), 2u);
    EXPECT_FALSE(send(link));
}

TEST_F(LinkTest, a_process_without_a_ring_sends_nothing) {
    const auto node = make_node(1);
    Link link(storage_, directory_, std::nullopt, clock_);
    look(link);
    EXPECT_TRUE(*link.attach());
    EXPECT_TRUE(link.attached());
    EXPECT_FALSE(send(link));
}

TEST_F(LinkTest, a_file_that_is_no_board_is_no_node) {
    const std::string path = board_path(directory_);
    ASSERT_TRUE(storage_.create_mapped(path, 4096));
    const auto lock = storage_.lock(path);
    ASSERT_TRUE(lock);
    Link link(storage_, directory_, 0, clock_);
    look(link);
    EXPECT_FALSE(link.node_is_there());
}

}  // namespace
}  // namespace bw::node
