#include "app/serve_recording.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "camera/jpeg.h"

namespace vividface {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

double since_epoch(auto time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

}  // namespace

SessionHeader session_header(ServeConfig config, const std::filesystem::path& safety) {
  for (std::string* path : {&config.models, &config.robot_image}) {
    if (!path->empty()) *path = std::filesystem::absolute(*path).string();
  }
  return {.program = VIVIDFACE_VERSION,
          .engine = config.engine,
          .configuration = config.to_toml(),
          .safety = text_of(safety),
          .started_unix = since_epoch(std::chrono::system_clock::now()),
          .started_clock = since_epoch(Clock::now())};
}

std::function<void(Frame)> frame_sink(LiveShadow& live, std::function<bool()> is_recorded) {
  constexpr int kQuality = 95;
  return [&live, is_recorded = std::move(is_recorded)](Frame frame) {
    if (!is_recorded()) return live.give(std::move(frame));
    live.give(frame.bgr.empty() ? std::vector<std::uint8_t>() : encode_jpeg(frame.bgr, kQuality), frame.arrival);
  };
}

void end_recording(SessionRecorder& recorder, const std::string& file) {
  recorder.finish();
  if (const std::string failure = recorder.failure(); !failure.empty()) {
    throw std::runtime_error("the recording \"" + file + "\" ended early: " + failure);
  }
  std::cout << fmt::format("recorded {} frames in {}\n", recorder.recorded(), file);
  if (recorder.dropped() > 0) {
    std::cout << fmt::format("missing in it, as the disk was too slow: {}\n", recorder.dropped());
  }
}

}  // namespace vividface
