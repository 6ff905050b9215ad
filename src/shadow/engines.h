#pragma once

#include <array>
#include <string_view>

namespace vividface {

/// An engine for Algorithm 1, as a person who may choose one sees it.
struct Engine {
  std::string_view name, about;
  std::string_view start;  ///< why it cannot be had while another runs, and how it can
};

/// All that the project knows of.
inline constexpr std::array<Engine, 2> kEngines = {{
    {"mesh", "the robot's picture warped on a mesh; runs on any computer, without a GPU",
     "the engine is chosen at the start: --engine mesh"},
    {"liveportrait", "the published networks, for a GPU",
     "the engine is chosen at the start, and this one needs the published weights: --engine liveportrait --models DIR "
     "(docs/liveportrait.md)"},
}};

}  // namespace vividface
