#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/flat_adamw.h"
#include "train/mapping_training.h"
#include "train/training_data.h"
#include "train/training_log.h"

namespace vividface {

/// What must be the same for a training to go on, as a JSON object: the options that change its result, the controls'
/// weights in the loss, and a hash of the data's rows (pictures' names, controls, split). What the pictures show is not
/// in it.
std::string training_fingerprint(const MappingTraining& training, const ControlVector& loss_weights,
                                 const TrainingData& data);

/// F.safetensors.checkpoint: the state after an epoch, from which a killed training goes on.
class TrainingCheckpoint {
 public:
  TrainingCheckpoint(const std::filesystem::path& weights, std::string fingerprint);

  void save(const FlatAdamW& optimizer, const std::vector<EpochRecord>& log) const;
  /// Fills optimizer (and with it the module) and log; nothing when there is no such file. Throws InputError, which
  /// names what differs, for a checkpoint of another training.
  void resume(FlatAdamW& optimizer, std::vector<EpochRecord>& log) const;
  void remove() const;

  bool exists() const { return std::filesystem::exists(file_); }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::string fingerprint_;
};

}  // namespace vividface
