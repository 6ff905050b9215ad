#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/mapping_architecture.h"

namespace vividface {

/// What the network learns from beside the robot's pictures I_x.
enum class MappingVariant {
  ix,          ///< nothing: Huber loss on I_x alone
  adapted,     ///< as published: features of I_x are pulled to those of Ĩ = M1(I_x) (Eq. 4–6)
  supervised,  ///< and the Huber loss on Ĩ too
};

/// A share, 0 to 1, of the controls whose names begin so.
struct NamedShare {
  std::string begin;
  double share;

  /// Of "Lip Top=0.9". Throws InputError for anything else.
  static NamedShare parse(const std::string& text);
};

/// One training of the mapping network. The defaults are the published values where a comment does not say otherwise.
struct MappingTraining {
  std::vector<std::filesystem::path> data;  ///< folders that read_mapping_set reads
  std::filesystem::path out;                ///< F.safetensors; log, picture and evaluation lie beside it
  std::filesystem::path init;               ///< weights to start from, whose architecture and units the network then
                                            ///< has; empty: random ones
  MappingVariant variant = MappingVariant::supervised;
  double width = 0.375;                      ///< × 64 channels in the first stage (published: 1)
  int input = 112;                           ///< pixels a side (published: 224)
  PictureCrop crop = {0.17f, 0.22f, 0.66f};  ///< of the canonical view: brow to chin (published: all)
  bool motion = false;  ///< the network also sees what moved, motion/NAME.safetensors (not published)
  bool person = false;  ///< learns from the person's own faces, person/NAME.jpg, in place of the robot's;
                        ///< such weights are for PersonMapping (not published)
  std::filesystem::path
      share_with;           ///< with `person`: the M2 that they are run beside, for which their shares are fitted
  double person_share = 1;  ///< × those shares: real people are not performers
  std::vector<NamedShare> person_share_of;  ///< in place of it, of some controls
  double linear_share = 0.5;     ///< of a linear fit of the motion in what the network then says (not published)
  double landmark_share = 0;     ///< of what the landmarks correct in it, see fit_landmark_correction (not published)
  double motion_noise = 0.0015;  ///< standard deviation of what is added to it, in shares of I_m's width
  int stem = 3;                  ///< kernel of the first convolution (published: 7)
  int epochs = 60;               ///< (published: 100); 0: only the shares of `init` are fitted
  int batch = 128;               ///< samples; each has up to two pictures
  double learning_rate = 1e-3, weight_decay = 0.05;
  double warm_up = 0.02;  ///< part of all steps over which the learning rate rises; then it falls as a cosine
  double clip = 1;        ///< greatest norm of the gradient
  double huber = 0.5;     ///< δ in units of a control's spread (published: 0.01, under which sparse controls collapse)
  double adaptation = 5e-4;  ///< λ_fa
  double average = 0.998;    ///< decay a step of the averaged weights, which are what is saved (not published)
  double jitter = 1;         ///< × the default augmentation beside colour (not published)
  double colour_jitter = 0.2;
  double light_jitter = 0.1;   ///< with `person`: how far light varies over the face (not published)
  bool bfloat16 = false;       ///< the picture's layers in bfloat16, on a CPU (not published)
  bool half = false;           ///< store weights as F16
  std::string device = "cpu";  ///< "cpu", "cuda:0"
  std::uint64_t seed = 1;
  bool resume = false;  ///< go on from F.safetensors.checkpoint
  std::string command;  ///< kept in the file's metadata

  /// Throws InputError for what cannot be trained with, before any data is read.
  void check() const;

  /// What of the best share of the second network a control gets.
  double share_of_person(std::string_view control) const;

  /// F.log.csv and what else lies beside F.safetensors; `ending` with its dot.
  std::filesystem::path beside(const char* ending) const {
    return std::filesystem::path(out).replace_extension(ending);
  }
};

}  // namespace vividface
