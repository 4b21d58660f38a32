#include "order_manager/client_ids.hpp"

#include <array>
#include <bit>
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

using Words = std::array<std::uint64_t, 5>;
static_assert(sizeof(Words) > model::ClientOrderId::capacity);
static_assert(std::endian::native == std::endian::little, "byte i of a text is in word i / 8");

Words words_of(const model::ClientOrderId& text) {
    Words words{};
    std::memcpy(words.data(), text.chars.data(), text.capacity);
    return words;
}

}  // namespace

bool well_formed(const model::ClientOrderId& text) {
    std::size_t size = 0;
    while (size < text.capacity && allowed[static_cast<unsigned char>(text.chars[size])]) ++size;
    const Words words = words_of(text);
    std::uint64_t padding = words[size / 8] >> (size % 8 * 8);
    for (std::size_t i = size / 8 + 1; i < words.size(); ++i) padding |= words[i];
    return size > 0 && padding == 0;
}

std::uint64_t ClientIds::hash_of(model::AccountId account, const model::ClientOrderId& text) {
    std::uint64_t hash = base::mix64(account.value() + 0x9E3779B97F4A7C15ull);
    for (const std::uint64_t word : words_of(text))
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
    const std::uint32_t number = index_.insert(hash);
    base::prefetch_to_write(&entries_[number] + entries_ahead);
    Entry& entry = entries_[number];
    entry.first = {};
    entry.account = account;
    entry.text = text;
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
