#include "app/engine.h"

#include <filesystem>

namespace vividface {

EngineOptions engine_options(const ServeConfig& config) {
  return {.name = config.engine,
          .mesh = {.models = config.models, .robot_image = config.robot_image, .wrinkles = config.wrinkles},
          .device = config.device,
          .precision = config.precision};
}

ServeConfig with_engine(ServeConfig config, std::string_view name) {
  if (config.engine == name) return config;
  config.engine = name;
  config.wrinkles = false;
  if (name == "mesh" && !exists(std::filesystem::path(config.models) / kMeshWeights)) config.models.clear();
  return config;
}

void add_engine_options(CLI::App* command, std::string& name, std::string& device, std::string& precision) {
  command
      ->add_option("--engine", name,
                   "mesh: runs on any computer; liveportrait: the published networks, of --models DIR "
                   "(docs/liveportrait.md), with which 'serve' can change to mesh and back [mesh]")
      ->check(CLI::IsMember({"mesh", "liveportrait"}));
  const char* group = "Engine liveportrait";
  command->add_option("--device", device, "cpu or cuda:N [cpu]")->group(group);
  command->add_option("--precision", precision, "fp32, or fp16 on CUDA [fp32]")
      ->check(CLI::IsMember({"fp32", "fp16"}))
      ->group(group);
}

}  // namespace vividface
