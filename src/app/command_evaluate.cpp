#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/mesh_options.h"
#include "app/picture_output.h"
#include "app/process.h"
#include "app/table_cell.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "camera/frame_source.h"
#include "evaluate/imitation.h"
#include "evaluate/imitation_sheet.h"
#include "evaluate/seen_robot.h"
#include "face/face_tracker.h"
#include "robot/control_file.h"
#include "robot/no_robot.h"
#include "robot/virtual_robot.h"
#include "shadow/mesh_engine.h"
#include "shadow/shadow.h"

namespace vividface {
namespace {

struct Options {
  std::vector<std::string> clips;
  MeshEngineOptions mesh;
  std::filesystem::path controls, out, sheet;
  bool straight = false;
};

constexpr std::size_t kMoments = 5;  // of each kind on the contact sheet

constexpr const char* kExamples = R"(Examples:
  How well the robot imitates the people of some clips, and a picture of its best and worst moments:
    vividface evaluate imitation a.mp4 b.mp4 --contact-sheet imitation.jpg --out imitation.json

  What of that is the tracker's, for which a turned robot's brows and lips seem to move:
    vividface evaluate imitation a.mp4 b.mp4 --straight

  How well a control file, made elsewhere, imitates the clip it was made from:
    vividface evaluate imitation clip.mp4 --controls controls.csv

Person and rendered robot are followed by the same tracker; the table gives Pearson's r over time of each signal (a dash
where the person hardly moved it), its mean in each group, and the mean of the groups.)";

/// What was made of one frame of a clip.
struct EvaluatedFrame {
  std::optional<FaceObservation> face;
  ControlVector controls;
  cv::Mat animated;  ///< I_m; empty when only controls are given
};

/// What shadows a clip: frame by frame, from its first.
class Shadowed {
 public:
  virtual ~Shadowed() = default;
  virtual EvaluatedFrame next(const Frame& frame) = 0;
  virtual void finish() const {}
};

/// Controls that were made elsewhere, one row a frame.
class FromControlFile : public Shadowed {
 public:
  explicit FromControlFile(const std::filesystem::path& csv) : csv_(csv), rows_(read_control_file(csv)) {}

  EvaluatedFrame next(const Frame& frame) override {
    if (row_ == rows_.size()) {
      throw InputError(csv_.string() + " has " + std::to_string(rows_.size()) +
                       " rows, and the clip more frames: give the control file of this clip");
    }
    const ControlRow& row = rows_[row_++];
    if (row.frame != frame.index) {
      throw InputError(csv_.string() + ": row " + std::to_string(row_) + " is of frame " + std::to_string(row.frame) +
                       ", not " + std::to_string(frame.index) + ": give the control file of this clip");
    }
    return {tracker_.track(frame.bgr), row.controls, {}};
  }
  void finish() const override {
    if (row_ == rows_.size()) return;
    throw InputError(csv_.string() + " has " + std::to_string(rows_.size()) + " rows, and the clip " +
                     std::to_string(row_) + " frames: give the control file of this clip");
  }

 private:
  std::filesystem::path csv_;
  std::vector<ControlRow> rows_;
  std::size_t row_ = 0;
  FaceTracker tracker_;
};

/// The controls that Algorithm 1 gives, as `vividface shadow` runs it.
class ByEngine : public Shadowed {
 public:
  explicit ByEngine(const MeshEngineOptions& options)
      : shadow_(mesh_engine(options), ControlTable::ameca(), nowhere_) {}

  EvaluatedFrame next(const Frame& frame) override {
    const ShadowedFrame& step = shadow_.step(frame);
    return {step.face, step.controls, step.animated};
  }

 private:
  NoRobot nowhere_;  // what step() returns is enough
  Shadow shadow_;
};

std::unique_ptr<Shadowed> shadowed(const Options& options) {
  if (options.controls.empty()) return std::make_unique<ByEngine>(options.mesh);
  return std::make_unique<FromControlFile>(options.controls);
}

struct Evaluation {
  std::string clip;
  ImitationScore score;
  cv::Mat sheet;
};

Evaluation evaluate(const std::string& clip, const Options& options, const InterruptGuard& interrupt) {
  const auto source = open_frame_source(clip);
  const auto shadowing = shadowed(options);
  SeenRobot robot;
  std::vector<std::optional<FaceObservation>> person_faces, robot_faces;
  ImitationSheet sheet;
  Progress progress(std::filesystem::path(clip).filename().string(), source->frame_count());
  while (const auto frame = source->next()) {
    if (interrupt.requested()) throw std::runtime_error("stopped before " + clip + " was evaluated");
    const EvaluatedFrame evaluated = shadowing->next(*frame);
    person_faces.push_back(evaluated.face);
    robot_faces.push_back(robot.see(options.straight ? without_head_pose(evaluated.controls) : evaluated.controls));
    if (!options.sheet.empty()) sheet.add(frame->bgr, evaluated.animated, robot.picture());
    progress.advance();
  }
  progress.finish();
  shadowing->finish();
  if (std::ranges::none_of(person_faces, [](const auto& face) { return face.has_value(); })) {
    throw InputError(clip + ": no face in any of its " + std::to_string(person_faces.size()) +
                     " frames; give a clip of a person");
  }
  SignalTrack person = read_signals(person_faces);
  const SignalTrack shown = read_signals(robot_faces);
  if (options.straight) leave_out(SignalGroup::head, person);
  Evaluation evaluation{clip, score_imitation(person, shown), {}};
  if (!options.sheet.empty()) evaluation.sheet = sheet.draw(imitation_moments(person, shown, kMoments));
  return evaluation;
}

