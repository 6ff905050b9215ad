#pragma once

#include <array>
#include <filesystem>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "robot/controls.h"

namespace vividface {

/// A region of the face, and the controls that move it.
struct ControlRegion {
  std::string name;                   ///< "lips"
  std::vector<std::size_t> controls;  ///< indices, in the order in which people are shown them
};

/// Where on the face the controls are, and which is which's mirror image: data, read from config/control_regions.json.
class ControlRegions {
 public:
  /// Throws InputError unless every control of `table` is in exactly one region.
  static ControlRegions load(const std::filesystem::path& json, const ControlTable& table);
  /// The same for a stream; `name` stands for the file in errors.
  static ControlRegions parse(std::istream& json, const std::string& name, const ControlTable& table);
  /// Those that the program comes with, for Ameca's table, read once.
  static const ControlRegions& ameca();

  const std::vector<ControlRegion>& regions() const { return regions_; }
  const ControlRegion* find(std::string_view name) const;

  /// The control on the other side of the face; of one in the middle, itself.
  std::size_t partner(std::size_t control) const { return partners_[control]; }
  /// Whether + is the robot's own left, as of a head that turns.
  bool is_sideways(std::size_t control) const { return sideways_[control]; }

 private:
  std::vector<ControlRegion> regions_;
  std::array<std::size_t, kControlCount> partners_{};
  std::array<bool, kControlCount> sideways_{};
};

}  // namespace vividface
