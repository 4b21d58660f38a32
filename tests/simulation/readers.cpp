#include "simulation/readers.hpp"

namespace bw::simulation {
namespace {

constexpr std::size_t events_per_turn = 100;
constexpr std::uint64_t commands_between_comparisons = 40;

}  // namespace

void MarketReader::start(std::unique_ptr<event_store::LogReader> events) {
    events_ = std::move(events);
    market_ = std::make_unique<views::market::MarketData>();
    sequence_ = 0;
    commands_since_comparison_ = 0;
    if (!fold_ || fold_generation_ != ledger_.generation()) fold_ = std::make_unique<OrderFold>();
    fold_generation_ = ledger_.generation();
}

std::size_t MarketReader::do_work() {
    std::size_t done = 0;
    while (done < events_per_turn) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        ++done;
        ledger_.check("market data", *record);
        sequence_ = record->sequence;
        views::fold(*record, *market_);
        if (sequence_ > fold_->sequence()) fold_->apply(*record);
        if (fold_->sequence() != sequence_ || !fold_->between_commands() ||
            ++commands_since_comparison_ < commands_between_comparisons)
            continue;
        commands_since_comparison_ = 0;
        compare();
    }
    if (!events_->error().empty()) violated("market data: {}", events_->error());
    return done;
}

void MarketReader::compare() const {
    fold_->check_all();
    for (const auto& [id, instrument] : fold_->instruments()) {
        const auto shown = market_->depth(model::InstrumentId{id}, 1'000);
        const auto known = fold_->depth(id);
        if (!shown || shown->sequence != known.sequence || shown->bids != known.bids ||
            shown->asks != known.asks)
            violated("after event {} the book of instrument {} is not the one its events make",
                     fold_->sequence(), id);
    }
}

std::size_t OutsideReader::do_work() {
    std::size_t done = 0;
    while (done < events_per_turn) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        ++done;
        if (record->sequence != sequence_ + 1)
            violated("outside reader: event {} follows event {}", record->sequence, sequence_);
        sequence_ = record->sequence;
        ledger_.check("outside reader", *record);
    }
    if (!events_->error().empty()) violated("outside reader: {}", events_->error());
    return done;
}

}  // namespace bw::simulation
