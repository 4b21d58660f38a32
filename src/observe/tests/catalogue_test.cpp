#include "observe/catalogue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "observe/format.hpp"
#include "observe/metrics.hpp"

namespace bw::observe {
namespace {

std::size_t cell_bytes(const Row& row) {
    return row.kind == Kind::histogram ? sizeof(Histogram) : sizeof(Counter);
}

TEST(Catalogue, numbers_rise_and_names_are_unique) {
    std::set<std::string_view> names;
    unsigned last = 0;
    for (const Row& row : catalogue()) {
        EXPECT_GT(row.number, last) << row.name;
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        last = row.number;
    }
}

TEST(Catalogue, no_two_cells_share_a_place) {
    std::vector<bool> taken(sizeof(Page) / sizeof(Counter));
    for (const Row& row : catalogue())
        for (std::size_t cell = 0; cell < row.cells; ++cell) {
            const std::size_t first = row.offset + cell * row.stride;
            ASSERT_EQ(first % sizeof(Counter), 0u) << row.name;
            ASSERT_LE(first + cell_bytes(row), sizeof(Page)) << row.name;
            for (std::size_t at = first; at < first + cell_bytes(row); at += sizeof(Counter)) {
                ASSERT_FALSE(taken[at / sizeof(Counter)]) << row.name << " cell " << cell;
                taken[at / sizeof(Counter)] = true;
            }
        }
}

/// A cell without a row would be counted and never seen. What is left over is padding at the ends
/// of structs, less than a cache line for each, and the two cells of structs that are there per log
/// and mean something for the commands only.
TEST(Catalogue, every_cell_has_its_row) {
    std::size_t described = 0;
    for (const Row& row : catalogue()) described += row.cells * cell_bytes(row);
    const std::size_t commands_only = sizeof(Gauge) + sizeof(Histogram);
    const auto used = [](std::size_t cells, std::size_t histograms) {
        return cells * sizeof(Counter) + histograms * sizeof(Histogram);
    };
    const std::size_t expected =
        used(1, 0) +                                    // process
        used(4 + 5 * gateways_max, 2) +                 // sequencer
        2 * used(4, 0) + 2 * used(4, 2) + used(4, 0) +  // append, disk, segments
        used(9 + reject_reasons_max, 2) +               // engine
        readers_max * used(2, 1) +                      // readers
        used(request_classes * request_status_cells + 20, request_classes) +  // gateway
        children_max * used(2, 0) +                                           // children
        used(3, 0) + used(1, 0);                                              // log, scheduler
    EXPECT_EQ(described + commands_only, expected);
    const auto in_lines = [](std::size_t bytes) { return (bytes + line - 1) / line * line; };
    EXPECT_EQ(sizeof(Page),
              in_lines(used(1, 0)) + in_lines(used(4 + 5 * gateways_max, 2)) +
                  2 * in_lines(used(4, 0)) + 2 * in_lines(used(4, 2)) + in_lines(used(4, 0)) +
                  in_lines(used(9 + reject_reasons_max, 2)) + readers_max * in_lines(used(2, 1)) +
                  in_lines(used(request_classes * request_status_cells + 20, request_classes)) +
                  children_max * in_lines(used(2, 0)) + in_lines(used(3, 0)) + in_lines(used(1, 0)))
        << "a struct has grown: give the new cell its row and count it here";
}

TEST(Catalogue, all_texts_fit_into_the_file) {
    const LabelNames names{std::vector<std::string>(gateways_max, "gateway"),
                           std::vector<std::string>(readers_max, "gateway"),
                           std::vector<std::string>(reject_reasons_max, std::string(40, 'x')),
                           std::vector<std::string>(children_max, "market-data")};
    for (const Row& row : catalogue()) {
        EXPECT_LT(row.name.size(), sizeof(Descriptor::name)) << row.name;
        EXPECT_LT(row.help.size(), sizeof(Descriptor::help)) << row.name;
        for (std::size_t cell = 0; cell < row.cells; ++cell)
            EXPECT_LT(label_text(row.label, cell, names).size(), sizeof(Descriptor::labels));
    }
}

std::string documented_row(const Row& row) {
    return fmt::format("| {} | `{}` | {} | {} | {} | `{}` | {} |", row.number, row.name,
                       name_of(row.kind), name_of(row.unit), keys_of(row.label),
                       prometheus_name(row.name, row.kind, row.unit), row.help);
}

TEST(Catalogue, the_page_of_the_documentation_lists_the_same) {
    std::ifstream file(BW_SOURCE_DIR "/docs/internals/observe.md");
    std::string documented;
    for (std::string text; std::getline(file, text);)
        if (text.starts_with("| ") && text.find("`exchange_") != std::string::npos)
            documented += text + "\n";
    std::string expected;
    for (const Row& row : catalogue()) expected += documented_row(row) + "\n";
    EXPECT_EQ(documented, expected);
}

}  // namespace
}  // namespace bw::observe
