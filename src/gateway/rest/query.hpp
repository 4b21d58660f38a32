// Query: the parameters of a query string, and percent-decoding. Refuses unknown, repeated and
// malformed parameters. Like JsonBody, it keeps the first error as the problem; later reads then
// return neutral values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rest/problem.hpp"
#include "model/types.hpp"

namespace bw::gateway::rest {

/// Nothing when an escape is malformed or decodes to a control character, or the result is not
/// UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Where a page begins. As text: `at`, and after a '-' the instrument, if the pages are of one.
struct PageCursor {
    std::uint64_t at = 0;  ///< 0: the first page
    model::InstrumentId instrument;
};

class Query {
 public:
    /// `raw`: what follows the '?'. Refuses parameters that are not in `known`.
    Query(std::string_view raw, std::span<const std::string_view> known);

    [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

    /// nullptr when absent.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::string required(std::string_view name);
    [[nodiscard]] std::size_t limit(std::string_view name, std::size_t fallback, std::size_t max);
    /// 0 when absent.
    [[nodiscard]] std::uint64_t id(std::string_view name);
    /// The parameter `cursor`.
    [[nodiscard]] PageCursor cursor();
    /// Refuses a cursor that was given for pages of another instrument: by now its symbol means
    /// this one.
    void expect_pages_of(model::InstrumentId instrument, const PageCursor& cursor);
    /// Nothing when absent.
    [[nodiscard]] std::optional<model::ClientOrderId> client_id(std::string_view name);
    [[nodiscard]] std::uint64_t time(std::string_view name, std::uint64_t fallback);

    void refuse(std::string_view name, std::string detail);

 private:
    struct Parameter {
        std::string name;
        std::string value;
    };
    void add(std::string_view part, std::span<const std::string_view> known);

    std::vector<Parameter> parameters_;
    std::optional<Problem> problem_;
};

}  // namespace bw::gateway::rest
