#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "shadow/mesh_engine.h"

namespace vividface {

struct ServeConfig;

/// Which engine makes the expression, and with what.
struct EngineOptions {
  std::string name = "mesh";   ///< or "liveportrait"
  MeshEngineOptions mesh;      ///< models and robot_image are the other engine's, too
  std::string device = "cpu";  ///< of liveportrait
  std::string precision = "fp32";
};

EngineOptions engine_options(const ServeConfig& config);
/// --engine, --device and --precision.
void add_engine_options(CLI::App* command, std::string& name, std::string& device, std::string& precision);

// Each program defines these in its own way (engine_here.cpp, engine_elsewhere.cpp): libtorch is in vividface-torch
// alone.

/// To be called before anything is opened: where this program does not have the engine, ends this process for the one
/// that has, with the same arguments.
void go_where_engine_is(const std::string& name);
/// Throws InputError.
ShadowParts make_engine(const EngineOptions& options);

}  // namespace vividface
