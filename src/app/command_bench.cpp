#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/latency_report.h"
#include "app/phone_frames.h"
#include "app/process.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "camera/jpeg.h"
#include "face/models.h"
#include "robot/no_robot.h"
#include "shadow/mesh_engine.h"
#include "shadow/shadow.h"

namespace vividface {
namespace {

constexpr std::size_t kWarmUp = 30;
constexpr std::size_t kMeshEvery = 10;  // frames: in each its weights would push the engine's out of the cache

struct Options {
  std::filesystem::path clip;
  MeshEngineOptions mesh;
  std::size_t frames = 900;
  double rate = 30;
};

// Plays the frames there and back again, so that the motion has no jump.
const Jpeg& bounce(const std::vector<Jpeg>& jpegs, std::size_t i) {
  if (jpegs.size() == 1) return jpegs[0];
  const std::size_t period = 2 * (jpegs.size() - 1), at = i % period;
  return jpegs[at < jpegs.size() ? at : period - at];
}

// What the whole frame is compared with: one inference of the face mesh network, on a frame of its own.
class MeshInference {
 public:
  MeshInference() : network_(plain_mesh_model()) { network_.input().setTo(cv::Scalar(120, 140, 180)); }
  double seconds() {
    const auto start = Clock::now();
    network_.run();
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

 private:
  Network network_;
};

struct Bench {
  explicit Bench(const Options& options) : jpegs(phone_frames(options.clip)) {
    shadow = std::make_unique<Shadow>(mesh_engine(options.mesh), ControlTable::ameca(), robot);
  }

  /// From JPEG to controls.
  const ShadowedFrame& step(std::size_t i, Clock::time_point arrival) {
    if (!decoder.decode(bounce(jpegs, i), frame.bgr)) throw std::runtime_error("a frame could not be decoded");
    frame.index = i;
    frame.time = static_cast<double>(i) / 30;
    frame.arrival = arrival;
    return shadow->step(frame);
  }

  std::vector<Jpeg> jpegs;
  JpegDecoder decoder;
  NoRobot robot;
  std::unique_ptr<Shadow> shadow;
  Frame frame;
};

void bench_latency(const Options& options) {
  limit_threads(1);
  Bench bench(options);
  MeshInference mesh;
  StageStatistics latency;
  DurationStatistics mesh_latency;
  Progress progress("bench latency", options.frames);
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < options.frames + kWarmUp; ++i) {
    if (options.rate > 0) {
      const std::chrono::duration<double> due(static_cast<double>(i) / options.rate);
      std::this_thread::sleep_until(start + std::chrono::duration_cast<Clock::duration>(due));
    }
    const ShadowedFrame& shadowed = bench.step(i, Clock::now());
    const std::optional<double> mesh_seconds = i % kMeshEvery == 0 ? std::optional(mesh.seconds()) : std::nullopt;
    if (i < kWarmUp) continue;
    if (mesh_seconds) mesh_latency.add(*mesh_seconds);
    if (shadowed.status != ShadowStatus::shadowing) continue;
    latency.add(shadowed.times);
    progress.advance();
  }
  progress.finish();
  const DurationStatistics& total = latency[Stage::end_to_end];
  if (total.count() == 0) {
    throw InputError("--clip \"" + options.clip.string() + "\": no face was followed in it; give a clip of a person");
  }
  const StreamReport report{.engine = "mesh",
                            .input = options.clip.string(),
                            .counts = bench.shadow->counts(),
                            .peak_memory = peak_resident_bytes()};
  print_summary(std::cout, report, latency);
  std::cout << fmt::format(
      "One face mesh inference      {:>7.2f} (p50 {:.2f}, p99 {:.2f}); a frame takes {:.1f} times as long\n",
      mesh_latency.mean() * 1e3, mesh_latency.percentile(0.5) * 1e3, mesh_latency.percentile(0.99) * 1e3,
      total.mean() / mesh_latency.mean());
}

void bench_memory(const Options& options) {
  limit_threads(1);
  Bench bench(options);
  Progress progress("bench memory", options.frames);
  const std::size_t early = std::min<std::size_t>(1000, options.frames / 2);
  std::size_t resident_early = 0;
  for (std::size_t i = 0; i < options.frames; ++i) {
    if (i == early) resident_early = resident_bytes();
    bench.step(i, Clock::now());
    progress.advance();
  }
  progress.finish();
  std::cout << fmt::format("resident memory: {:.1f} MB after {} frames, {:.1f} MB after {}, at most {:.1f} MB\n",
                           static_cast<double>(resident_early) / 1e6, early,
                           static_cast<double>(resident_bytes()) / 1e6, options.frames,
                           static_cast<double>(peak_resident_bytes()) / 1e6);
}

void write_frames(const Options& options, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError("--out \"" + folder.string() + "\": " + error.message());
  const std::vector<Jpeg> frames = phone_frames(options.clip);
  std::vector<std::filesystem::path> files;
  for (std::size_t i = 0; i < frames.size(); ++i) files.push_back(folder / fmt::format("{:04}.jpg", i));
  check_outputs({options.clip}, files);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    OutputFile(files[i]).commit({reinterpret_cast<const char*>(frames[i].data()), frames[i].size()});
  }
  std::cout << fmt::format("{} frames in {}\n", frames.size(), folder.string());
}

void add_clip(CLI::App* command, Options& options) {
  command->add_option("--clip", options.clip, "The person: a video or a folder of images [assets/demo.mp4]");
}

void add_common(CLI::App* command, Options& options) {
  add_clip(command, options);
  command->add_option("--frames", options.frames, "How many frames")
      ->check(CLI::Range(2, 100'000'000))
      ->capture_default_str();
  command->add_option("--models", options.mesh.models, "Folder of the trained weights [models/ of the project]");
}

}  // namespace

void add_bench(CLI::App& program) {
  CLI::App* command = program.add_subcommand("bench", "Measure latency and memory on this computer");
  command->require_subcommand(1);
  command->footer(R"(Examples:
  Latency of a whole frame, from a 480x360 JPEG to the controls, with frames coming 30 times a second:
    vividface bench latency
  Whether memory is steady:
    vividface bench memory --frames 10000
  What a phone would send, as JPEG files: for clients that load 'vividface serve' (bench/live):
    vividface bench frames --out frames)");

  auto latency_options = std::make_shared<Options>();
  CLI::App* latency = command->add_subcommand("latency", "Stage latencies, and one face mesh inference for comparison");
  add_common(latency, *latency_options);
  latency->add_option("--rate", latency_options->rate, "Frames a second; 0: as fast as they are done")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  latency->callback([latency_options] { bench_latency(*latency_options); });

  auto memory_options = std::make_shared<Options>();
  memory_options->frames = 10'000;
  CLI::App* memory = command->add_subcommand("memory", "Memory of the process after 1000 frames and at the end");
  add_common(memory, *memory_options);
  memory->callback([memory_options] { bench_memory(*memory_options); });

  auto frames_options = std::make_shared<Options>();
  auto folder = std::make_shared<std::filesystem::path>();
  CLI::App* frames = command->add_subcommand("frames", "The clip as a phone would send it: 480x360 JPEG files");
  add_clip(frames, *frames_options);
  frames->add_option("--out", *folder, "Folder for them")->required();
  frames->callback([frames_options, folder] { write_frames(*frames_options, *folder); });
}

}  // namespace vividface
