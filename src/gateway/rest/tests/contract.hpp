// Reads protocol/rest/openapi.yaml and checks answers against it.
#pragma once

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <string_view>

#include "gateway/rest/message.hpp"

namespace bw::gateway::rest::testing {

class Contract {
 public:
    static const Contract& get() {
        static const Contract contract;
        return contract;
    }

    [[nodiscard]] YAML::Node root() const { return root_; }

    [[nodiscard]] YAML::Node resolve(YAML::Node node) const {
        while (node["$ref"]) {
            std::string pointer = node["$ref"].as<std::string>().substr(2);
            YAML::Node at = YAML::Clone(root_);
            while (!pointer.empty()) {
                const std::size_t slash = pointer.find('/');
                at.reset(at[pointer.substr(0, slash)]);
                pointer = slash == std::string::npos ? std::string() : pointer.substr(slash + 1);
            }
            node.reset(at);
        }
        return node;
    }

    /// The operation whose path template fits, or an undefined node.
    [[nodiscard]] YAML::Node operation(std::string_view method, std::string_view path) const {
        for (const auto& entry : root_["paths"])
            if (fits(entry.first.as<std::string>(), path) && entry.second[lower(method)])
                return entry.second[lower(method)];
        return YAML::Node(YAML::NodeType::Undefined);
    }

    /// The status and media type of an answer to a known route must be documented there.
    void check(std::string_view method, std::string_view path, const Response& response) const {
        const YAML::Node known = operation(method, path);
        if (!known.IsDefined()) return;
        const std::string status = std::to_string(response.status);
        ASSERT_TRUE(known["responses"][status])
            << method << " " << path << " answers " << status
            << ", which openapi.yaml does not know: " << response.body;
        const YAML::Node content = resolve(known["responses"][status])["content"];
        const std::string type = response.content_type.substr(0, response.content_type.find(';'));
        EXPECT_TRUE(content[type])
            << method << " " << path << " " << status << " has type " << response.content_type;
    }

    static std::string lower(std::string_view text) {
        std::string out(text);
        for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return out;
    }

 private:
    Contract() : root_(YAML::LoadFile(BW_SOURCE_DIR "/protocol/rest/openapi.yaml")) {}

    static bool fits(std::string_view pattern, std::string_view path) {
        if (pattern.empty() || path.empty()) return pattern.empty() && path.empty();
        if (pattern.front() != '{')
            return pattern.front() == path.front() && fits(pattern.substr(1), path.substr(1));
        const std::string_view segment = path.substr(0, path.find('/'));
        return !segment.empty() &&
               fits(pattern.substr(pattern.find('}') + 1), path.substr(segment.size()));
    }

    YAML::Node root_;
};

}  // namespace bw::gateway::rest::testing
