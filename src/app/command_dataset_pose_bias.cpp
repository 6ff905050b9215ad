#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/commands.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "dataset/pose_bias_fit.h"

namespace vividface {

void add_dataset_pose_bias(CLI::App& program) {
  CLI::App* command = program.get_subcommand("dataset")->add_subcommand(
      "pose-bias", "Fit what the face tracker makes of a turned head without expression");
  const auto options = std::make_shared<PoseBiasFitOptions>();
  const auto out = std::make_shared<std::filesystem::path>();
  command->add_option("--out", *out, "file to write, .safetensors")->required();
  command->add_option("--count", options->count, "pictures")->check(CLI::Range(200, 1'000'000))->capture_default_str();
  command->add_option("--identities", options->identities, "different heads")
      ->check(CLI::Range(6, 1000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "the same seed gives the same pictures")->capture_default_str();
  command->add_option("--threads", options->threads, "heads at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->footer("Example: vividface dataset pose-bias --out config/pose_bias.safetensors");
  command->callback([options, out] {
    check_outputs({}, {*out});
    if (out->extension() != ".safetensors") {
      throw InputError("--out " + out->string() + ": give a name that ends in .safetensors");
    }
    const PoseBiasFit fit = fit_pose_bias(*options);
    fit.bias.save(*out);
    const PoseBiasError& e = fit.error;
    std::printf("root mean square on heads not fitted        before   after\n");
    std::printf("deformation of a mesh point, cm             %6.3f  %6.3f\n", e.mesh_before, e.mesh_after);
    std::printf("opening of an eye, of its width             %6.3f  %6.3f\n", e.opening_before, e.opening_after);
    std::printf("iris, of the eye's width                    %6.3f  %6.3f\n", e.iris_before, e.iris_after);
  });
}

}  // namespace vividface
