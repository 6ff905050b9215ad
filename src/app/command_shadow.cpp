#include <spdlog/spdlog.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/background_outputs.h"
#include "app/commands.h"
#include "app/engine.h"
#include "app/latency_report.h"
#include "app/process.h"
#include "app/reference_option.h"
#include "app/shadow_outputs.h"
#include "app/written_files.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "camera/realtime_source.h"
#include "robot/no_robot.h"
#include "robot/profile_file.h"
#include "shadow/shadow.h"

namespace vividface {
namespace {

struct Options {
  std::string input;
  EngineOptions engine;
  std::string neutral = "first";
  std::vector<float> person;  // x, y: 0…1 of the picture; empty: the largest face
  std::string wrinkles = "off";
  std::filesystem::path profile;
  std::filesystem::path save_neutral, report;
  ShadowOutputPaths outputs;
  bool realtime = false;
};

constexpr const char* kExamples = R"(Examples:
  A clip, and a video of person, re-enacted robot picture and robot side by side:
    vividface shadow assets/demo.mp4 --preview preview.mp4

  The control values of each frame, and the robot that shows them:
    vividface shadow clip.mp4 --controls-out controls.csv --robot-video robot.mp4

  A camera until Ctrl-C, with a neutral face taken for a second first and kept for the next time:
    vividface shadow camera:0 --neutral calibrate --save-neutral me.neutral --controls-out live.csv

  Of several people in the picture the one on the right:
    vividface shadow clip.mp4 --person 0.75,0.5 --preview preview.mp4

