#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "evaluate/control_score.h"
#include "shadow/mesh_engine.h"

namespace vividface {

struct PerformerEvaluationOptions {
  std::filesystem::path data;  ///< a set of `vividface dataset render --performers`
  MeshEngineOptions mesh;
  std::string split = "test";
  std::size_t limit = 0;   ///< pictures of the split; 0: all
  std::size_t fit = 2000;  ///< pictures of the split train for the linear fit; 0: none
  int threads = 2;
};

/// Beside the pipeline: what a linear map from the tracker's landmarks to the controls gives on the same pictures.
struct LandmarkBaseline {
  ControlScore score;
  std::size_t examples = 0;  ///< it was fitted on
  double lambda = 0;         ///< chosen on the split val
};

struct PerformerEvaluation {
  ControlScore pipeline;
  std::optional<LandmarkBaseline> landmarks;
  std::size_t clips = 0, pictures = 0;
  std::size_t without_face = 0;            ///< pictures of these
  std::size_t without_reference_face = 0;  ///< of these, because there is none in their clip's neutral picture
};

/// Algorithm 1 on pictures of people whose controls are known, each picture on its own, relative to its clip's neutral
/// picture: neither smoothed nor limited in speed. The baseline is fitted on the split train with λ chosen on val.
/// Throws InputError for what is no such set or has no usable picture.
PerformerEvaluation evaluate_performers(const PerformerEvaluationOptions& options);

}  // namespace vividface
