#include "net/access_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bw::net {
namespace {

constexpr std::string_view blanks = " \t\r";

/// The next word of `line`, which loses it; empty: none.
std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

}  // namespace

base::Result<AccessList> AccessList::parse(std::string_view text, std::string_view name) {
    AccessList list;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line = line.substr(0, line.find('#'));
        const std::string_view verb = next_word(line);
        if (verb.empty()) continue;
        const std::string_view what = next_word(line);
        const auto network = Network::parse(what);
        if (verb != "allow" && verb != "deny")
            return base::error(
                fmt::format("{}:{}: \"{}\" is not \"allow\" or \"deny\"", name, number, verb));
        if (!network)
            return base::error(
                fmt::format("{}:{}: \"{}\" is no address and no network, such as 192.0.2.0/24",
                            name, number, what));
        if (!next_word(line).empty())
            return base::error(fmt::format("{}:{}: more than one network in a line", name, number));
        list.rules_.push_back(
            {*network, verb == "deny" ? Admission::denied : Admission::unlimited});
    }
    std::ranges::sort(list.rules_, [](const Rule& a, const Rule& b) {
        if (a.network.prefix_bits != b.network.prefix_bits)
            return a.network.prefix_bits > b.network.prefix_bits;
        return a.admission > b.admission;
    });
    return list;
}

Admission AccessList::admission_of(const Address& address) const {
    const auto found = std::ranges::find_if(
        rules_, [&](const Rule& rule) { return rule.network.contains(address); });
    return found == rules_.end() ? Admission::ordinary : found->admission;
}

}  // namespace bw::net
