// What an account sends: orders, changes, cancels.
#include "conformance/story_runner.hpp"

namespace bw::conformance {

StoryRunner::Answers StoryRunner::order_command(const std::string& account, const Words& words) {
    const std::string& verb = at(words, 1);
    if (verb == "cancel") {
        codec::CancelOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        return send(command);
    }
    if (verb == "reduce") {
        codec::ReduceOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        command.quantity = model::Quantity{whole(after(words, "by").value_or(""))};
        return send(command);
    }
    if (verb == "amend") return amend(account, words);
    if (verb == "mass") return mass_cancel(account, words);
    if (verb == "replace") {
        codec::ReplaceOrder command{};
        command.account = account_of(account);
        name_order(command, at(words, 2));
        command.quantity = model::Quantity{whole(at(words, 3))};
        command.price = model::Price{decimal(after(words, "@").value_or(""))};
        return send(command);
    }
    return new_order(account, words);
}

/// `buyer: amend b1 to 5 @ 101`, `buyer: amend b1 to 5` at the present price.
StoryRunner::Answers StoryRunner::amend(const std::string& account, const Words& words) {
    codec::AmendOrder command{};
    command.account = account_of(account);
    name_order(command, at(words, 2));
    command.quantity = model::Quantity{whole(after(words, "to").value_or(""))};
    const auto price = after(words, "@");
    command.price = price ? model::Price{decimal(*price)} : model::no_price;
    return send(command);
}

/// `buyer: mass cancel`, `buyer: mass cancel ACME sell`, `buyer: mass cancel all buy`; side_N sends
/// a raw number.
StoryRunner::Answers StoryRunner::mass_cancel(const std::string& account, const Words& words) {
    if (at(words, 2) != "cancel") unreadable("no such word: " + words[2]);
    codec::MassCancel command{};
    command.account = account_of(account);
    if (words.size() > 3) command.instrument = instrument_or_all(words[3]);
    command.side = value_named<model::SideSelection>(words.size() > 4 ? words[4] : "both");
    return send(command);
}

namespace {

/// The words of an order after its instrument, one after the other.
class OrderWords {
 public:
    OrderWords(const Words& words, codec::NewOrder& order) : words_(words), order_(order) {
        for (i_ = 4; i_ < words_.size(); ++i_)
            if (const std::string& word = words_[i_];
                !read_price(word) && !read_time(word) && !read_instruction(word) && !read_raw(word))
                unreadable("no such word for an order: " + word);
        const bool typed = order_.order_type != model::OrderType::limit;
        if (stop_ && !typed)
            order_.order_type = order_.price == model::no_price ? model::OrderType::stop
                                                                : model::OrderType::stop_limit;
    }

 private:
    const std::string& next() { return at(words_, ++i_); }

    bool read_price(const std::string& word) {
        if (word == "@")
            order_.price = model::Price{decimal(next())};
        else if (word == "market")
            order_.order_type = model::OrderType::market;
        else if (word == "stop")
            stop_ = true, order_.stop_price = model::Price{decimal(next())};
        else if (word == "trailing")
            order_.order_type = model::OrderType::trailing_stop,
            order_.offset = model::Price{decimal(next())};
        else if (word == "peg")
            order_.order_type = model::OrderType::pegged,
            order_.peg = value_named<model::PegKind>(next());
        else if (word == "offset")
            order_.offset = model::Price{decimal(next())};
        else
            return false;
        return true;
    }

    bool read_time(const std::string& word) {
        if (word == "ioc" || word == "fok" || word == "gtc" || word == "at_open" ||
            word == "at_close")
            order_.time_in_force = value_named<model::TimeInForce>(word);
        else if (word == "gtd")
            order_.time_in_force = model::TimeInForce::gtd, order_.expire_date = whole32(next());
        else if (word == "expires")
            order_.expire_date = whole32(next());
        else
            return false;
        return true;
    }

    bool read_instruction(const std::string& word) {
        if (word == "min")
            order_.min_quantity = model::Quantity{whole(next())};
        else if (word == "display")
            order_.display_quantity = model::Quantity{whole(next())};
        else if (word == "post-only")
            order_.instructions |= static_cast<std::uint8_t>(model::Instruction::post_only);
        else if (word == "hidden")
            order_.instructions |= static_cast<std::uint8_t>(model::Instruction::hidden);
        else if (word == "id")
            order_.client_order_id = text<model::ClientOrderId>(next());
        else
            return false;
        return true;
    }

    bool read_raw(const std::string& word) {
        const auto number = raw_number(word);
        if (!number) return false;
        if (word.starts_with("instructions_"))
            order_.instructions = *number;
        else if (word.starts_with("type_"))
            order_.order_type = static_cast<model::OrderType>(*number);
        else if (word.starts_with("tif_"))
            order_.time_in_force = static_cast<model::TimeInForce>(*number);
        else if (word.starts_with("peg_"))
            order_.peg = static_cast<model::PegKind>(*number);
        else
            return false;
        return true;
    }

    const Words& words_;
    codec::NewOrder& order_;
    std::size_t i_ = 0;
    bool stop_ = false;
};

}  // namespace

/// `buyer: buy 10 ACME @ 100.00 ioc id b1`, `seller: sell 5 ACME market`, `seller: sell 5 ACME stop
/// 98`.
StoryRunner::Answers StoryRunner::new_order(const std::string& account, const Words& words) {
    codec::NewOrder command{};
    command.account = account_of(account);
    command.side = value_named<model::Side>(at(words, 1));
    command.quantity = model::Quantity{whole(at(words, 2))};
    command.instrument = instrument_of(at(words, 3));
    command.price = model::no_price;
    OrderWords(words, command);
    return send(command);
}

/// `#7` names order 7; anything else is a client id.
template <class Change>
void StoryRunner::name_order(Change& change, const std::string& word) const {
    if (word.starts_with('#'))
        change.order_id = model::OrderId{whole(word.substr(1))};
    else
        change.client_order_id = text<model::ClientOrderId>(word);
}

}  // namespace bw::conformance