  How long each stage takes when frames come at the clip's own pace:
    vividface shadow clip.mp4 --realtime --report report.json

The control file has the columns frame, time_s, face and the 30 controls, one row an input frame. face is 1 where the
controls are of this frame's face; without a face, while the neutral one is taken, or when the frame cannot be decoded,
it is 0 and the last pose is kept.)";

// What can be known to be wrong before models are loaded and frames are read.
void check(const Options& options) {
  for (const float part : options.person) {
    if (!(part >= 0 && part <= 1))
      throw InputError("--person: x and y are from 0 to 1 of the picture, such as 0.3,0.5");
  }
  if (options.engine.name == "mesh" && (options.engine.device != "cpu" || options.engine.precision != "fp32"))
    throw InputError(
        "--device and --precision are of the engine liveportrait, and mesh runs on the CPU: leave them out");
  const ShadowOutputPaths& outputs = options.outputs;
  check_outputs(
      {options.input, options.neutral, options.engine.mesh.models, options.engine.mesh.robot_image, options.profile},
      {outputs.controls, outputs.robot_video, outputs.animated_video, outputs.preview, options.report,
       options.save_neutral});
}

// What the robot is to show: the frame's controls, shaped, or the last ones.
const ShadowedFrame& shaped(const Profile& profile, const ShadowedFrame& shadowed, ShadowedFrame& last) {
  const ControlVector held = last.controls;
  last = shadowed;
  last.controls = shadowed.status == ShadowStatus::shadowing ? profile.apply(shadowed.controls) : held;
  return last;
}

// Frames until the stream ends or the user ends it; whether the user did.
bool run(FrameSource& source, Shadow& shadow, const Profile& profile, BackgroundOutputs& outputs,
         const InterruptGuard& interrupt) {
  Progress progress("shadowing", source.frame_count());
  std::string last_message;
  ShadowedFrame shown;
  shown.controls = ControlTable::ameca().neutral();
  while (!interrupt.requested()) {
    const std::optional<Frame> frame = source.next();
    if (!frame) return false;
    const ShadowedFrame& shadowed = shadow.step(*frame);
    outputs.add(frame->bgr, shaped(profile, shadowed, shown));  // after the send: not in the timed path
    progress.advance();
    if (!shadowed.message.empty() && shadowed.message != last_message) {
      spdlog::warn("frame {}: {} ({})", frame->index, name(shadowed.status), printable(shadowed.message));
    }
    last_message = shadowed.message;
  }
  return true;
}

void shadow_stream(const Options& options) {
  go_where_engine_is(options.engine.name);
  check(options);
  limit_threads(1);
  const bool is_camera = options.input.starts_with("camera:");
  const Profile profile = options.profile.empty() ? Profile() : load_profile(options.profile);
  std::unique_ptr<FrameSource> source = open_frame_source(options.input);
  ShadowParts parts = make_engine(options.engine);
  parts.reference = reference_chooser(options.neutral);
  const cv::Size animated_size = parts.robot_picture.size();

  NoRobot no_robot;  // a file and the virtual robot are fed from what step() returns
  Shadow shadow(std::move(parts), ControlTable::ameca(), no_robot);
  if (!options.person.empty()) shadow.choose_person(cv::Point2f(options.person[0], options.person[1]));
  const InterruptGuard interrupt;
  const bool realtime = options.realtime || is_camera;
  constexpr std::size_t kLiveQueue = 8;  // frames: rides out a slow one
  BackgroundOutputs outputs(options.outputs, animated_size, source->frames_per_second(), realtime ? kLiveQueue : 0);
  RealtimeSource* live = nullptr;
  if (realtime) {
    auto wrapped = std::make_unique<RealtimeSource>(std::move(source), /*paced=*/!is_camera);
    live = wrapped.get();
    source = std::move(wrapped);
  }

  const bool ended_by_user = run(*source, shadow, profile, outputs, interrupt);
  const ShadowCounts& counts = shadow.counts();
  if (ended_by_user && !is_camera) {
    throw std::runtime_error("interrupted after " + std::to_string(counts.frames) + " frames: nothing was written");
  }
  if (counts.frames == 0) throw InputError("input \"" + options.input + "\": no frame could be read");
  if (const auto reason = source->early_end(); reason && !ended_by_user) spdlog::warn("{}", *reason);

  if (counts.shadowing == 0) {
    spdlog::warn("{}: the robot stayed as it was", counts.calibrating > 0
                                                       ? "no neutral face was taken while there was a face"
                                                       : "no face was followed in any frame");
  }

  outputs.finish();
  if (!options.save_neutral.empty()) {
    if (!shadow.reference()) throw InputError("--save-neutral: no neutral face was found in \"" + options.input + "\"");
    shadow.reference()->save(options.save_neutral);
  }
  const StreamReport report{.engine = options.engine.name,
                            .input = options.input,
                            .realtime = realtime,
                            .counts = counts,
                            .dropped = live ? live->dropped() : 0,
                            .peak_memory = peak_resident_bytes()};
  if (!options.report.empty()) {
    OutputFile(options.report)
        .commit(to_json(report, shadow.latency()).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  print_summary(std::cout, report, shadow.latency());
  const ShadowOutputPaths& written = options.outputs;
  print_written(std::cout, {written.controls, written.robot_video, written.animated_video, written.preview,
                            options.save_neutral, options.report});
}

}  // namespace

void add_shadow(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("shadow", "Show a person's expression on the robot: a video, images or a camera");
  command->footer(kExamples);
  command->add_option("INPUT", options->input, "A video file, a folder of images, or camera:N")->required();
  add_engine_options(command, options->engine.name, options->engine.device, options->engine.precision);
  command->add_option("--models", options->engine.mesh.models,
                      "Folder of the trained weights [models/ of the project]");
  command->add_option("--robot-image", options->engine.mesh.robot_image,
                      "The robot's neutral face to re-enact [the virtual robot's]");
  command->add_option("--neutral", options->neutral, kNeutralHelp);
  command
      ->add_option("--person", options->person,
                   "X,Y, each 0 to 1 of the picture from its top left: follow the face there [the largest]")
      ->type_name("X,Y")
      ->delimiter(',')
      ->expected(2);
  command->add_option("--save-neutral", options->save_neutral, "Keep the neutral face for --neutral FILE");
  command->add_option("--wrinkles", options->wrinkles, "Carry the person's wrinkles over to I_m: on or off [off]")
      ->check(CLI::IsMember({"on", "off"}));
  command->add_option("--profile", options->profile,
                      "TOML file of how the controls are shaped, such as config/profiles/calm.toml");
  command->add_flag(
      "--realtime", options->realtime,
      "Play a file at its own pace; the newest frame wins, late ones are dropped (always so for a camera)");
  const char* outputs = "Outputs";
  command->add_option("--controls-out", options->outputs.controls, "CSV: the control values of each frame")
      ->group(outputs);
  command->add_option("--robot-video", options->outputs.robot_video, "Video: the virtual robot")->group(outputs);
  command->add_option("--animated-video", options->outputs.animated_video, "Video: I_m, the re-enacted robot picture")
      ->group(outputs);
  command->add_option("--preview", options->outputs.preview, "Video: person, I_m and robot side by side")
      ->group(outputs);
  command->add_option("--report", options->report, "JSON: frames and stage latencies")->group(outputs);
  command->callback([options] {
    options->engine.mesh.wrinkles = options->wrinkles == "on";
    shadow_stream(*options);
  });
}

}  // namespace vividface
