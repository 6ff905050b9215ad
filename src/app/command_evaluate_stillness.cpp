#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/mesh_options.h"
#include "app/process.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "evaluate/still_frame.h"
#include "evaluate/stillness.h"
#include "face/face_tracker.h"
#include "shadow/mesh_engine.h"

namespace vividface {
namespace {

struct Options {
  std::vector<std::string> clips;
  MeshEngineOptions mesh;
  StillnessOptions stillness;
  std::optional<double> at;
  std::filesystem::path out;
};

constexpr const char* kHelp = R"(Examples:
  How still the robot is while a person is, in the middle of a clip:
    vividface evaluate stillness clip.mp4 --out stillness.json

  The same of the face at 0.1 s, seen by a worse camera:
    vividface evaluate stillness clip.mp4 --at 0.1 --noise 4

A frame of the clip comes again and again, 30 times a second, each time with new sensor noise; the clip's first face is
what motion is relative to. Standard deviations are in % of what each control may be sent: as read off the pictures, and
as sent behind the safety stage, which filters them. Frames in which tracker, filter and takeover settle do not count.)";

struct Measured {
  std::string clip;
  Frame frame;
  Stillness stillness;
};

Measured measure(const std::string& clip, const Options& options, const InterruptGuard& interrupt) {
  std::optional<Progress> progress;  // from the first frame on: what is no clip is said in one line
  const auto each_frame = [&] {
    if (interrupt.requested()) throw std::runtime_error("stopped before " + clip + " was evaluated");
    if (!progress) progress.emplace(std::filesystem::path(clip).filename().string(), std::nullopt);
    progress->advance();
  };
  const auto tracker = std::make_shared<FaceTracker>();
  ShadowParts engine = mesh_engine(options.mesh, tracker);  // now, so that wrong models are known before the work
  const StillFrame chosen = choose_still_frame(clip, options.at, *tracker, each_frame);
  tracker->reset();
  Measured measured{clip, chosen.still, {}};
  try {
    measured.stillness =
        measure_stillness(std::move(engine), chosen.reference, chosen.still.bgr, options.stillness, each_frame);
  } catch (const InputError& error) {
    throw InputError(clip + ": " + error.what());
  }
  progress->finish();
  return measured;
}

const std::string& name_of(std::size_t control) { return ControlTable::ameca()[control].name; }

std::string short_name(const std::string& clip) {
  return printable(std::filesystem::path(clip).stem().string()).substr(0, 12);
}

void print_table(const std::vector<Measured>& clips) {
  constexpr int kNameWidth = 25;  // of a control
  std::printf("deviation,             %-*s  as sent\n", kNameWidth + 15, "as read");
  std::printf("%% of range      at s  largest   mean %-*s  largest   mean of\n", kNameWidth, "of");
  for (const auto& [clip, frame, stillness] : clips) {
    const auto& [read, sent, lost] = stillness;
    std::printf("%-12s %7.2f  %7.3f %6.3f %-*s  %7.3f %6.3f %s\n", short_name(clip).c_str(), frame.time, read.largest(),
                read.mean(), kNameWidth, name_of(read.worst()).c_str(), sent.largest(), sent.mean(),
                name_of(sent.worst()).c_str());
  }
  for (const auto& [clip, frame, stillness] : clips) {
    if (stillness.lost > 0)
      std::printf("%s: face not seen in %zu frames, the pose held\n", printable(clip).c_str(), stillness.lost);
  }
}

void print_goal(const std::vector<Measured>& clips, const char* where, ControlDeviations Stillness::*deviations) {
  const auto largest = [&](const Measured& clip) { return (clip.stillness.*deviations).largest(); };
  const Measured& worst = *std::ranges::max_element(clips, {}, largest);
  std::printf("goal: every control at most %.1f %s: %s, %.3f (%s, %s)\n", kStillBar, where,
              largest(worst) <= kStillBar ? "met" : "missed", largest(worst), short_name(worst.clip).c_str(),
              name_of((worst.stillness.*deviations).worst()).c_str());
}

nlohmann::ordered_json to_json(const ControlDeviations& deviations) {
  nlohmann::ordered_json json = {
      {"largest", deviations.largest()}, {"worst", name_of(deviations.worst())}, {"mean", deviations.mean()}};
  for (std::size_t c = 0; c < kControlCount; ++c) json["controls"][name_of(c)] = deviations[c];
  return json;
}

nlohmann::ordered_json to_json(const Measured& measured, const Options& options) {
  return {{"clip", measured.clip},
          {"at", measured.frame.time},
          {"frame", measured.frame.index},
          {"wrinkles", options.mesh.wrinkles},
          {"noise", options.stillness.noise},
          {"seed", options.stillness.seed},
          {"frames", options.stillness.frames},
          {"lost", measured.stillness.lost},
          {"read", to_json(measured.stillness.read)},
          {"sent", to_json(measured.stillness.sent)}};
}

void evaluate(const Options& options) {
  limit_threads(1);
  check(options.stillness);
  std::vector<std::filesystem::path> inputs(options.clips.begin(), options.clips.end());
  inputs.push_back(options.mesh.models);
  check_outputs(inputs, {options.out});
  std::optional<OutputFile> out;  // made now, so that a wrong name is known before the work
  if (!options.out.empty()) out.emplace(options.out);

  const InterruptGuard interrupt;
  std::vector<Measured> clips;
  for (const std::string& clip : options.clips) clips.push_back(measure(clip, options, interrupt));
  print_table(clips);
  print_goal(clips, "as read", &Stillness::read);
  print_goal(clips, "as sent", &Stillness::sent);
  if (out) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Measured& clip : clips) json.push_back(to_json(clip, options));
    out->commit(json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
}

}  // namespace

void add_evaluate_stillness(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = program.get_subcommand("evaluate")
                          ->add_subcommand("stillness", "How still the robot's face is while the person's is");
  command->add_option("CLIP", options->clips, "Video files or folders of images")->required();
  command->add_option("--frames", options->stillness.frames, "Frames that count")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  command->add_option("--noise", options->stillness.noise, "Standard deviation of the sensor's noise, grey levels")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--seed", options->stillness.seed, "The same seed gives the same noise")->capture_default_str();
  command->add_option("--at", options->at, "The frame shown at this time, s [the middle one of those with a face]");
  add_mesh_options(*command, options->mesh);
  command->add_option("--out", options->out, "JSON: every figure");
  command->footer(kHelp);
  command->callback([options] { evaluate(*options); });
}

}  // namespace vividface
