#include "conformance/story_runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace bw::conformance {

std::string StoryRunner::play(std::string_view story) {
    std::vector<Step> steps = steps_of(story);
    if (steps.empty()) return "the story is empty";
    for (const Step& step : steps) {
        try {
            if (const auto problem = check(step); !problem.empty()) return problem;
        } catch (const std::runtime_error& error) {
            return fmt::format("line {}: {}: {}", step.line, step.text, error.what());
        }
    }
    return {};
}

namespace {

bool is_rejected(const std::string& answer) { return answer.starts_with("rejected"); }

bool is_question(const std::string& verb) {
    return verb == "book" || verb == "balance" || verb == "collected";
}

}  // namespace

/// Setup lines need no answers in the story as long as they are not refused; everything else is
/// compared.
std::string StoryRunner::check(const Step& step) {
    const Words words = words_of(step.text);
    const Answers seen = perform(words);
    const bool trading = words[0].ends_with(':');
    bool equal = step.expected.size() == seen.size();
    for (std::size_t i = 0; equal && i < seen.size(); ++i)
        equal = matches(step.expected[i], seen[i]);
    if (step.expected.empty() && !trading && !is_question(words[0]))
        equal = std::ranges::none_of(seen, is_rejected);
    if (equal) return {};
    return fmt::format("line {}: {}\n  the story says:\n    {}\n  the exchange says:\n    {}",
                       step.line, step.text, fmt::join(step.expected, "\n    "),
                       fmt::join(seen, "\n    "));
}

StoryRunner::Answers StoryRunner::perform(const Words& words) {
    using Performer = std::function<Answers(StoryRunner&, const Words&)>;
    using model::InstrumentState;
    static const std::map<std::string, Performer> performers{
        {"instrument", [](auto& run, const Words& w) { return run.list_or_configure(w, true); }},
        {"configure", [](auto& run, const Words& w) { return run.list_or_configure(w, false); }},
        {"usual", [](auto& run, const Words&) { return run.usual_market(); }},
        {"account", &StoryRunner::open_accounts},
        {"deposit", [](auto& run, const Words& w) { return run.move(w, 1); }},
        {"withdraw", [](auto& run, const Words& w) { return run.move(w, -1); }},
        {"limits", &StoryRunner::set_limits},
        {"state", &StoryRunner::set_state},
        {"self-trade", &StoryRunner::set_self_trade_prevention},
        {"tier", &StoryRunner::set_tier},
        {"fees", &StoryRunner::set_fees},
        {"end_day", &StoryRunner::end_day},
        {"halt", [](auto& run, const Words& w) { return run.set_phase(w, "halted"); }},
        {"resume", [](auto& run, const Words& w) { return run.set_phase(w, "trading"); }},
        {"phase", [](auto& run, const Words& w) { return run.set_phase(w, ""); }},
        {"bands", &StoryRunner::set_bands},
        {"limit_bands", &StoryRunner::set_limit_bands},
        {"allocation", &StoryRunner::set_allocation},
        {"ticks", &StoryRunner::set_ticks},
        {"quote", &StoryRunner::set_quote},
        {"indicative", &StoryRunner::publish_indicative},
        {"pause", &StoryRunner::pause},
        {"breaker", &StoryRunner::trip_breaker},
        {"storage", &StoryRunner::set_storage},
        {"split", &StoryRunner::split},
        {"symbol", &StoryRunner::change_symbol},
        {"delist", &StoryRunner::delist},
        {"kill", &StoryRunner::kill_switch<codec::KillSwitch>},
        {"release", &StoryRunner::kill_switch<codec::ReleaseKillSwitch>},
        {"bust", &StoryRunner::bust},
        {"correct", &StoryRunner::correct},
        {"approve", &StoryRunner::approve},
        {"rules", &StoryRunner::set_rules},
        {"last_day", &StoryRunner::set_business_date},
        {"raw", &StoryRunner::raw_bytes},
        {"book", &StoryRunner::show_book},
        {"balance", &StoryRunner::show_balance},
        {"collected", &StoryRunner::show_collected}};
    const std::string& verb = words[0];
    if (verb == "capacity") return set_capacity(words), Answers{};
    if (verb == "rules" && engine_ == nullptr) return begin_with_rules(words), Answers{};
    start();
    if (words.size() > 1 && words[1] == "times") return repeat(words);
    if (verb.ends_with(':')) return order_command(verb.substr(0, verb.size() - 1), words);
    const auto found = performers.find(verb);
    if (found == performers.end()) unreadable("no such word: " + verb);
    if (alone_ && is_question(verb)) unreadable("the engine is alone: nobody answers questions");
    return found->second(*this, words);
}

