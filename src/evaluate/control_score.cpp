#include "evaluate/control_score.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vividface {
namespace {

const ControlTable& table() { return ControlTable::ameca(); }

/// The head's control becomes the whole turn's, as far as the robot can go; the neck's says nothing any more.
ControlVector with_whole_turns(const ControlVector& controls) {
  ControlVector whole = table().clamp(controls);
  for (const auto& [name, head, neck] : shared_turns()) {
    const ControlRange a = table()[head].shadowing, b = table()[neck].shadowing;
    whole[head] = std::clamp(controls[head] + controls[neck], a.min + b.min, a.max + b.max);
    whole[neck] = 0;
  }
  return whole;
}

std::optional<double> mean_of(const RegressionScore& score, auto&& wanted) {
  double sum = 0;
  int count = 0;
  for (std::size_t c = 0; c < kControlCount; ++c) {
    const auto r2 = wanted(c) ? score.r2(c) : std::nullopt;
    if (r2) sum += *r2, ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nullptr;
}

}  // namespace

bool ControlGroup::has(std::size_t control) const {
  return std::ranges::any_of(beginnings,
                             [&](std::string_view beginning) { return table()[control].name.starts_with(beginning); });
}

const std::vector<ControlGroup>& control_groups() {
  static const std::vector<ControlGroup> groups = {{"brows", {"Brow"}},
                                                   {"lids", {"Eyelid"}},
                                                   {"gaze", {"Gaze"}},
                                                   {"nose", {"Nose"}},
                                                   {"jaw", {"Jaw"}},
                                                   {"lips", {"Lip"}},
                                                   {"head and neck", {"Head", "Neck"}}};
  return groups;
}

const std::array<SharedTurn, 2>& shared_turns() {
  static const std::array<SharedTurn, 2> turns = {
      {{"pitch", table().index_of("Head Pitch").value(), table().index_of("Neck Pitch").value()},
       {"roll", table().index_of("Head Roll").value(), table().index_of("Neck Roll").value()}}};
  return turns;
}

void ControlScore::add(const ControlVector& sent, const ControlVector& truth) {
  each_.add(table().clamp(sent), table().clamp(truth));
  whole_turns_.add(with_whole_turns(sent), with_whole_turns(truth));
}

double ControlScore::mean_absolute_error(std::size_t control) const {
  const auto [min, max] = table()[control].shadowing;
  return 100 * each_.mean_absolute_error(control) / (max - min);
}

std::optional<double> ControlScore::mean_r2(const ControlGroup& group) const {
  return mean_of(each_, [&](std::size_t c) { return group.has(c); });
}

std::optional<double> ControlScore::mean_r2() const {
  return mean_of(each_, [](std::size_t) { return true; });
}

std::optional<double> ControlScore::mean_r2_of_whole_turns() const {
  return mean_of(whole_turns_, [](std::size_t) { return true; });
}

std::vector<ControlBar> control_bars(const ControlScore& score) {
  constexpr double kMean = 0.8, kFine = 0.6;
  const ControlGroup fine[] = {{"nose wrinkle", {"Nose"}},
                               {"brows", {"Brow"}},
                               {"lip raise", {"Lip Top Raise"}},
                               {"lip press", {"Lip Top Curl", "Lip Bottom Curl"}}};
  std::vector<ControlBar> bars = {{"mean", kMean, score.mean_r2(), ""}};
  for (const ControlGroup& group : fine) {
    ControlBar bar{std::string(group.name), kFine, std::nullopt, ""};
    for (std::size_t c = 0; c < kControlCount; ++c) {
      const auto r2 = group.has(c) ? score.r2(c) : std::nullopt;
      if (!r2 || (bar.reached && *bar.reached <= *r2)) continue;
      bar.reached = r2;
      bar.control = table()[c].name;
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

nlohmann::ordered_json to_json(const ControlScore& score) {
  nlohmann::ordered_json json = {{"mean_r2", or_null(score.mean_r2())},
                                 {"mean_r2_of_whole_turns", or_null(score.mean_r2_of_whole_turns())}};
  for (const ControlGroup& group : control_groups())
    json["groups"][std::string(group.name)] = or_null(score.mean_r2(group));
  for (std::size_t c = 0; c < kControlCount; ++c) {
    json["controls"][table()[c].name] = {{"r2", or_null(score.r2(c))},
                                         {"mean_absolute_error_percent", score.mean_absolute_error(c)},
                                         {"n", score.count()}};
  }
  for (const SharedTurn& turn : shared_turns())
    json["whole_turns"][std::string(turn.name)] = or_null(score.r2_of_whole(turn));
  for (const ControlBar& bar : control_bars(score)) {
    json["bars"][bar.name] = {{"wanted", bar.wanted}, {"reached", or_null(bar.reached)}, {"met", bar.met()}};
  }
  return json;
}

}  // namespace vividface
