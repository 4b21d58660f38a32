#include "buttonwood/tools/order_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace bw::apps {
namespace {

constexpr std::size_t columns = 6;

base::Result<std::string> read_all(int descriptor, const std::string& path) {
    std::string text;
    std::array<char, 1 << 16> chunk;
    for (;;) {
        const ssize_t got = read(descriptor, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return base::error(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
        if (got == 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

/// Decompresses with `xz`, without a shell: the path is an argument, never a command.
base::Result<std::string> read_compressed(const std::string& path) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return base::error(fmt::format("{}: no pipe to xz: {}", path, std::strerror(errno)));
    const pid_t child = fork();
    if (child < 0)
        return base::error(fmt::format("{}: xz cannot be started: {}", path, std::strerror(errno)));
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execlp("xz", "xz", "-dc", "--", path.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    close(ends[1]);
    auto text = read_all(ends[0], path);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return base::error(fmt::format("{}: needs the program xz (Debian package xz-utils)", path));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return base::error(fmt::format("{}: xz cannot unpack it", path));
    return text;
}

base::Result<std::string> read_text(const std::string& path) {
    if (path == "-") return read_all(STDIN_FILENO, "standard input");
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return base::error(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
    auto text = path.ends_with(".xz") ? read_compressed(path) : read_all(descriptor, path);
    close(descriptor);
    return text;
}

template <class Integer>
std::optional<Integer> integer(std::string_view text) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::array<std::string_view, columns>> split(std::string_view line) {
    std::array<std::string_view, columns> fields;
    for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t comma = line.find(',');
        if ((comma == std::string_view::npos) != (i + 1 == columns)) return std::nullopt;
        fields[i] = line.substr(0, comma);
        line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
    }
    return fields;
}

base::Result<RecordedOrder> parse(std::string_view line) {
    const auto fields = split(line);
    if (!fields)
        return base::error("expected 6 fields: time_ms,command,order_id,side,price,quantity");
    const auto& [time, command, id, side, price, quantity] = *fields;
    RecordedOrder order{};
    if (command == "new")
        order.command = RecordedCommand::enter;
    else if (command == "cancel")
        order.command = RecordedCommand::cancel;
    else if (command == "reduce")
        order.command = RecordedCommand::reduce;
    else
        return base::error(fmt::format("command \"{}\" is none of new, cancel, reduce", command));
    const auto time_ms = integer<std::uint64_t>(time);
    if (!time_ms) return base::error(fmt::format("time_ms \"{}\" is not a whole number", time));
    const auto order_id = integer<std::uint64_t>(id);
    if (!order_id) return base::error(fmt::format("order_id \"{}\" is not a whole number", id));
    order.time_ms = *time_ms;
    order.order_id = *order_id;
    if (order.command == RecordedCommand::enter) {
        if (side != "B" && side != "S")
            return base::error(fmt::format("side \"{}\" is neither B nor S", side));
        order.side = side == "B" ? model::Side::buy : model::Side::sell;
        const auto limit = integer<std::int64_t>(price);
        if (!limit || *limit < 1)
            return base::error(
                fmt::format("price \"{}\" is not a positive whole number of ticks", price));
        order.price = *limit;
    }
    if (order.command != RecordedCommand::cancel) {
        const auto shares = integer<std::uint64_t>(quantity);
        if (!shares || *shares == 0)
            return base::error(
                fmt::format("quantity \"{}\" is not a positive whole number", quantity));
        order.quantity = *shares;
    }
    return order;
}

}  // namespace

base::Result<std::vector<RecordedOrder>> read_order_file(const std::string& path) {
    const auto text = read_text(path);
    if (!text) return std::unexpected(text.error());
    std::vector<RecordedOrder> orders;
    std::string_view rest = *text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || (number == 1 && line.starts_with("time_ms,"))) continue;
        auto order = parse(line);
        if (!order)
            return base::error(fmt::format("{}:{}: {}", path, number, order.error().message));
        orders.push_back(*order);
    }
    if (orders.empty()) return base::error(fmt::format("{}: holds no orders", path));
    return orders;
}

}  // namespace bw::apps
