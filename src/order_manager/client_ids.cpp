#include "order_manager/client_ids.hpp"

#include <array>
#include <cstring>

namespace bw::order_manager {
namespace {

constexpr std::array<bool, 256> make_allowed() {
    std::array<bool, 256> allowed{};
    for (unsigned c = 'a'; c <= 'z'; ++c) allowed[c] = true;
    for (unsigned c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
    for (unsigned c = '0'; c <= '9'; ++c) allowed[c] = true;
    allowed['_'] = allowed['.'] = allowed['-'] = true;
    return allowed;
}

constexpr auto allowed = make_allowed();

}  // namespace

bool well_formed(const model::ClientOrderId& text) {
    std::size_t size = 0;
    while (size < text.capacity && allowed[static_cast<unsigned char>(text.chars[size])]) ++size;
    if (size == 0) return false;
    for (std::size_t i = size; i < text.capacity; ++i)
        if (text.chars[i] != '\0') return false;
    return true;
}

std::uint64_t ClientIds::hash_of(model::AccountId account, const model::ClientOrderId& text) {
    std::array<std::uint64_t, 5> words{};
    std::memcpy(words.data(), text.chars.data(), text.capacity);
    std::uint64_t hash = base::mix64(account.value() + 0x9E3779B97F4A7C15ull);
    for (const std::uint64_t word : words)
        hash = (hash ^ word) * 0xff51afd7ed558ccdull + (hash >> 29);
    return base::mix64(hash);
}

FirstResult* ClientIds::find(std::uint64_t hash, model::AccountId account,
                             const model::ClientOrderId& text) {
    const auto entry = index_.find(hash, [&](auto candidate) {
        return entries_[candidate].account == account && entries_[candidate].text == text;
    });
    return entry == base::GrowingIndex::none ? nullptr : &entries_[entry].first;
}

FirstResult& ClientIds::remember(std::uint64_t hash, model::AccountId account,
                                 const model::ClientOrderId& text) {
    Entry& entry = entries_[index_.insert(hash)];
    entry = {{}, account, text};
    return entry.first;
}

void ClientIds::add_to(base::RunningHash& hash) const {
    hash.add(index_.size());
    for (std::uint32_t i = 0; i < index_.size(); ++i) {
        hash.add(entries_[i].first.id);
        hash.add(static_cast<std::uint64_t>(entries_[i].first.reason));
        hash.add(entries_[i].account.value());
        hash.add(std::as_bytes(std::span(entries_[i].text.chars)));
    }
}

}  // namespace bw::order_manager
