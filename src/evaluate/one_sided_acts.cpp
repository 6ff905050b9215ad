#include "evaluate/one_sided_acts.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "robot/control_index.h"
#include "robot/control_regions.h"

namespace vividface {
namespace {

const ControlTable& ameca() { return ControlTable::ameca(); }

double width(std::size_t control) {
  const auto [min, max] = ameca()[control].shadowing;
  return static_cast<double>(max) - static_cast<double>(min);
}

/// The ends of the ranges, as these do the same to both sides of a person's face: the robot's neutral values, from
/// which there is more or less of the way, differ.
struct Act {
  std::string_view name;
  std::vector<std::string_view> controls;
  float to;
};
const std::vector<Act>& acts() {
  static const std::vector<Act> acts = {{"wink", {"Eyelid Upper", "Eyelid Lower"}, 0},  // 0 is shut, −1 squeezed
                                        {"one brow", {"Brow Inner", "Brow Outer"}, 1},
                                        {"half smile", {"Lip Corner Raise", "Lip Corner Stretch"}, 1}};
  return acts;
}

std::vector<OneSidedAct> both_sides() {
  std::vector<OneSidedAct> all;
  for (const Act& act : acts()) {
    for (const auto& [side, end] : {std::pair{" left", " Left"}, std::pair{" right", " Right"}}) {
      OneSidedAct one{std::string(act.name) + side, {}};
      for (const std::string_view control : act.controls)
        one.moves.push_back({control_index(std::string(control) + end), act.to});
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace

ControlVector OneSidedAct::controls() const {
  ControlVector controls = ameca().neutral();
  for (const auto& [control, to] : moves) controls[control] = to;
  return controls;
}

const std::vector<OneSidedAct>& one_sided_acts() {
  static const std::vector<OneSidedAct> all = both_sides();
  return all;
}

void OneSidedScore::Sums::add(const ControlVector& reference, const ControlVector& shown) {
  const ControlVector from = ameca().clamp(reference), to = ameca().clamp(shown);
  for (std::size_t c = 0; c < kControlCount; ++c) {
    const double share = (static_cast<double>(to[c]) - static_cast<double>(from[c])) / width(c);
    moved[c] += share;
    moved_any_way[c] += std::abs(share);
  }
  ++count;
}

void OneSidedScore::add(std::size_t act, const ControlVector& reference, const ControlVector& shown) {
  acts_.at(act).add(reference, shown);
}

void OneSidedScore::add_still(const ControlVector& reference, const ControlVector& shown) {
  still_.add(reference, shown);
}

std::optional<SideMovement> OneSidedScore::movement(std::size_t act) const {
  const Sums& sums = acts_.at(act);
  if (sums.count == 0) return std::nullopt;
  const auto& moves = one_sided_acts()[act].moves;
  const auto pictures = static_cast<double>(sums.count), still_pictures = static_cast<double>(still_.count),
             controls = static_cast<double>(moves.size());
  SideMovement mean;
  for (const auto& [control, to] : moves) {
    const double asked =
        (static_cast<double>(to) - static_cast<double>(ameca()[control].neutral)) / width(control) / controls;
    const std::size_t partner = ControlRegions::ameca().partner(control);
    mean.asked += std::abs(asked);
    mean.moved += (asked < 0 ? -1 : 1) * sums.moved[control] / pictures / controls;
    mean.other += sums.moved_any_way[partner] / pictures / controls;
    if (still_.count > 0) mean.still += still_.moved_any_way[partner] / still_pictures / controls;
  }
  return mean;
}

nlohmann::ordered_json OneSidedScore::json() const {
  nlohmann::ordered_json json;
  for (std::size_t act = 0; act < acts_.size(); ++act) {
    nlohmann::ordered_json& entry = json[one_sided_acts()[act].name];
    entry["n"] = count(act);
    const auto mean = movement(act);
    if (!mean) continue;
    entry.update({{"asked", mean->asked}, {"moved", mean->moved}, {"other", mean->other}, {"still", mean->still}});
    entry["ratio"] = mean->ratio() ? nlohmann::ordered_json(*mean->ratio()) : nullptr;
    for (std::size_t c = 0; c < kControlCount; ++c)
      entry["controls"][ameca()[c].name] = acts_[act].moved[c] / static_cast<double>(count(act));
  }
  return json;
}

}  // namespace vividface
