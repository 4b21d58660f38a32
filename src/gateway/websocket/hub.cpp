#include "gateway/websocket/hub.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "gateway/websocket/hub_state.hpp"
#include "gateway/websocket/notice.hpp"
#include "views/market/calendar.hpp"

namespace bw::gateway::websocket {
namespace {

constexpr std::string_view slow_reader_reason =
    "Private reports were not read in time; reconnect and resume from the last sequence.";

}  // namespace

// --- Events in ---

/// Events that change public data of one instrument or of all. Some also cause a notice.
template <class Event>
void Hub::State::on(const Event& event) {
    if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
        const InstrumentView* before = market_.find(event.instrument);
        std::vector<std::string> notices;
        std::string symbol_before;
        if (before != nullptr) {
            notices = notices_of(*before, event);
            symbol_before = before->symbol;
        }
        InstrumentView& view = market_.update(event);
        if (before != nullptr && symbol_before != view.symbol)
            former_symbols_.emplace_back(&view, std::move(symbol_before));
        for (std::string& notice : notices) notices_.emplace_back(&view, std::move(notice));
        touch(event.instrument, false);
    } else if constexpr (std::is_same_v<Event, codec::TradeExecuted>) {
        touch(event.instrument, true);
    } else if constexpr (std::is_same_v<Event, codec::StorageStateSet>) {
        market_.storage_scarce = event.scarce != 0;
        for (const auto& view : market_.instruments()) touched_.emplace_back(view.get(), false);
    } else if constexpr (requires { notice_of(event); }) {
        notices_.emplace_back(market_.find(event.instrument), notice_of(event));
        touch(event.instrument, false);
    } else {
        touch(event.instrument, false);
    }
}

void Hub::State::touch(model::InstrumentId instrument, bool traded) {
    InstrumentView* view = market_.find(instrument);
    BW_ASSERT(view != nullptr);
    if (!touched_.empty() && touched_.back() == std::pair(view, false) && !traded) return;
    touched_.emplace_back(view, traded);
}

void Hub::State::end(const views::RecordView& record) {
    if (reports_ != nullptr)
        changed_streams_.insert(changed_streams_.end(), reports_->told().begin(),
                                reports_->told().end());
    between_commands_ = record.ends_command();
    if (between_commands_) finish_command(record);
}

void Hub::State::finish_command(const views::RecordView& record) {
    market_.event_sequence = record.sequence;
    market_.timestamp_ns = record.timestamp_ns;
    start_day_if_new(record.timestamp_ns);
    for (const auto& [view, traded] : touched_) {
        view->ticker_stale = view->depth_stale = true;
        if (traded) ++view->trade_count;
        make_pending(view->l1);
        make_pending(view->l2);
        make_pending(view->status);
        if (traded || view->state == model::InstrumentState::delisted) make_pending(view->trades);
    }
    for (auto& [view, symbol] : former_symbols_) {
        view->add_former_symbol(record.sequence, std::move(symbol));
        make_pending(view->trades);
    }
    for (auto& [view, notice] : notices_) view->notices.add(std::move(notice));
    if (!touched_.empty()) make_pending(market_.all_tickers);
    make_reports_pending();
    touched_.clear();
    notices_.clear();
    former_symbols_.clear();
    changed_streams_.clear();
}

void Hub::State::make_reports_pending() {
    for (const views::StreamKey& key : changed_streams_) {
        const auto found = private_topics_.find(key);
        if (found == private_topics_.end()) continue;  // no client has ever subscribed
        make_pending(found->second);
        close_slow(found->second);
    }
}

/// At the start of a day the daily values of all tickers are reset, so all instruments change.
void Hub::State::start_day_if_new(std::uint64_t timestamp_ns) {
    if (timestamp_ns < day_end_ns_) return;
    day_end_ns_ = views::market::span_of(views::market::Resolution::day_1, timestamp_ns).end_ns;
    for (const auto& view : market_.instruments()) touched_.emplace_back(view.get(), false);
}

/// Makes the idle subscriptions of the topic pending.
void Hub::State::make_pending(Topic& topic) {
    while (!topic.idle.empty()) {
        Subscription* subscription = topic.idle.front();
        subscription->set_pending();
        Connection* client = find(subscription->connection());
        BW_ASSERT(client != nullptr);
        client->pending.push_back(subscription);
        mark_ready(*client);
    }
}

