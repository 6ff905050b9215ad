#include "train/trained_weights.h"

#include <torch/torch.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "checkpoint/torch_tensors.h"

namespace vividface {

void write_trained_weights(const MappingModule& network, const MappingTraining& training,
                           const MappingEvaluation& evaluation, const std::optional<ControlVector>& share) {
  auto state = state_of(network);
  if (training.half)
    for (auto& [key, tensor] : state)
      if (tensor.dim() >= 2) tensor = tensor.to(torch::kHalf);
  auto metadata = architecture_metadata(network.architecture());
  if (share) {
    nlohmann::ordered_json shares;
    for (std::size_t i = 0; i < kControlCount; ++i)
      shares[ControlTable::ameca()[i].name] = std::round((*share)[i] * 1000) / 1000;
    metadata["share"] = nlohmann::ordered_json({{"share", shares}}).dump();
  }
  metadata["command"] = training.command;
  metadata["commit"] = VIVIDFACE_COMMIT;
  metadata["evaluation"] = nlohmann::json::parse(evaluation.json()).dump();
  write_safetensors(training.out, state, metadata);
  OutputFile(training.beside(".evaluation.json")).commit(evaluation.json() + "\n");
}

}  // namespace vividface
