// The process of public market data starts from the file of snapshots that every reader starts
// from, as a release wrote it, and keeps what is everybody's.
#include <gtest/gtest.h>

#include "event_store/snapshots/view_snapshots.hpp"
#include "gateway/websocket/hub.hpp"
#include "golden/copy.hpp"
#include "views/projection/tests/saved_bytes.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::golden {
namespace {

using views::testing::bytes_of;

/// Lets nobody in and sends nothing.
class Nobody final : public sequencer::CommandPort,
                     public access::Authenticator,
                     public platform::Clock {
 public:
    bool try_send(std::span<const std::byte>) override { return false; }
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest&) override {
        return std::unexpected(access::AuthenticationError{});
    }
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 0; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 0; }
};

struct Process {
    explicit Process(views::Scope scope) : models(no_commands, {.scope = scope}) {}
    static std::vector<std::byte> no_commands(model::SequenceNumber) { return {}; }
    base::Result<event_store::SnapshotPlace> load(const Copy& copy) {
        platform::Storage& storage = platform::system_storage();
        const auto identity = event_store::read_identity(storage, copy.data());
        const event_store::ViewSnapshots snapshots(storage, copy.data(), *identity);
        return snapshots.load(copy.number("snapshot"), models.sections(hub));
    }
    Nobody nobody;
    views::ReadModels models;
    gateway::websocket::Hub hub{{models.market(), models.reports_if_any(), nobody, nobody, nobody}};
};

class GoldenViews : public testing::TestWithParam<std::string> {};

TEST_P(GoldenViews, hold_what_a_process_of_public_data_needs) {
    const Copy copy(GetParam());
    if (!fs::exists(copy.views())) {
        EXPECT_EQ(GetParam(), "0.1") << "only this release wrote no file of readers";
        return;
    }
    Process everything(views::Scope::everything);
    Process public_data(views::Scope::public_data);
    const auto loaded = everything.load(copy);
    ASSERT_TRUE(loaded) << loaded.error().message;
    const auto part = public_data.load(copy);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_EQ(public_data.models.sequence(), part->events);
    EXPECT_GT(everything.models.orders().size(), 0u);
    EXPECT_EQ(bytes_of(public_data.models.reference_data()),
              bytes_of(everything.models.reference_data()));
    EXPECT_EQ(bytes_of(public_data.models.totals()), bytes_of(everything.models.totals()));
    EXPECT_EQ(bytes_of(public_data.models.market()), bytes_of(everything.models.market()));
    EXPECT_EQ(bytes_of(public_data.hub), bytes_of(everything.hub));
}

INSTANTIATE_TEST_SUITE_P(Releases, GoldenViews, testing::ValuesIn(releases()),
                         [](const auto& release) {
                             std::string name = release.param;
                             std::ranges::replace(name, '.', '_');
                             return "of_" + name;
                         });

}  // namespace
}  // namespace bw::golden
