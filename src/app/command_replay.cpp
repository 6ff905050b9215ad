#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "app/background_outputs.h"
#include "app/commands.h"
#include "app/engine.h"
#include "app/process.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "record/session_replay.h"
#include "robot/control_file.h"
#include "server/serve_config.h"

namespace vividface {
namespace {

struct ReplayOptions {
  std::filesystem::path session, video, controls;
  std::string models, robot_image;
};

constexpr const char* kExamples = R"(Examples:
  Whether this machine gives the control values of the recording again, to the bit:
    vividface replay session.vvf

  What was seen and shown, as a video, and every message that went to the robot:
    vividface replay session.vvf --out session.mp4 --controls session.csv

Ends with 1 when a value differs, after a table of which controls did and how much. The control file has a row for every
message to the robot, as the safety stage gives it now: the frame that was looked at last, the time, and whether the
controls follow a face in that frame.)";

constexpr double kVideoRate = 30;     // frames a second
constexpr double kLongestPause = 60;  // s: a file from elsewhere must not make a video without end
constexpr std::size_t kFramesInTheMaking = 8;

EngineOptions engine_of(const SessionReader& session, const ReplayOptions& options) {
  ServeConfig recorded;
  std::istringstream toml(session.header().configuration);
  recorded.override_by(toml, "of " + options.session.string());
  if (session.header().engine != recorded.engine || (recorded.engine != "mesh" && recorded.engine != "liveportrait")) {
    throw InputError("session \"" + options.session.string() + "\" was recorded with the engine \"" +
                     session.header().engine + "\", which is not here");
  }
  if (!options.models.empty()) recorded.models = options.models;
  if (!options.robot_image.empty()) recorded.robot_image = options.robot_image;
  return engine_options(recorded);
}

SafetyLimits limits_of(const SessionReader& session, const ReplayOptions& options) {
  std::istringstream json(session.header().safety);
  return SafetyLimits::parse(json, "of " + options.session.string(), ControlTable::ameca());
}

// Video and control file of what is replayed.
class ReplayOutputs {
 public:
  ReplayOutputs(const ReplayOptions& options, cv::Size animated_size) {
    if (!options.controls.empty()) controls_.emplace(options.controls);
    if (options.video.empty()) return;
    ShadowOutputPaths paths;
    paths.preview = options.video;
    video_.emplace(paths, animated_size, kVideoRate, kFramesInTheMaking);
  }

  void add(const SessionReplay& replay) {
    if (!start_) start_ = replay.time();
    const double time = replay.time() - *start_;
    const ShadowedFrame& shadowed = replay.shadowed();
    if (controls_) controls_->write(control_row(shadowed, time, replay.sent()));
    const auto index = static_cast<std::size_t>(std::max(0.0, time) * kVideoRate);
    if (!video_ || index < next_index_) return;
    ShadowedFrame shown = shadowed;
    shown.index = index;
    shown.controls = replay.sent();
    video_->add(replay.person(), shown);
    next_index_ = index + 1;
  }

  void finish() {
    if (controls_) controls_->close();
    if (video_) video_->finish();
  }

 private:
  std::optional<ControlFileWriter> controls_;
  std::optional<BackgroundOutputs> video_;
  std::optional<double> start_;
  std::size_t next_index_ = 0;
};

void print_table(const ReplayComparison& comparison, double started) {
  std::cout << fmt::format("first difference {:.3f} s after the start; {} of {} frames with another status, ",
                           *comparison.first_difference - started, comparison.status_differs, comparison.results)
            << fmt::format("{} of {} messages with another state\n\n", comparison.state_differs, comparison.steps)
            << fmt::format("{:<24} {:>8} {:>12}   {:>8} {:>12}\n", "control", "frames", "largest", "messages",
                           "largest");
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlDifference &result = comparison.results_differ[i], &step = comparison.steps_differ[i];
    if (result.count + step.count == 0) continue;
    std::cout << fmt::format("{:<24} {:>8} {:>12.6g}   {:>8} {:>12.6g}\n", ControlTable::ameca()[i].name, result.count,
                             result.largest, step.count, step.largest);
  }
  std::cout << '\n';
}

void report(const SessionReader& session, const ReplayComparison& comparison) {
  const SessionReader::Totals& totals = session.totals();
  std::cout << fmt::format("{} frames came, {} were looked at, {} messages went to the robot\n", totals.frames,
                           totals.results, totals.steps);
  if (totals.missing + comparison.missing_frames > 0) {
    std::cout << fmt::format("{} events and {} frames are missing: the disk was too slow; what follows may differ\n",
                             totals.missing, comparison.missing_frames);
  }
  if (comparison.same()) {
    std::cout << "the same control values, to the bit\n";
    return;
  }
  print_table(comparison, session.header().started_clock);
  throw std::runtime_error(fmt::format(
      "the control values differ from those of the recording{}",
      session.header().program == VIVIDFACE_VERSION ? "" : ", which is of version " + session.header().program));
}

void check(const ReplayOptions& options) {
  check_outputs({options.session, options.models, options.robot_image}, {options.video, options.controls});
}

void check_video(const SessionReader& session, const ReplayOptions& options) {
  const double pause = session.totals().longest_pause;
  if (options.video.empty() || pause < kLongestPause) return;
  throw InputError(
      fmt::format("session \"{}\" has a pause of {:.0f} s, longer than a video is made of; leave --out away",
                  options.session.string(), pause));
}

void replay(const ReplayOptions& options) {
  check(options);
  limit_threads(1);  // as 'serve' does
  SessionReader session(options.session);
  check_video(session, options);
  const EngineOptions engine = engine_of(session, options);
  go_where_engine_is(engine.name);
  ShadowParts parts = make_engine(engine);
  const cv::Size animated_size = parts.robot_picture.size();
  SessionReplay replay(session, std::move(parts), ControlTable::ameca(), limits_of(session, options));
  const InterruptGuard interrupt;
  ReplayOutputs outputs(options, animated_size);
  Progress progress("replay", session.totals().steps);
  while (replay.step()) {
    if (interrupt.requested()) throw std::runtime_error("interrupted: nothing was written");
    outputs.add(replay);
    progress.advance();
  }
  progress.finish();
  if (replay.comparison().steps == 0) throw InputError("session \"" + options.session.string() + "\" is empty");
  outputs.finish();
  report(session, replay.comparison());
}

}  // namespace

void add_replay(CLI::App& program) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = program.add_subcommand("replay", "Run a recorded session again: the same values? a video of it");
  command->footer(kExamples);
  command->add_option("SESSION", options->session, "A file of 'serve --record'")->required();
  command->add_option("--out", options->video, "Video: person, I_m and robot side by side, as the robot moved");
  command->add_option("--controls", options->controls, "CSV: the control values of each message to the robot");
  command->add_option("--models", options->models, "Folder of the trained weights [that of the recording]");
  command->add_option("--robot-image", options->robot_image, "The robot's neutral face [that of the recording]");
  command->callback([options] { replay(*options); });
}

}  // namespace vividface
