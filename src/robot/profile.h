#pragma once

#include <array>
#include <memory>
#include <string>

#include "robot/control_regions.h"
#include "robot/controls.h"

namespace vividface {

/// How one control is shaped. With s its share of the way from neutral (0) to an end of its range (−1, 1), the value is
/// that of sign(s)·|s|^curve·gain, plus the offset, within min and max.
struct ControlShape {
  float gain = 1;    ///< 0…kMostGain
  float curve = 1;   ///< exponent, kLeastCurve…kMostCurve: above 1 small movements become smaller, below 1 larger
  float offset = 0;  ///< control's unit; at most the range's width, either way
  float min = 0, max = 0;  ///< control's unit, within its shadowing range
  bool mirror = false;     ///< takes the share of the control on the other side, or turns to the other side
  bool mute = false;       ///< stays neutral, whatever else is said

  bool operator==(const ControlShape&) const = default;

  static constexpr float kMostGain = 4, kLeastCurve = 0.25f, kMostCurve = 4;
};

/// What a profile says.
struct ProfileSettings {
  std::string name;     ///< for people, at most kLongestText bytes
  std::string about;    ///< for people, too
  bool mirror = false;  ///< of the whole face: a control with `mirror` of its own is the other way round again
  std::array<ControlShape, kControlCount> controls;

  /// Settings that change nothing.
  explicit ProfileSettings(const ControlTable& table = ControlTable::ameca());
  bool operator==(const ProfileSettings&) const = default;

  static constexpr std::size_t kLongestText = 200;
};

/// The operator's taste, between Algorithm 1 and the safety stage, which it cannot widen: whatever comes in, what comes
/// out is finite and within the control's own min and max, and so within its shadowing range. Immutable; keeps nothing
/// from frame to frame. Any thread.
class Profile {
 public:
  /// Throws InputError, which names the control, for what is out of range.
  explicit Profile(ProfileSettings settings = ProfileSettings(), const ControlTable& table = ControlTable::ameca(),
                   const ControlRegions& regions = ControlRegions::ameca());

  const ProfileSettings& settings() const { return settings_; }

  /// `controls` shaped. A control that nothing is said of keeps its value to the bit; a value that is not finite
  /// becomes the neutral one.
  ControlVector apply(const ControlVector& controls) const noexcept;

 private:
  struct Control {
    float neutral = 0, min = 0, max = 0;  // of its shadowing range
    std::size_t source = 0;               // whose share it takes
    float sign = 1;
  };

  float share(std::size_t control, float value) const noexcept;
  float shaped(std::size_t control, float value) const noexcept;

  ProfileSettings settings_;
  std::array<Control, kControlCount> controls_;
};

/// The profile that is in force, handed from thread to thread.
using SharedProfile = std::shared_ptr<const Profile>;

}  // namespace vividface