/// Closes clients that take no frames at all: next_frame() is not called for them.
void Hub::State::close_slow(const Topic& topic) {
    for (const Subscription* subscription : topic.pending) {
        if (!subscription->is_too_slow(options_.queue_bytes_max)) continue;
        Connection* client = find(subscription->connection());
        client->close_with(close_slow_reader, std::string(slow_reader_reason));
        mark_ready(*client);
    }
}

void Hub::State::save(base::FieldWriter& out) const {
    BW_ASSERT(touched_.empty() && notices_.empty() && changed_streams_.empty());
    out(day_end_ns_);
    market_.save(out);
}

bool Hub::State::load(base::FieldReader& in) {
    reset();
    in(day_end_ns_);
    market_.load(in);
    const bool good = in.good();
    if (!good) reset();
    return good;
}

void Hub::State::reset() {
    BW_ASSERT(connections_.empty());
    touched_.clear();
    notices_.clear();
    former_symbols_.clear();
    changed_streams_.clear();
    day_end_ns_ = 0;
    between_commands_ = true;
    market_.reset();
}

// --- Frames out ---

/// Replies first, then one frame of each pending subscription in turn, so that none delays the
/// others. Between the events of a command no update is built, because the books are then not a
/// real market state; the client is marked ready again.
std::optional<std::string> Hub::State::next_frame(ConnectionId id) {
    Connection* client = find(id);
    if (client == nullptr) return std::nullopt;
    if (auto frame = client->take_reply()) return frame;
    if (!between_commands_) {
        if (!client->pending.empty()) mark_ready(*client);
        return std::nullopt;
    }
    while (!client->close && !client->pending.empty()) {
        Subscription* subscription = client->pending.front();
        client->pending.pop_front();
        if (subscription->is_too_slow(options_.queue_bytes_max)) {
            client->close_with(close_slow_reader, std::string(slow_reader_reason));
            return std::nullopt;
        }
        if (auto frame = subscription->next()) {
            client->pending.push_back(subscription);
            return frame;
        }
        if (subscription->is_over()) {
            end_subscription(*client, *subscription);
            return client->take_reply();
        }
        subscription->set_idle();
    }
    return std::nullopt;
}

std::optional<Hub::Close> Hub::State::must_close(ConnectionId id) const {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return std::nullopt;
    std::optional<Close> close = found->second->close;
    if (close && found->second->principal) close->account = found->second->principal->account;
    return close;
}

const std::vector<ConnectionId>& Hub::State::ready() {
    send_cancels();
    ready_now_.clear();
    std::swap(ready_now_, ready_next_);
    std::erase_if(ready_now_, [this](ConnectionId id) {
        Connection* client = find(id);
        if (client != nullptr) client->is_ready = false;
        return client == nullptr;
    });
    for (std::size_t i = ready_now_.size(); i > 1; --i)
        std::swap(ready_now_[i - 1], ready_now_[random() % i]);
    return ready_now_;
}

void Hub::State::mark_ready(Connection& client) {
    if (client.is_ready) return;
    client.is_ready = true;
    ready_next_.push_back(client.id);
}

Connection* Hub::State::find(ConnectionId id) {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second.get();
}

/// xorshift64 (Marsaglia 2003).
std::uint64_t Hub::State::random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_;
}

Hub::Hub(const HubParts& parts, const HubOptions& options)
    : state_(std::make_unique<State>(parts, options)) {}
Hub::~Hub() = default;

void Hub::apply(const views::RecordView&, const views::AnyEvent& event) { state_->apply(event); }
void Hub::end(const views::RecordView& record) { state_->end(record); }
void Hub::save(base::FieldWriter& out) const { state_->save(out); }
bool Hub::load(base::FieldReader& in) { return state_->load(in); }
void Hub::reset() { state_->reset(); }
bool Hub::storage_scarce() const { return state_->storage_scarce(); }
std::optional<ConnectionId> Hub::connect() { return state_->connect(); }
std::optional<model::AccountId> Hub::disconnect(ConnectionId id) { return state_->disconnect(id); }
void Hub::stop() { state_->stop(); }
void Hub::on_text(ConnectionId id, std::string_view text) { state_->on_text(id, text); }
bool Hub::is_authenticated(ConnectionId id) const { return state_->is_authenticated(id); }
std::optional<std::string> Hub::next_frame(ConnectionId id) { return state_->next_frame(id); }
std::optional<Hub::Close> Hub::must_close(ConnectionId id) const { return state_->must_close(id); }
const std::vector<ConnectionId>& Hub::ready() { return state_->ready(); }

}  // namespace bw::gateway::websocket
