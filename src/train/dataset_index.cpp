#include "train/dataset_index.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vividface {
namespace {

/// The fields of one line of CSV; quoted fields may hold commas and doubled quotes, not line breaks.
std::vector<std::string> csv_fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

ControlVector parse_controls(const std::string& text, const std::string& where) {
  const auto list = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  ControlVector controls{};
  bool good = list.is_array() && list.size() == kControlCount;
  for (std::size_t i = 0; good && i < kControlCount; ++i) {
    good = list[i].is_number();
    if (good) controls[i] = list[i].get<float>();
    good = good && std::isfinite(controls[i]);
  }
  if (!good) throw InputError(where + ": ctrl_values: expected a list of 30 numbers, found " + text.substr(0, 60));
  return controls;
}

}  // namespace

std::vector<IndexRow> read_dataset_index(const std::filesystem::path& folder) {
  const auto index = folder / "index.csv";
  std::ifstream in(index);
  if (!in)
    throw InputError(index.string() + ": expected a data set's index, found none; make one with `vividface dataset`");
  return parse_dataset_index(in, index.string());
}

std::vector<IndexRow> parse_dataset_index(std::istream& in, const std::string& name) {
  std::string line;
  std::getline(in, line);
  const auto header = csv_fields(line);
  auto column = [&](const char* wanted) {
    auto found = std::find(header.begin(), header.end(), wanted);
    if (found == header.end()) throw InputError(name + ": expected a column " + wanted + ", found none");
    return static_cast<std::size_t>(found - header.begin());
  };
  const std::size_t path = column("img_path"), values = column("ctrl_values"), split = column("split");

  std::vector<IndexRow> rows;
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    if (line.empty() || line == "\r") continue;
    const std::string where = name + ": line " + std::to_string(number);
    auto fields = csv_fields(line);
    if (fields.size() != header.size())
      throw InputError(where + ": expected " + std::to_string(header.size()) + " fields, found " +
                       std::to_string(fields.size()));
    rows.push_back({.picture = std::move(fields[path]),
                    .controls = parse_controls(fields[values], where),
                    .split = std::move(fields[split]),
                    .line = number});
  }
  return rows;
}

}  // namespace vividface
