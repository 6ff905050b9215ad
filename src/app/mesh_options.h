#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "shadow/mesh_engine.h"

namespace vividface {

/// Gives a command that measures the options --models and --wrinkles. `mesh` must outlive the command line.
inline void add_mesh_options(CLI::App& command, MeshEngineOptions& mesh) {
  command.add_option("--models", mesh.models, "Folder of the trained weights [models/ of the project]");
  command
      .add_option_function<std::string>(
          "--wrinkles", [&mesh](const std::string& wanted) { mesh.wrinkles = wanted == "on"; },
          "Carry the person's wrinkles over to I_m: on or off [off]")
      ->check(CLI::IsMember({"on", "off"}));
}

}  // namespace vividface
