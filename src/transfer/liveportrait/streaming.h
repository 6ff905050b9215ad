#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "transfer/liveportrait/appearance_extractor.h"
#include "transfer/liveportrait/generator.h"
#include "transfer/liveportrait/motion_extractor.h"
#include "transfer/liveportrait/stitching.h"
#include "transfer/liveportrait/warping.h"

namespace vividface::liveportrait {

/// The five networks, each from its own checkpoint, on one device.
struct Networks {
  AppearanceExtractor appearance;  ///< F
  MotionExtractor motion;          ///< M, always float32: noise there is jitter on the robot
  Warping warping;                 ///< W
  Generator generator;             ///< G
  Stitching stitching;             ///< S, float32
  Placement place;

  /// `checkpoints`: by letter F, M, W, G, S. `place.dtype` is that of F, W and G. Throws InputError for tensors that
  /// are missing or of other shapes, and for networks that do not fit each other.
  Networks(const std::map<char, Weights>& checkpoints, const Placement& place);
};

/// Networks on a CPU are shared out over all cores, whatever other libraries are limited to.
void compute_on_all_cores();

/// What a frame leaves behind, on the device where nothing else is said; valid until the next frame.
struct StreamedFrame {
  MotionTerms motion;  ///< of the driving picture
  Tensor driven;       ///< x_d, [1, N, 3]
  Tensor stitched;     ///< x_d after S
  Warped warped;
  Tensor picture;   ///< I_m, [1, 3, 2H, 2W] in 0…1, RGB
  Tensor bytes;     ///< I_m on the CPU, [2H, 2W, 3] uint8, BGR
  Tensor controls;  ///< M2's reading of it on the CPU, [1, 30]; undefined without a mapping network
};

/// M1 of a stream: source features are computed once, each frame is handled as it comes. On CUDA the whole frame is one
/// captured graph over fixed buffers, from the upload out of pinned memory to the download into it; I_m comes down
/// while M2 reads it.
class Streaming {
 public:
  using Mapping = std::function<Tensor(const Tensor& picture)>;  ///< I_m → controls

  /// `source`: the robot's picture, [1, 3, 256, 256] in 0…1, RGB.
  Streaming(std::shared_ptr<const Networks> networks, const Tensor& source, Mapping mapping = {});
  ~Streaming();

  /// Takes this driving picture's motion as the reference (the first frame's, in the paper).
  void set_reference(const Tensor& picture);
  /// `picture`: [1, 3, 256, 256] uint8, RGB, on the CPU: the cropped driving frame. Needs a reference.
  const StreamedFrame& step(const Tensor& picture);
  void forget_reference() { has_reference_ = false; }
  bool has_reference() const { return has_reference_; }

  const ImplicitMotion& source_motion() const { return source_motion_; }
  const SourceVolume& source() const { return source_; }  ///< f_s and x_s

 private:
  void compute();

  std::shared_ptr<const Networks> networks_;
  Mapping mapping_;
  ImplicitMotion source_motion_;
  MotionTerms source_terms_;
  SourceVolume source_;
  MotionTerms reference_;
  bool has_reference_ = false;
  Tensor staged_;  ///< what compute() reads, uint8, on the CPU; on CUDA in pinned memory
  StreamedFrame frame_;

  struct Graph;
  std::unique_ptr<Graph> graph_;  ///< CUDA only, once captured
};

}  // namespace vividface::liveportrait
