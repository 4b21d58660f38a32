#include "gateway/rest/openapi_document.hpp"

#include <yaml-cpp/yaml.h>

#include "base/decimal.hpp"
#include "gateway/common/json_writer.hpp"

namespace bw::gateway::rest {

namespace {

void write_scalar(common::JsonWriter& json, const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const bool plain = node.Tag() != "!";  // without quotes
    if (plain && (text == "true" || text == "false"))
        json.boolean(text == "true");
    else if (plain && (text == "null" || text == "~"))
        json.null();
    else if (const auto number = base::parse_unsigned(text); plain && number)
        json.number(*number);
    else if (plain && text.starts_with('-') && base::parse_unsigned(text.substr(1)))
        json.raw(text);
    else
        json.text(text);
}

void write_node(common::JsonWriter& json, const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Map:
            json.begin_object();
            for (const auto& entry : node) {
                json.key(entry.first.Scalar());
                write_node(json, entry.second);
            }
            json.end_object();
            return;
        case YAML::NodeType::Sequence:
            json.begin_array();
            for (const auto& element : node) write_node(json, element);
            json.end_array();
            return;
        case YAML::NodeType::Scalar: return write_scalar(json, node);
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined: json.null();
    }
}

}  // namespace

std::string yaml_to_json(std::string_view yaml) {
    common::JsonWriter json;
    write_node(json, YAML::Load(std::string(yaml)));
    return json.take();
}

}  // namespace bw::gateway::rest
