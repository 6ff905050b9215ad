#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "server/serve_config.h"
#include "shadow/mesh_engine.h"

namespace vividface {

/// Which engine makes the expression, and with what.
struct EngineOptions {
  std::string name = "mesh";   ///< or "liveportrait"
  MeshEngineOptions mesh;      ///< models and robot_image are the other engine's, too
  std::string device = "cpu";  ///< of liveportrait
  std::string precision = "fp32";
};

EngineOptions engine_options(const ServeConfig& config);
/// The same configuration with another engine, for a service that may change to it: where the folder of the models has
/// none of mesh, the project's are taken, and wrinkles are mesh's alone.
ServeConfig with_engine(ServeConfig config, std::string_view name);
/// --engine, --device and --precision.
void add_engine_options(CLI::App* command, std::string& name, std::string& device, std::string& precision);

// Each program defines these in its own way (engine_here.cpp, engine_elsewhere.cpp): libtorch is in vividface-torch
// alone.

/// To be called before anything is opened: where this program does not have the engine, ends this process for the one
/// that has, with the same arguments.
void go_where_engine_is(const std::string& name);
/// Why this program cannot make that engine, and what to do; empty: it can, unless a file does not fit.
std::string what_engine_lacks(const EngineOptions& options);
/// Throws InputError.
ShadowParts make_engine(const EngineOptions& options);

/// How a service is started that has both.
inline constexpr const char* kBothEngines =
    "start the service with --engine liveportrait --models DIR, the folder of the published networks "
    "(docs/liveportrait.md); then both engines can be had";

}  // namespace vividface
