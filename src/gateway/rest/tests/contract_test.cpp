// The router and openapi.yaml agree: routes, parameters, error codes.
#include "gateway/rest/tests/contract.hpp"

#include <algorithm>

#include "gateway/rest/api.hpp"
#include "gateway/rest/problem.hpp"

namespace bw::gateway::rest::testing {
namespace {

const Contract& contract() { return Contract::get(); }

std::set<std::string> query_parameters(const std::string& path, const std::string& method) {
    std::set<std::string> names;
    for (const YAML::Node& parameter : contract().root()["paths"][path][method]["parameters"]) {
        const YAML::Node resolved = contract().resolve(parameter);
        if (resolved["in"].as<std::string>() == "query")
            names.insert(resolved["name"].as<std::string>());
    }
    return names;
}

std::set<std::string> path_parameters(const std::string& path) {
    std::set<std::string> names;
    for (const YAML::Node& parameter : contract().root()["paths"][path]["parameters"])
        names.insert(contract().resolve(parameter)["name"].as<std::string>());
    return names;
}

TEST(RestContract, every_route_is_documented) {
    for (const RouteInfo& route : Api::routes()) {
        const std::string path(route.path), method = Contract::lower(route.method);
        const YAML::Node operation = contract().root()["paths"][path][method];
        ASSERT_TRUE(operation) << route.method << " " << path << " is missing from openapi.yaml";
        EXPECT_EQ(query_parameters(path, method),
                  std::set<std::string>(route.query.begin(), route.query.end()))
            << path;
        EXPECT_EQ(static_cast<bool>(operation["requestBody"]), route.takes_body)
            << route.method << " " << path;
        EXPECT_EQ(static_cast<bool>(operation["security"]), route.access != Access::everyone)
            << route.method << " " << path;
        const std::string tag = operation["tags"][0].as<std::string>();
        EXPECT_EQ(tag, route.access == Access::trader       ? "trading"
                       : route.access == Access::operations ? "operations"
                                                            : "public")
            << path;
        const std::size_t open = path.find('{');
        const std::set<std::string> named =
            open == std::string::npos
                ? std::set<std::string>{}
                : std::set<std::string>{path.substr(open + 1, path.find('}') - open - 1)};
        EXPECT_EQ(path_parameters(path), named) << path;
    }
}

TEST(RestContract, every_documented_operation_has_a_handler) {
    const auto routes = Api::routes();
    for (const auto& entry : contract().root()["paths"])
        for (const char* method : {"get", "put", "post", "delete", "patch", "head", "options"}) {
            if (!entry.second[method]) continue;
            EXPECT_TRUE(std::ranges::any_of(routes,
                                            [&](const RouteInfo& route) {
                                                return route.path ==
                                                           entry.first.as<std::string>() &&
                                                       Contract::lower(route.method) == method;
                                            }))
                << method << " " << entry.first.as<std::string>() << " has no handler";
        }
}

TEST(RestContract, every_error_code_is_documented_with_its_name_and_status_and_no_other) {
    const YAML::Node listed = contract().root()["x-error-codes"];
    ASSERT_EQ(listed.size(), error_codes().size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const ErrorCode& code = error_codes()[i];
        EXPECT_EQ(listed[i]["code"].as<int>(), code.code);
        EXPECT_EQ(listed[i]["name"].as<std::string>(), code.name) << code.code;
        EXPECT_EQ(listed[i]["status"].as<int>(), code.status) << code.code;
    }
}

TEST(RestContract, every_reference_resolves) {
    std::vector<YAML::Node> open{contract().root()};
    while (!open.empty()) {
        const YAML::Node node = open.back();
        open.pop_back();
        if (node.IsMap())
            for (const auto& entry : node) {
                if (entry.first.as<std::string>() == "$ref") {
                    EXPECT_TRUE(contract().resolve(node).IsMap()) << entry.second.as<std::string>();
                }
                open.push_back(entry.second);
            }
        if (node.IsSequence())
            for (const YAML::Node& element : node) open.push_back(element);
    }
}

}  // namespace
}  // namespace bw::gateway::rest::testing
