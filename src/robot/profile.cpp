#include "robot/profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

std::string text(float value) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

void check(const std::string& what, float value, float least, float most) {
  if (value >= least && value <= most) return;  // not so for what is no number
  throw InputError(what + " must be from " + text(least) + " to " + text(most));
}

void check(const ControlShape& shape, const ControlSpec& spec) {
  const std::string of = " of \"" + spec.name + "\"";
  const auto [min, max] = spec.shadowing;
  check("gain" + of, shape.gain, 0, ControlShape::kMostGain);
  check("curve" + of, shape.curve, ControlShape::kLeastCurve, ControlShape::kMostCurve);
  check("offset" + of, shape.offset, min - max, max - min);
  check("min" + of, shape.min, min, max);
  check("max" + of, shape.max, min, max);
  if (shape.min > shape.max) throw InputError("min" + of + " is above its max");
}

}  // namespace

ProfileSettings::ProfileSettings(const ControlTable& table) {
  for (std::size_t i = 0; i < kControlCount; ++i) {
    controls[i].min = table[i].shadowing.min;
    controls[i].max = table[i].shadowing.max;
  }
}

Profile::Profile(ProfileSettings settings, const ControlTable& table, const ControlRegions& regions)
    : settings_(std::move(settings)) {
  for (const std::string* line : {&settings_.name, &settings_.about}) {
    if (line->size() > ProfileSettings::kLongestText) {
      throw InputError("name and about must have at most " + std::to_string(ProfileSettings::kLongestText) + " bytes");
    }
  }
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlShape& shape = settings_.controls[i];
    check(shape, table[i]);
    const bool is_mirrored = shape.mirror != settings_.mirror;
    controls_[i] = {.neutral = table[i].neutral,
                    .min = table[i].shadowing.min,
                    .max = table[i].shadowing.max,
                    .source = is_mirrored ? regions.partner(i) : i,
                    .sign = is_mirrored && regions.is_sideways(i) ? -1.0f : 1.0f};
  }
}

ControlVector Profile::apply(const ControlVector& controls) const noexcept {
  ControlVector out;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlShape& shape = settings_.controls[i];
    const float value = shape.mute ? controls_[i].neutral : shaped(i, controls[controls_[i].source]);
    out[i] = shape.mute ? value : std::clamp(value, shape.min, shape.max);
  }
  return out;
}

// −1…1. A side without any way, such as above a neutral value that is the range's end, has the share 0.
float Profile::share(std::size_t control, float value) const noexcept {
  const Control& of = controls_[control];
  const float way = value > of.neutral ? of.max - of.neutral : of.neutral - of.min;
  return way > 0 ? std::clamp((value - of.neutral) / way, -1.0f, 1.0f) : 0;
}

float Profile::shaped(std::size_t control, float value) const noexcept {
  const Control& own = controls_[control];
  const ControlShape& shape = settings_.controls[control];
  if (!std::isfinite(value)) return own.neutral;
  const bool is_straight = own.source == control && own.sign > 0 && shape.gain == 1 && shape.curve == 1;
  if (is_straight) return value + shape.offset;
  const float s = own.sign * share(own.source, value);
  const float moved = std::copysign(std::pow(std::abs(s), shape.curve) * shape.gain, s);
  return own.neutral + moved * (moved > 0 ? own.max - own.neutral : own.neutral - own.min) + shape.offset;
}

}  // namespace vividface
