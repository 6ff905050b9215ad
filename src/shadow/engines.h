#pragma once

#include <array>
#include <string_view>

namespace vividface {

/// An engine for Algorithm 1, as a person who may choose one sees it.
struct Engine {
  std::string_view name, about;
  std::string_view missing;  ///< why it cannot be chosen here; empty: it can
};

/// All that the project knows of, whether this program can run them or not.
inline constexpr std::array<Engine, 2> kEngines = {{
    {"mesh", "the robot's picture warped on a mesh; runs on any computer, without a GPU", ""},
    {"liveportrait", "the published networks, for a GPU",
     "not made yet: its networks run ('vividface bench networks'), but no live shadowing is built on them"},
}};

}  // namespace vividface
