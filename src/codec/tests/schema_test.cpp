// The schema is the contract: protocol/sbe/buttonwood.xml and the C++ tables must say the same,
// field by field.
#include <gtest/gtest.h>

#include <charconv>
#include <limits>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <string>

#include "base/assert.hpp"
#include "codec/registry.hpp"

namespace bw::codec {
namespace {

struct SchemaType {
    std::string kind;  ///< of the C++ table
    std::size_t size = 0;
};

class Schema : public testing::Test {
 protected:
    Schema() {
        const auto loaded = document_.load_file(BW_SOURCE_DIR "/protocol/sbe/buttonwood.xml");
        BW_ASSERT(loaded);
        root_ = document_.child("sbe:messageSchema");
        for (const pugi::xml_node type : root_.child("types").children()) {
            const std::string name = type.attribute("name").value();
            const std::string primitive =
                type.attribute(type.name() == std::string("enum") ? "encodingType"
                                                                  : "primitiveType")
                    .value();
            types_[name] = {name,
                            primitive_sizes_[primitive] * type.attribute("length").as_uint(1)};
        }
        for (const auto& [name, size] : primitive_sizes_) types_[name] = {name, size};
    }

    /// What a type of the schema is called in the C++ tables.
    static FieldKind kind_of(const std::string& type) {
        static const std::map<std::string, FieldKind> kinds{
            {"Price", FieldKind::price},
            {"Money", FieldKind::money},
            {"Quantity", FieldKind::quantity},
            {"SequenceNumber", FieldKind::uint64},
            {"RequestId", FieldKind::uint64},
            {"OrderId", FieldKind::uint64},
            {"MatchNumber", FieldKind::uint64},
            {"AccountId", FieldKind::uint32},
            {"InstrumentId", FieldKind::uint32},
            {"Ppm", FieldKind::uint32},
            {"ClientOrderId", FieldKind::text},
            {"Symbol", FieldKind::text},
            {"Currency", FieldKind::text},
            {"Side", FieldKind::side},
            {"OrderType", FieldKind::order_type},
            {"TimeInForce", FieldKind::time_in_force},
            {"InstrumentState", FieldKind::instrument_state},
            {"HaltReason", FieldKind::halt_reason},
            {"AccountState", FieldKind::account_state},
            {"CancelReason", FieldKind::cancel_reason},
            {"RuleSet", FieldKind::rule_set},
            {"RejectReason", FieldKind::reject_reason},
            {"SelfTradePrevention", FieldKind::self_trade_prevention},
            {"SideSelection", FieldKind::side_selection},
            {"FeeRate", FieldKind::fee_rate},
            {"PegKind", FieldKind::peg_kind},
            {"Allocation", FieldKind::allocation},
            {"KillScope", FieldKind::kill_scope},
            {"TradeKind", FieldKind::trade_kind},
            {"Capacity", FieldKind::capacity},
            {"ShortSale", FieldKind::short_sale},
            {"DecisionMaker", FieldKind::decision_maker},
            {"ShortCode", FieldKind::uint64},
            {"SessionId", FieldKind::uint32},
            {"SignedQuantity", FieldKind::int64},
            {"ProposalId", FieldKind::uint64},
            {"AnyId", FieldKind::uint64},
            {"FirmId", FieldKind::uint32},
            {"GroupId", FieldKind::uint32},
            {"OperatorId", FieldKind::uint32},
            {"ScopeId", FieldKind::uint32},
            {"Date", FieldKind::uint32},
            {"Count", FieldKind::uint32},
            {"FeeTier", FieldKind::uint32},
            {"FeeTier8", FieldKind::uint8},
            {"BreakerLevel", FieldKind::uint8},
            {"Instructions", FieldKind::uint8},
            {"Flag", FieldKind::uint8},
            {"TemplateId", FieldKind::uint16},
            {"Reserved8", FieldKind::uint8},
            {"Reserved16", FieldKind::uint16},
            {"Reserved32", FieldKind::uint32}};
        return kinds.at(type);
    }

    /// The values of an enum as the schema has them must be those of C++, by number and by name,
    /// and no others.
    template <class Enum>
    void expect_same_values(const char* name, unsigned end) {
        std::map<unsigned, std::string> schema;
        for (const pugi::xml_node type : root_.child("types").children("enum"))
            if (type.attribute("name").value() == std::string(name))
                for (const pugi::xml_node value : type.children("validValue"))
                    schema[value.text().as_uint()] = value.attribute("name").value();
        ASSERT_FALSE(schema.empty()) << name;
        for (const auto& [number, text] : schema)
            EXPECT_EQ(model::name_of(static_cast<Enum>(number)), text) << name;
        for (unsigned number = 0; number < end; ++number)
            if (model::name_of(static_cast<Enum>(number)) != "unknown") {
                EXPECT_TRUE(schema.contains(number))
                    << name << " " << number << " is missing in the schema";
            }
    }

