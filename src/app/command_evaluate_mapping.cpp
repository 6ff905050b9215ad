#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "camera/picture.h"
#include "mapping/mapping_architecture.h"
#include "mapping/mapping_network.h"
#include "mapping/person_picture.h"
#include "train/mapping_set.h"
#include "train/regression_score.h"

namespace vividface {
namespace {

struct Options {
  std::vector<std::filesystem::path> data;
  std::filesystem::path weights, json;
  std::string split = "test";
  int threads = 2;
};

/// A person's laid out face as a network reads it, BGR.
cv::Mat read_person(const std::filesystem::path& file) {
  SquarePicture picture = load_person_picture(file);
  cv::Mat bgr;
  cv::cvtColor(cv::Mat(kPersonSide, kPersonSide, CV_8UC3, picture.data()), bgr, cv::COLOR_RGB2BGR);
  return bgr;
}

/// A row whose motion is missing says nothing of a network that sees it.
void add_score(MappingNetwork& network, const std::filesystem::path& picture,
               const std::function<cv::Mat(const std::filesystem::path&)>& read, const MappingSample& sample,
               RegressionScore& score) {
  const bool sees_motion = network.motion_inputs() > 0;
  if (picture.empty() || (sees_motion && sample.motion.empty())) return;
  const std::vector<float> motion = sees_motion ? load_motion(sample.motion) : std::vector<float>();
  score.add(network.read(read(picture), motion), sample.controls);
}

void evaluate(const Options& options) {
  std::vector<std::filesystem::path> inputs = options.data;
  inputs.push_back(options.weights);
  check_outputs(inputs, {options.json});
  std::optional<OutputFile> json;  // made now, so that a wrong name is known before the work
  if (!options.json.empty()) json.emplace(options.json);
  std::vector<MappingSample> samples;
  for (const auto& folder : options.data)
    for (auto& sample : read_mapping_set(folder))
      if (sample.split == options.split) samples.push_back(std::move(sample));
  if (samples.empty()) throw InputError("--split " + options.split + ": expected rows of this split, found none");

  const Checkpoint weights = Checkpoint::read(options.weights);
  MappingNetwork network(weights, MappingPrecision::fastest, options.threads);
  const auto architecture = read_architecture(weights);
  MappingEvaluation evaluation;
  evaluation.sees_person = architecture.sees_person;
  for (std::size_t c = 0; c < kControlCount; ++c) evaluation.learnt[c] = architecture.scale[c] != 0;
  Progress progress("evaluate", samples.size());
  for (const MappingSample& sample : samples) {
    if (architecture.sees_person) {
      add_score(network, sample.person, read_person, sample, evaluation.animated);
    } else {
      add_score(network, sample.canonical, read_picture, sample, evaluation.canonical);
      add_score(network, sample.animated, read_picture, sample, evaluation.animated);
    }
    progress.advance();
  }
  progress.finish();
  if (evaluation.canonical.count() + evaluation.animated.count() == 0)
    throw InputError("--data: none of the " + std::to_string(samples.size()) + " rows of the split " + options.split +
                     " has what this network sees; run `vividface dataset animate`");
  std::cout << evaluation.table();
  if (json) json->commit(evaluation.json() + "\n");
}

}  // namespace

void add_evaluate_mapping(CLI::App& program) {
  CLI::App* command =
      program.get_subcommand("evaluate")->add_subcommand("mapping", "R² of a mapping network, control by control");
  auto options = std::make_shared<Options>();
  command->add_option("--data", options->data, "folder with index.csv, canonical/ and animated/; may be given again")
      ->required();
  command->add_option("--weights", options->weights, "weights of `vividface train mapping`")->required();
  command->add_option("--split", options->split, "the rows to use")->capture_default_str();
  command->add_option("--json", options->json, "also write the result here");
  command->add_option("--threads", options->threads)->capture_default_str()->check(CLI::Range(1, 256));
  command->footer("Example: vividface evaluate mapping --data set --weights models/mapping_mesh.safetensors");
  command->callback([options] { evaluate(*options); });
}

}  // namespace vividface
