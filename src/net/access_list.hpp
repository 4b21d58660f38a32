// AccessList: which addresses may connect, and which need no budget. AccessRules: the list in
// force, which can be replaced while connections go on.
//
// A file has one rule per line, `allow NETWORK` or `deny NETWORK`; `#` begins a comment. The
// longest prefix that matches decides; `deny` among equals. An address that no rule matches may
// connect and pays from its budget.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/address.hpp"

namespace bw::net {

enum class Admission : std::uint8_t {
    ordinary,   ///< pays for its connections and requests from the budget of its address
    unlimited,  ///< `allow`: pays nothing
    denied,     ///< its connections are closed without an answer
};

class AccessList {
 public:
    AccessList() = default;
    /// `name` stands in errors, with the number of the line.
    [[nodiscard]] static base::Result<AccessList> parse(std::string_view text,
                                                        std::string_view name);

    [[nodiscard]] Admission admission_of(const Address& address) const;
    [[nodiscard]] std::size_t size() const { return rules_.size(); }

 private:
    struct Rule {
        Network network;
        Admission admission;
    };
    std::vector<Rule> rules_;  // longest prefix first, denied before unlimited
};

/// Threads: any.
class AccessRules {
 public:
    void replace(AccessList list) {
        auto replacement = std::make_shared<const AccessList>(std::move(list));
        const std::scoped_lock lock(mutex_);
        list_ = std::move(replacement);
    }
    [[nodiscard]] std::shared_ptr<const AccessList> list() const {
        const std::scoped_lock lock(mutex_);
        return list_;
    }

 private:
    mutable std::mutex mutex_;
    std::shared_ptr<const AccessList> list_ = std::make_shared<const AccessList>();
};

}  // namespace bw::net