    std::map<std::string, std::size_t> primitive_sizes_{{"char", 1},   {"uint8", 1},  {"uint16", 2},
                                                        {"uint32", 4}, {"uint64", 8}, {"int64", 8},
                                                        {"int32", 4}};
    std::map<std::string, SchemaType> types_;
    pugi::xml_document document_;
    pugi::xml_node root_;
};

TEST_F(Schema, names_itself_as_the_codec_does) {
    EXPECT_EQ(root_.attribute("id").as_uint(), schema_id);
    EXPECT_EQ(root_.attribute("version").as_uint(), schema_version);
    EXPECT_STREQ(root_.attribute("byteOrder").value(), "littleEndian");
    EXPECT_STREQ(root_.attribute("headerType").value(), "messageHeader");
}

TEST_F(Schema, the_header_is_ours) {
    std::string layout;
    for (const pugi::xml_node part : root_.child("types").child("composite").children("type"))
        layout += part.attribute("name").value() + std::string(":") +
                  part.attribute("primitiveType").value() + " ";
    EXPECT_EQ(layout, "blockLength:uint16 templateId:uint16 schemaId:uint16 version:uint16 ");
    EXPECT_EQ(offsetof(MessageHeader, block_length), 0u);
    EXPECT_EQ(offsetof(MessageHeader, template_id), 2u);
    EXPECT_EQ(offsetof(MessageHeader, schema), 4u);
    EXPECT_EQ(offsetof(MessageHeader, version), 6u);
    EXPECT_EQ(sizeof(MessageHeader), 8u);
}

TEST_F(Schema, every_message_and_field_agrees) {
    std::set<std::uint16_t> seen;
    for (const pugi::xml_node message : root_.children("sbe:message")) {
        SCOPED_TRACE(message.attribute("name").value());
        const auto id = static_cast<std::uint16_t>(message.attribute("id").as_uint());
        EXPECT_TRUE(seen.insert(id).second) << "template id used twice";
        const MessageInfo* info = find_message(id);
        ASSERT_NE(info, nullptr);
        EXPECT_EQ(info->name, message.attribute("name").value());
        EXPECT_EQ(info->block_length, message.attribute("blockLength").as_uint());
        std::size_t index = 0, end = 0;
        for (const pugi::xml_node field : message.children("field")) {
            SCOPED_TRACE(field.attribute("name").value());
            ASSERT_LT(index, info->fields.size());
            const Field& ours = info->fields[index++];
            EXPECT_EQ(field.attribute("id").as_uint(), index) << "fields are numbered in order";
            EXPECT_EQ(ours.name, field.attribute("name").value());
            EXPECT_EQ(ours.offset, field.attribute("offset").as_uint());
            const std::string type = field.attribute("type").value();
            ASSERT_TRUE(types_.contains(type)) << type;
            EXPECT_EQ(ours.size, types_[type].size);
            EXPECT_EQ(ours.kind, kind_of(type));
            EXPECT_EQ(ours.offset, end) << "no gap and no overlap";
            end = ours.offset + ours.size;
        }
        EXPECT_EQ(index, info->fields.size());
        EXPECT_EQ(end, info->block_length) << "the fields fill the block";
    }
    EXPECT_EQ(seen.size(), all_messages().size() + all_attachments().size());
}

TEST_F(Schema, every_enum_value_agrees) {
    expect_same_values<model::TimeInForce>("TimeInForce", 256);
    expect_same_values<model::HaltReason>("HaltReason", 256);
    expect_same_values<model::RuleSet>("RuleSet", 256);
    expect_same_values<model::AccountState>("AccountState", 256);
    expect_same_values<model::SelfTradePrevention>("SelfTradePrevention", 256);
    expect_same_values<model::SideSelection>("SideSelection", 256);
    expect_same_values<model::CancelReason>("CancelReason", 256);
    expect_same_values<model::RejectReason>("RejectReason", 65'536);
    expect_same_values<model::Side>("Side", 256);
    expect_same_values<model::OrderType>("OrderType", 256);
    expect_same_values<model::InstrumentState>("InstrumentState", 256);
    expect_same_values<model::PegKind>("PegKind", 256);
    expect_same_values<model::Allocation>("Allocation", 256);
    expect_same_values<model::KillScope>("KillScope", 256);
    expect_same_values<model::TradeKind>("TradeKind", 256);
    expect_same_values<model::Capacity>("Capacity", 256);
    expect_same_values<model::ShortSale>("ShortSale", 256);
    expect_same_values<model::DecisionMaker>("DecisionMaker", 256);
}

TEST_F(Schema, null_and_constants_agree) {
    std::string null_price;
    for (const pugi::xml_node type : root_.child("types").children("type"))
        if (type.attribute("name").value() == std::string("Price"))
            null_price = type.attribute("nullValue").value();
    EXPECT_EQ(null_price, std::to_string(model::no_price.value()));
    EXPECT_EQ(types_["ClientOrderId"].size, model::ClientOrderId::capacity);
    EXPECT_EQ(types_["Symbol"].size, model::Symbol::capacity);
    EXPECT_EQ(types_["Currency"].size, model::Currency::capacity);
}

}  // namespace
}  // namespace bw::codec