/// `64 times bust 1 by 1`: only what is refused is told.
StoryRunner::Answers StoryRunner::repeat(const Words& words) {
    const Words once(words.begin() + 2, words.end());
    if (once.empty()) unreadable("nothing to repeat");
    Answers refused;
    for (std::uint64_t i = whole(words[0]); i > 0; --i)
        std::ranges::copy_if(perform(once), std::back_inserter(refused), is_rejected);
    return refused;
}

void StoryRunner::start() {
    if (engine_ != nullptr) return;
    if (!alone_) naive_ = std::make_unique<differential::NaiveExchange>(limits_);
    engine_ = std::make_unique<differential::EngineRunner>(limits_);
    if (first_rules_ == model::RuleSet::version_1) return;
    codec::SetRuleSet command{};
    command.rule_set = first_rules_;
    static_cast<void>(send(command));
}

/// `rules version_1` before all other commands: the newest otherwise.
void StoryRunner::begin_with_rules(const Words& words) {
    first_rules_ = value_named<model::RuleSet>(at(words, 1));
    start();
}

void StoryRunner::set_capacity(const Words& words) {
    if (engine_ != nullptr) unreadable("capacities come first");
    const std::map<std::string, std::uint32_t*> capacities{
        {"open_orders", &limits_.open_orders},
        {"instruments", &limits_.instruments},
        {"accounts", &limits_.accounts},
        {"positions", &limits_.positions},
        {"price_level_groups", &limits_.price_level_groups},
        {"client_order_ids", &limits_.client_order_ids},
        {"references", &limits_.references},
        {"trades", &limits_.trades},
        {"currencies", &limits_.currencies}};
    const auto found = capacities.find(at(words, 1));
    if (found == capacities.end()) unreadable("no such capacity");
    *found->second = whole32(at(words, 2));
    alone_ |= found->first == "price_level_groups";
}

/// `raw 01 00 ff`: bytes as they come from a broken gateway.
StoryRunner::Answers StoryRunner::raw_bytes(const Words& words) {
    Bytes bytes;
    for (std::size_t i = 1; i < words.size(); ++i)
        bytes.push_back(static_cast<std::byte>(std::stoul(words[i], nullptr, 16)));
    return send_bytes(bytes);
}

/// What the two say, and the first event in which they differ with all its fields.
std::string StoryRunner::difference(const std::vector<Bytes>& engine,
                                    const std::vector<Bytes>& naive) const {
    const auto lines = [&](const std::vector<Bytes>& events) {
        Answers out;
        for (const Bytes& event : events) out.push_back(tell(event));
        return fmt::format("{}", fmt::join(out, "\n    "));
    };
    std::string out = fmt::format("the engine says\n    {}\n  and the naive exchange\n    {}",
                                  lines(engine), lines(naive));
    const auto [first, other] = std::ranges::mismatch(engine, naive);
    if (first != engine.end() && other != naive.end())
        out += fmt::format("\n  first\n    {}\n    {}", codec::to_json_members(*first),
                           codec::to_json_members(*other));
    return out;
}

void StoryRunner::compare(const std::vector<Bytes>& events, std::span<const std::byte> command) {
    const auto expected = naive_->apply(sequence_, command);
    if (expected != events) unreadable(difference(events, expected));
    if (const auto broken = naive_->broken_balance() + naive_->broken_book(); !broken.empty())
        unreadable(broken);
}

StoryRunner::Answers StoryRunner::send_bytes(std::span<const std::byte> command) {
    ++sequence_;
    const std::vector<Bytes> events = differential::split(engine_->apply(sequence_, command));
    Answers out;
    for (const Bytes& event : events) {
        learn(event);
        out.push_back(tell(event));
    }
    engine_->verify_invariants();
    if (!alone_) compare(events, command);
    return out;
}

}  // namespace bw::conformance
