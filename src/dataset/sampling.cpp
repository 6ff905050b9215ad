#include "dataset/sampling.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/resources.h"
#include "dataset/sides.h"
#include "robot/control_index.h"

namespace vividface {
namespace {

using nlohmann::json;

enum Kind : std::size_t { single_control, an_expression, some_parts, everything };
constexpr std::array<const char*, 4> kKindNames = {"single", "expression", "parts", "everything"};
constexpr float kStrongestExpression = 1.2f;

const ControlTable& table() { return ControlTable::ameca(); }

float uniform_value(std::size_t control, Random& random) {
  return random.uniform(table()[control].dataset.min, table()[control].dataset.max);
}

/// Names with "*" stand for left and right.
std::vector<std::string> controls_of(const std::string& name) { return sides_of(name, "Left", "Right"); }

}  // namespace

const char* name_of(Split split) { return split == Split::train ? "train" : split == Split::val ? "val" : "test"; }

ControlSampler::ControlSampler() : ControlSampler(resource("config/dataset_sampling.json")) {}

ControlSampler::ControlSampler(const std::filesystem::path& path) {
  std::ifstream file(path);
  try {
    const json root = json::parse(file);
    for (const char* kind : kKindNames) weights_.push_back(root.at("mixture").at(kind).get<float>());
    jitter_ = root.at("jitter").get<float>();
    symmetric_ = root.at("symmetric").get<float>();
    blink_ = root.at("blink").get<float>();
    gaze_ = root.at("gaze").get<float>();
    head_ = root.at("head").get<float>();
    for (const auto& [name, controls] : root.at("expressions").items()) {
      Values values;
      for (const auto& [control, value] : controls.items()) {
        for (const std::string& side : controls_of(control))
          values.emplace_back(control_index(side), value.get<float>());
      }
      expressions_.push_back(std::move(values));
    }
    for (const auto& [name, controls] : root.at("parts").items()) {
      std::vector<std::size_t> part;
      for (const json& control : controls) {
        for (const std::string& side : controls_of(control.get<std::string>())) part.push_back(control_index(side));
      }
      parts_.push_back(std::move(part));
    }
    if (expressions_.empty() || parts_.empty()) throw InputError("has no expressions or no parts");
  } catch (const InputError& error) {
    throw InputError(path.string() + ": " + error.what());
  } catch (const json::exception& error) {
    throw InputError(path.string() + " is not a mixture of samples: " + error.what());
  }
  for (std::size_t left = 0; left < kControlCount; ++left) {
    const std::string& name = table()[left].name;
    if (!name.ends_with("Left")) continue;
    pairs_.emplace_back(left, control_index(name.substr(0, name.size() - 4) + "Right"));
  }
}

ControlVector ControlSampler::sample(Random& random) const {
  ControlVector controls = table().neutral();
  float sum = 0;
  for (const float weight : weights_) sum += weight;
  float lot = random.uniform(0, sum);
  std::size_t kind = 0;
  while (kind + 1 < weights_.size() && lot >= weights_[kind]) lot -= weights_[kind++];

  if (kind == single_control) {
    const std::size_t control = random.below(kControlCount);
    controls[control] = uniform_value(control, random);
    return controls;
  }
  if (kind == an_expression) {
    add_expression(controls, random);
    if (random.chance(0.3f)) add_expression(controls, random);
    add_everyday_motion(controls, random);
  } else if (kind == some_parts) {
    add_uniform_parts(controls, random);
    add_everyday_motion(controls, random);
  } else {
    for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = uniform_value(i, random);
  }
  for (std::size_t i = 0; i < kControlCount; ++i) {
    controls[i] = std::clamp(controls[i], table()[i].dataset.min, table()[i].dataset.max);
  }
  return controls;
}

void ControlSampler::add_expression(ControlVector& controls, Random& random) const {
  const Values& expression = expressions_[random.below(expressions_.size())];
  const float strength = random.uniform(0.1f, kStrongestExpression);
  // A part of them is one-sided, or stronger on one side.
  std::array<float, 2> side_strength = {strength, strength};
  if (!random.chance(symmetric_)) side_strength[random.below(2)] *= random.uniform();
  for (const auto& [control, value] : expression) {
    const std::string& name = table()[control].name;
    const float by = name.ends_with("Left") ? side_strength[0] : name.ends_with("Right") ? side_strength[1] : strength;
    controls[control] += by * random.uniform(0.7f, 1.1f) * (value - table()[control].neutral);
  }
}

void ControlSampler::add_uniform_parts(ControlVector& controls, Random& random) const {
  const std::size_t chosen = random.below(parts_.size());
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (part != chosen && !random.chance(0.25f)) continue;
    for (const std::size_t control : parts_[part]) controls[control] = uniform_value(control, random);
  }
  if (!random.chance(symmetric_)) return;
  // Faces move mostly on both sides alike: the right side follows the left, each between its own neutral and ends.
  for (const auto& [left, right] : pairs_) {
    const ControlSpec &l = table()[left], &r = table()[right];
    const float offset = controls[left] - l.neutral;
    if (offset == 0) {  // whose neutral may be one of its ends
      controls[right] = r.neutral;
      continue;
    }
    controls[right] = offset > 0 ? r.neutral + offset / (l.dataset.max - l.neutral) * (r.dataset.max - r.neutral)
                                 : r.neutral + offset / (l.neutral - l.dataset.min) * (r.neutral - r.dataset.min);
  }
}

void ControlSampler::add_everyday_motion(ControlVector& controls, Random& random) const {
  for (std::size_t i = 0; i < kControlCount; ++i) {
    controls[i] += random.bell(jitter_ * (table()[i].dataset.max - table()[i].dataset.min));
  }
  const auto control = [&](std::string_view name) -> float& { return controls[*table().index_of(name)]; };
  if (random.chance(blink_)) {
    const float openness = random.uniform();
    for (const char* lid : {"Eyelid Upper Left", "Eyelid Upper Right", "Eyelid Lower Left", "Eyelid Lower Right"}) {
      control(lid) = openness + random.bell(0.05f);
    }
  }
  if (random.chance(gaze_)) {
    control("Gaze Target Phi") = random.uniform(-130, 130);
    control("Gaze Target Theta") = random.uniform(-60, 60);
  }
  if (random.chance(head_)) {
    for (const char* name : {"Head Pitch", "Head Roll", "Head Yaw", "Neck Pitch", "Neck Roll"}) {
      const ControlSpec& spec = table()[*table().index_of(name)];
      control(name) = random.bell(0.25f * (spec.dataset.max - spec.dataset.min));
    }
  }
}

Split ControlSampler::split(std::uint64_t seed, std::uint64_t index) {
  constexpr std::uint64_t kSplitStream = 0x73706c6974;  // apart from the streams that draw samples
  Random random(seed ^ kSplitStream, index);
  const float lot = random.uniform();
  return lot < 0.8f ? Split::train : lot < 0.9f ? Split::val : Split::test;
}

}  // namespace vividface
