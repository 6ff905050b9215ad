#include "server/person_request.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vividface {
namespace {

constexpr const char* kExpected = "expected x and y from 0 to 1 of the picture: ?x=0.3&y=0.5 or {\"x\":0.3,\"y\":0.5}";

struct Point {
  double x = NAN, y = NAN;
};

double number(std::string_view text) {
  double value = NAN;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : NAN;
}

Point of_query(std::string_view query) {
  const std::size_t middle = query.find('&');
  if (!query.starts_with("x=") || middle == std::string_view::npos || query.substr(middle, 3) != "&y=") return {};
  return {number(query.substr(2, middle - 2)), number(query.substr(middle + 3))};
}

Point of_json(std::string_view body) {
  constexpr std::size_t kLongest = 1 << 10;
  if (body.size() > kLongest) return {};
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.size() != 2 || !json.contains("x") || !json.contains("y")) return {};
  if (!json["x"].is_number() || !json["y"].is_number()) return {};
  return {json["x"].get<double>(), json["y"].get<double>()};
}

bool is_part(double value) { return value >= 0 && value <= 1; }

}  // namespace

std::optional<cv::Point2f> person_point(std::string_view query, std::string_view body) {
  if (query.empty() && body.empty()) return std::nullopt;
  if (!query.empty() && !body.empty()) throw InputError(kExpected);
  const Point point = body.empty() ? of_query(query) : of_json(body);
  if (!is_part(point.x) || !is_part(point.y)) throw InputError(kExpected);
  return cv::Point2f(static_cast<float>(point.x), static_cast<float>(point.y));
}

}  // namespace vividface
