#include <torch/torch.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/picture_output.h"
#include "app/process.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/keep_memory.h"
#include "base/progress.h"
#include "camera/frame_source.h"
#include "camera/picture.h"
#include "camera/video_writer.h"
#include "checkpoint/torch_tensors.h"
#include "face/face_tracker.h"
#include "mapping/picture_mapping.h"
#include "transfer/liveportrait/checkpoint_folder.h"
#include "transfer/liveportrait/liveportrait_transfer.h"
#include "transfer/liveportrait/picture_tensor.h"

namespace vividface {
namespace {

using namespace liveportrait;

constexpr std::size_t kMostFramesOfTensors = 100;  // 8 MB each

constexpr const char* kExamples = R"(Examples:
  The robot with the expression of two photos, relative to the first one's:
    vividface transfer --models DIR --source robot.png neutral.jpg smile.jpg --out animated

  A clip, and what the networks had between them, to compare with another implementation:
    vividface transfer --models DIR --source robot.png clip.mp4 --out animated --tensors-out tensors.safetensors

DIR holds the published networks (docs/liveportrait.md). Pictures give pictures, a clip gives a clip, both 512x512.)";

struct Options {
  std::filesystem::path models, source, out, tensors;
  std::vector<std::string> driving;
  bool no_crop = false;
  std::string device = "cpu", precision = "fp32";
};

bool is_picture(const std::filesystem::path& file) {
  return std::filesystem::is_regular_file(file) && !decode_picture(picture_bytes(file)).empty();
}

/// The intermediate tensors by name: those of the source, then each frame's behind its number.
class TensorRecord {
 public:
  explicit TensorRecord(const Streaming& stream) {
    const ImplicitMotion& motion = stream.source_motion();
    add("source", terms(motion));
    keep("source.x_c", motion.canonical);
    keep("source.f_s", stream.source().volume);
    keep("source.x_s", stream.source().keypoints);
  }
  void add(const StreamedFrame& frame) {
    if (count_ == kMostFramesOfTensors)
      throw InputError("--tensors-out: at most " + std::to_string(kMostFramesOfTensors) +
                       " driving frames, found more; give fewer or leave it away");
    const std::string number = std::to_string(count_++);
    add(number, frame.motion);
    keep(number + ".x_d", frame.driven);
    keep(number + ".x_d_stitched", frame.stitched);
    keep(number + ".deformation", frame.warped.deformation);
    keep(number + ".occlusion", frame.warped.occlusion);
    keep(number + ".warped", frame.warped.features);
    keep(number + ".I_m", frame.picture);
    if (frame.controls.defined()) keep(number + ".controls", frame.controls);
  }
  void write(const std::filesystem::path& file) const {
    write_safetensors(file, tensors_, {{"made_by", "vividface transfer"}});
  }

 private:
  void add(const std::string& of, const MotionTerms& motion) {
    keep(of + ".R", motion.rotation);
    keep(of + ".delta", motion.expression);
    keep(of + ".t", motion.translation.flatten(1));
    keep(of + ".s", motion.scale.flatten(1));
  }
  void keep(const std::string& name, const Tensor& tensor) {
    tensors_[name] = tensor.to(torch::kCPU, torch::kFloat32).contiguous().clone();
  }

  std::map<std::string, Tensor> tensors_;
  std::size_t count_ = 0;
};

/// M1 over driving frames, the first of which is the reference.
class Reenactment {
 public:
  explicit Reenactment(const Options& options) : crops_(!options.no_crop) {
    const Placement place = Placement::named(options.device, options.precision);
    const auto networks = std::make_shared<const Networks>(load_checkpoints(options.models), place);
    Streaming::Mapping mapping;
    if (has_mapping(options.models))
      mapping = PictureMapping::load(Checkpoint::read(checkpoint_file(options.models, 'X')), place.device, place.dtype);
    const auto source = tensor_of(whole_picture(read_picture(options.source))).to(torch::kFloat32) / 255;
    stream_.emplace(networks, source, std::move(mapping));
    if (!options.tensors.empty()) record_.emplace(*stream_);
  }

  /// I_m; empty for a frame without a face.
  cv::Mat animate(const cv::Mat& bgr) {
    cv::Mat driving;
    if (crops_) {
      const auto face = tracker_.track(bgr);
      if (!face) return {};
      driving = driving_crop(bgr, *face);
      if (driving.empty()) return {};
    } else {
      driving = whole_picture(bgr);
    }
    const Tensor picture = tensor_of(driving);
    if (!stream_->has_reference()) stream_->set_reference(picture);
    const StreamedFrame& frame = stream_->step(picture);
    if (record_) record_->add(frame);
    return picture_of(frame.bytes);
  }
  void forget_face() { tracker_.reset(); }
  const std::optional<TensorRecord>& record() const { return record_; }