void print_row(const std::string& name, const std::vector<Evaluation>& clips, auto&& value) {
  std::printf("%-20s", name.c_str());
  for (const auto& clip : clips) std::printf(" %8s", cell(value(clip.score), "%.2f").c_str());
  std::printf("\n");
}

void print_table(const std::vector<Evaluation>& clips) {
  std::printf("%-20s", "Pearson r");
  for (const auto& clip : clips)
    std::printf(" %8.8s", printable(std::filesystem::path(clip.clip).stem().string()).c_str());
  std::printf("\n");
  for (std::size_t g = 0; g < kSignalGroupNames.size(); ++g) {
    print_row(std::string(kSignalGroupNames[g]), clips, [&](const auto& score) { return score.groups[g]; });
    for (std::size_t s = 0; s < kSignals.size(); ++s) {
      if (static_cast<std::size_t>(kSignals[s].group) != g) continue;
      print_row("  " + std::string(kSignals[s].name), clips, [&](const auto& score) { return score.signals[s].r; });
    }
  }
  print_row("mean of the groups", clips, [](const auto& score) { return score.mean; });
  for (const auto& [clip, score, sheet] : clips) {
    if (score.person_faces == score.frames && score.robot_faces == score.frames) continue;
    std::printf("%s: face seen in %zu of %zu frames, the robot's in %zu\n", printable(clip).c_str(), score.person_faces,
                score.frames, score.robot_faces);
  }
}

nlohmann::ordered_json to_json(const std::optional<double>& r) { return r ? nlohmann::ordered_json(*r) : nullptr; }

nlohmann::ordered_json to_json(const Evaluation& evaluation) {
  const ImitationScore& score = evaluation.score;
  nlohmann::ordered_json json = {{"clip", evaluation.clip},
                                 {"frames", score.frames},
                                 {"person_faces", score.person_faces},
                                 {"robot_faces", score.robot_faces},
                                 {"mean", to_json(score.mean)}};
  for (std::size_t g = 0; g < kSignalGroupNames.size(); ++g) {
    json["groups"][std::string(kSignalGroupNames[g])] = to_json(score.groups[g]);
  }
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    const SignalScore& signal = score.signals[s];
    json["signals"][std::string(kSignals[s].name)] = {{"r", to_json(signal.r)},
                                                      {"person_deviation", signal.person_deviation},
                                                      {"robot_deviation", signal.robot_deviation}};
  }
  return json;
}

void write_sheet(OutputFile& file, const std::vector<Evaluation>& clips) {
  std::vector<cv::Mat> sheets;
  int width = 0;
  for (const auto& clip : clips) width = std::max(width, clip.sheet.cols);
  for (const auto& clip : clips) {
    cv::Mat padded;
    cv::copyMakeBorder(clip.sheet, padded, 0, 0, 0, width - clip.sheet.cols, cv::BORDER_CONSTANT);
    sheets.push_back(padded);
  }
  cv::Mat all;
  cv::vconcat(sheets, all);
  write_picture(file, all);
}

void evaluate_imitation(const Options& options) {
  limit_threads(1);
  if (!options.controls.empty() && options.clips.size() != 1) {
    throw InputError("--controls is the control file of one clip, but " + std::to_string(options.clips.size()) +
                     " clips were given");
  }
  check_picture_name("--contact-sheet", options.sheet);
  std::vector<std::filesystem::path> inputs(options.clips.begin(), options.clips.end());
  inputs.insert(inputs.end(), {options.mesh.models, options.controls});
  check_outputs(inputs, {options.out, options.sheet});
  std::optional<OutputFile> out, sheet;  // made now, so that a wrong name is known before the work
  if (!options.out.empty()) out.emplace(options.out);
  if (!options.sheet.empty()) sheet.emplace(options.sheet);

  const InterruptGuard interrupt;
  std::vector<Evaluation> clips;
  for (const auto& clip : options.clips) clips.push_back(evaluate(clip, options, interrupt));

  print_table(clips);
  if (out) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const auto& clip : clips) json.push_back(to_json(clip));
    out->commit(json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  if (sheet) write_sheet(*sheet, clips);
}

}  // namespace

void add_evaluate(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* evaluate = program.add_subcommand("evaluate", "Measure how well it works");
  evaluate->require_subcommand(1);
  CLI::App* imitation = evaluate->add_subcommand("imitation", "How well the robot's face goes with the person's");
  imitation->footer(kExamples);
  imitation->add_option("CLIP", options->clips, "Video files or folders of images")->required();
  add_mesh_options(*imitation, options->mesh);
  imitation->add_option("--controls", options->controls, "Judge this control file, one row a frame of the clip");
  imitation->add_flag("--straight", options->straight, "Measure the robot with its head held straight");
  imitation->add_option("--out", options->out, "JSON: every figure");
  imitation->add_option("--contact-sheet", options->sheet,
                        "Picture: person, I_m and robot in the clip's best and worst moments");
  imitation->callback([options] { evaluate_imitation(*options); });
}

}  // namespace vividface
