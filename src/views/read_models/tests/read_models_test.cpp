// Which process has which projections, and the file of snapshots that all of them start from.
#include "views/read_models/read_models.hpp"

#include <gtest/gtest.h>

#include "views/projection/tests/dumb_exchange.hpp"
#include "views/projection/tests/saved_bytes.hpp"

namespace bw::views::testing {
namespace {

/// A gateway that counts records.
struct Gateway {
    using Events = std::tuple<codec::StorageStateSet>;
    void apply(const RecordView&, const codec::StorageStateSet& event) {
        scarce = event.scarce != 0;
    }
    void end(const RecordView&) { ++records; }
    void save(base::FieldWriter& out) const { out(records, scarce); }
    [[nodiscard]] bool load(base::FieldReader& in) {
        in(records, scarce);
        return in.good();
    }
    void reset() { *this = Gateway(); }
    [[nodiscard]] bool storage_scarce() const { return scarce; }
    std::uint64_t records = 0;
    bool scarce = false;
};

struct Process {
    explicit Process(Scope scope) : models(no_commands, {.scope = scope}) {}
    static std::vector<std::byte> no_commands(model::SequenceNumber) { return {}; }
    [[nodiscard]] std::vector<std::vector<std::byte>> saved() {
        std::vector<std::vector<std::byte>> out;
        for (const auto& section : models.sections(gateway)) {
            SavedBytes bytes;
            base::FieldWriter writer(bytes);
            section.save(writer);
            out.push_back(std::move(bytes.bytes));
        }
        return out;
    }
    ReadModels models;
    Gateway gateway;
};

class ReadModelsTest : public ::testing::Test {
 protected:
    ReadModelsTest() {
        writer.listener = [this](const RecordView& record) {
            everything.models.apply(record, everything.gateway);
            if (public_reads) public_data.models.apply(record, public_data.gateway);
        };
        exchange.open();
        for (int i = 0; i < 500; ++i) exchange.step();
    }
    void end_command() { writer.write(codec::DayEnded{}); }
    void expect_equal_public_data() {
        EXPECT_EQ(public_data.models.sequence(), everything.models.sequence());
        EXPECT_EQ(public_data.gateway.records, everything.gateway.records);
        EXPECT_EQ(bytes_of(public_data.models.market()), bytes_of(everything.models.market()));
        EXPECT_EQ(bytes_of(public_data.models.totals()), bytes_of(everything.models.totals()));
        EXPECT_EQ(bytes_of(public_data.models.reference_data()),
                  bytes_of(everything.models.reference_data()));
    }
    Process everything{Scope::everything}, public_data{Scope::public_data};
    bool public_reads = true;
    RecordWriter writer;
    DumbExchange exchange{writer, announced_seed()};
};

TEST_F(ReadModelsTest, public_data_is_the_same_with_and_without_accounts) {
    const auto open_orders = [this] { return public_data.models.totals().counts().open_orders; };
    for (int i = 0; i < 10'000 && open_orders() == 0; ++i) exchange.step();
    ASSERT_GT(open_orders(), 0u);
    end_command();
    expect_equal_public_data();
}

TEST_F(ReadModelsTest, a_process_of_public_data_holds_no_orders_and_no_accounts) {
    EXPECT_GT(everything.models.orders().size(), 0u);
    EXPECT_EQ(everything.models.balances().accounts().size(), accounts);
    EXPECT_EQ(public_data.models.scope(), Scope::public_data);
    EXPECT_EQ(public_data.models.reports_if_any(), nullptr);
    EXPECT_DEATH((void)public_data.models.orders(), "");
    EXPECT_DEATH((void)public_data.models.balances(), "");
    EXPECT_DEATH((void)public_data.models.proposals(), "");
    EXPECT_DEATH((void)public_data.models.reports(), "");
}

TEST_F(ReadModelsTest, a_process_of_public_data_starts_from_the_file_that_all_share) {
    end_command();
    public_reads = false;
    // market-data, exchange, rules, day, proposals, websocket
    const auto file = everything.saved();
    const std::vector<std::vector<std::byte>> own{file[0], file[1], file[2], file[3], file[5]};
    const auto sections = public_data.models.sections(public_data.gateway);
    ASSERT_EQ(sections.size(), own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
        SavedBytes bytes;
        bytes.bytes = own[i];
        base::FieldReader in(bytes);
        ASSERT_TRUE(sections[i].load(in)) << sections[i].name;
        EXPECT_TRUE(bytes.at == bytes.bytes.size() || !sections[i].is_read_whole);
    }
    expect_equal_public_data();
    public_reads = true;
    for (int i = 0; i < 200; ++i) exchange.step();
    end_command();
    expect_equal_public_data();
}

TEST_F(ReadModelsTest, what_starts_from_the_file_knows_that_storage_is_scarce) {
    codec::StorageStateSet scarce{};
    scarce.scarce = 1;
    writer.write(scarce);
    const auto file = everything.saved();
    Process started(Scope::everything);
    const auto sections = started.models.sections(started.gateway);
    for (std::size_t i = 0; i < file.size(); ++i) {
        SavedBytes bytes;
        bytes.bytes = file[i];
        base::FieldReader in(bytes);
        ASSERT_TRUE(sections[i].load(in)) << sections[i].name;
    }
    EXPECT_TRUE(started.models.reference_data().storage_scarce());
}

TEST_F(ReadModelsTest, every_projection_saves_what_it_loads) {
    end_command();
    ReferenceData reference;
    ASSERT_TRUE(load_bytes(reference, bytes_of(everything.models.reference_data())));
    EXPECT_EQ(bytes_of(reference), bytes_of(everything.models.reference_data()));
    Orders orders(reference);
    ASSERT_TRUE(load_bytes(orders, bytes_of(everything.models.orders())));
    EXPECT_EQ(bytes_of(orders), bytes_of(everything.models.orders()));
    Balances balances(reference, orders);
    ASSERT_TRUE(load_bytes(balances, bytes_of(everything.models.balances())));
    EXPECT_EQ(bytes_of(balances), bytes_of(everything.models.balances()));
}

TEST_F(ReadModelsTest, a_section_that_ends_early_leaves_all_as_new) {
    end_command();
    auto bytes = everything.saved()[1];
    const auto section = everything.models.sections(everything.gateway)[1];
    bytes.resize(bytes.size() / 2);
    SavedBytes half;
    half.bytes = bytes;
    base::FieldReader in(half);
    EXPECT_FALSE(section.load(in));
    EXPECT_EQ(everything.models.sequence(), 0u);
    EXPECT_EQ(everything.models.orders().size(), 0u);
    EXPECT_TRUE(everything.models.balances().accounts().empty());
    EXPECT_TRUE(everything.models.reference_data().instruments().empty());
}

}  // namespace
}  // namespace bw::views::testing