 private:
  static bool has_mapping(const std::filesystem::path& models) {
    try {
      checkpoint_file(models, 'X');
      return true;
    } catch (const InputError&) {
      return false;  // I_m needs none
    }
  }

  bool crops_;
  FaceTracker tracker_;
  std::optional<Streaming> stream_;
  std::optional<TensorRecord> record_;
};

void transfer_pictures(const Options& options, Reenactment& reenactment) {
  for (const std::string& name : options.driving) {
    const cv::Mat bgr = read_picture(name);
    reenactment.forget_face();
    const cv::Mat animated = reenactment.animate(bgr);
    if (animated.empty())
      throw InputError("\"" + name + "\": expected a face, found none; --no-crop takes the picture as it is");
    OutputFile file(options.out / (std::filesystem::path(name).stem().string() + ".png"));
    write_picture(file, animated);
  }
  std::cout << options.driving.size() << " pictures in " << options.out.string() << '\n';
}

void transfer_clip(const Options& options, Reenactment& reenactment) {
  const std::string& name = options.driving.front();
  const auto source = open_frame_source(name);
  const auto path = options.out / (std::filesystem::path(name).stem().string() + ".mp4");
  std::optional<VideoWriter> video;
  cv::Mat last;  // where there is no face
  std::size_t frames = 0, without_face = 0;
  Progress progress("transfer", source->frame_count());
  while (const auto frame = source->next()) {
    cv::Mat animated;
    if (!frame->bgr.empty()) animated = reenactment.animate(frame->bgr);
    ++frames;
    progress.advance();
    if (animated.empty()) ++without_face;
    if (!animated.empty()) last = animated;
    if (last.empty()) continue;  // before the first face
    if (!video) video.emplace(path, last.size(), source->frames_per_second());
    video->write(last);
  }
  progress.finish();
  if (!video) throw InputError("\"" + name + "\": expected a face, found none; --no-crop takes the frames as they are");
  video->finish();
  std::cout << frames << " frames, " << without_face << " without a face, in " << path.string() << '\n';
}

void transfer(const Options& options) {
  limit_threads(1);
  compute_on_all_cores();
  keep_memory();
  std::vector<std::filesystem::path> inputs = {options.models, options.source};
  std::size_t pictures = 0;
  for (const std::string& name : options.driving) {
    inputs.emplace_back(name);
    pictures += is_picture(name);
  }
  if (pictures != options.driving.size() && options.driving.size() > 1)
    throw InputError("DRIVING: expected pictures or one clip, found clips among several");
  std::vector<std::filesystem::path> outputs = {options.tensors};
  for (const std::string& name : options.driving)
    outputs.push_back(options.out / (std::filesystem::path(name).stem().string() + (pictures > 0 ? ".png" : ".mp4")));
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) throw InputError("--out \"" + options.out.string() + "\": " + error.message());
  check_outputs(inputs, outputs);

  Reenactment reenactment(options);
  pictures > 0 ? transfer_pictures(options, reenactment) : transfer_clip(options, reenactment);
  if (reenactment.record()) reenactment.record()->write(options.tensors);
}

}  // namespace

void add_transfer(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("transfer", "Re-enact a picture by the published networks");
  command->footer(kExamples);
  command->add_option("DRIVING", options->driving, "Pictures, or one clip, of the person")->required();
  command->add_option("--models", options->models, "Folder of the published networks")->required();
  command->add_option("--source", options->source, "I_s: the picture to re-enact, such as the robot's face")
      ->required();
  command->add_option("--out", options->out, "Folder for I_m; made if it is not there")->required();
  command->add_flag("--no-crop", options->no_crop, "Take driving frames whole, instead of a square around the face");
  command->add_option("--tensors-out", options->tensors,
                      "Safetensors: f_s, x_s, R, delta, t, s, x_d, stitched x_d, warped features, I_m, controls");
  command->add_option("--device", options->device, "cpu or cuda:N [cpu]");
  command->add_option("--precision", options->precision, "fp32, or fp16 on CUDA [fp32]")
      ->check(CLI::IsMember({"fp32", "fp16"}));
  command->callback([options] { transfer(*options); });
}

}  // namespace vividface
