#pragma once

#include <array>
#include <string_view>

namespace vividface {

/// An engine for Algorithm 1, as a person who chooses one sees it.
struct Engine {
  std::string_view name, about;
};

/// All that the project knows of.
inline constexpr std::array<Engine, 2> kEngines = {{
    {"mesh", "the robot's picture warped on a mesh; runs on any computer, without a GPU"},
    {"liveportrait", "the published networks, for a GPU"},
}};

}  // namespace vividface
