#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace vividface {

/// Ameca's shadowed controls (paper, Sec. III): 30 values in the order of config/ameca.json.
inline constexpr std::size_t kControlCount = 30;

/// One value a control, in the control's own unit (normalized or degrees).
using ControlVector = std::array<float, kControlCount>;

struct ControlRange {
  float min, max;
};

/// What config/ameca.json says about one control.
struct ControlSpec {
  std::string name;                       ///< "Brow Inner Left": left is the robot's own left
  std::optional<std::string> name_space;  ///< Tritium namespace; the jaw and lip controls have none
  std::string unit;                       ///< "normalized" or "degree"
  ControlRange shadowing;                 ///< what may be sent to a robot
  ControlRange dataset;                   ///< what the published data set spans
  float neutral;                          ///< the robot's resting face
};

/// The robot's control table: data, read from one file.
class ControlTable {
 public:
  /// Reads a table such as config/ameca.json. Throws InputError unless it has exactly kControlCount well-formed
  /// controls.
  static ControlTable load(const std::filesystem::path& json);
  /// The same for a stream; `name` stands for the file in errors.
  static ControlTable parse(std::istream& json, const std::string& name);

  /// The table that the program comes with (config/ameca.json), read once.
  static const ControlTable& ameca();

  const ControlSpec& operator[](std::size_t index) const { return specs_[index]; }
  const std::array<ControlSpec, kControlCount>& specs() const { return specs_; }
  std::optional<std::size_t> index_of(std::string_view name) const;

  ControlVector neutral() const;
  /// Each value limited to its shadowing range; what is not finite becomes the neutral value.
  ControlVector clamp(const ControlVector& controls) const;

 private:
  std::array<ControlSpec, kControlCount> specs_;
};

}  // namespace vividface
