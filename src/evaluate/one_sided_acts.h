#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "robot/controls.h"

namespace vividface {

/// An expression of one side of the face; left is the person's own.
struct OneSidedAct {
  struct Move {
    std::size_t control;
    float to;  ///< in the control's unit
  };
  std::string name;         ///< "wink left"
  std::vector<Move> moves;  ///< all other controls are at neutral

  ControlVector controls() const;
};

/// Wink, raised brow and half smile, each left and right.
const std::vector<OneSidedAct>& one_sided_acts();

/// The most that the other side may move, as a share of what the acting side does.
inline constexpr double kOtherSideBar = 0.15;

/// What an act did to the robot's two sides: means over pictures and controls, in shares of the shadowing range.
struct SideMovement {
  double asked = 0;  ///< of the acting side, had it done all that the person did
  double moved = 0;  ///< of the acting side, in the act's direction: negative when it went the other way
  double other = 0;  ///< of the other side, in any direction
  double still = 0;  ///< the same of the other side while the person does nothing: how near to 0 `other` can come

  /// other / moved; nothing unless the acting side moved.
  std::optional<double> ratio() const { return moved > 0 ? std::optional(other / moved) : std::nullopt; }
};

/// Collects what the robot is sent for people at rest and in acts, clamped to the shadowing ranges. Movement counts
/// from what the pipeline gave for the same person's reference picture.
class OneSidedScore {
 public:
  /// `act`: an index of one_sided_acts.
  void add(std::size_t act, const ControlVector& reference, const ControlVector& shown);
  /// A person who does nothing, in another picture than the reference.
  void add_still(const ControlVector& reference, const ControlVector& shown);

  std::size_t count(std::size_t act) const { return acts_[act].count; }  ///< pictures
  /// Nothing without a picture of the act.
  std::optional<SideMovement> movement(std::size_t act) const;

  /// By act; with the mean movement of every control, in shares of the shadowing range.
  nlohmann::ordered_json json() const;

 private:
  struct Sums {
    std::array<double, kControlCount> moved{}, moved_any_way{};
    std::size_t count = 0;

    void add(const ControlVector& reference, const ControlVector& shown);
  };
  std::vector<Sums> acts_ = std::vector<Sums>(one_sided_acts().size());
  Sums still_;
};

}  // namespace vividface
