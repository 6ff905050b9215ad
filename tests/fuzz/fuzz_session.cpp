#include <cmath>
#include <fstream>
#include <limits>

#include "fuzz/fuzz.h"
#include "record/session_reader.h"
#include "record/timeline.h"
#include "temporary_folder.h"

using namespace vividface;

namespace {

void require_finite(const ControlVector& controls) {
  for (const float value : controls) require(std::isfinite(value), "a control is finite");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TemporaryFolder folder;
  const std::filesystem::path file = folder / "fuzz.vvf";
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  expect_parsed_or_refused([&] {
    SessionReader session(file);
    double last = -std::numeric_limits<double>::infinity();
    while (const auto event = session.next()) {
      if (const auto* result = std::get_if<RecordedResult>(&*event)) {
        require_finite(result->controls);
        const auto frame = session.frame(result->frame);
        require(!frame || frame->jpeg->size() <= size, "a frame is no larger than its file");
      } else if (const auto* step = std::get_if<RecordedStep>(&*event)) {
        require_finite(step->sent);
        require(std::isfinite(step->time) && step->time >= last, "a time is finite and does not go back");
        last = step->time;
      }
    }
    SessionReader again(file, SessionAccess::read_only);
    const Timeline timeline = Timeline::read(again);
    for (const Timeline::FrameAt& frame : timeline.frames) {
      require(frame.time >= 0 && frame.time <= timeline.duration, "a frame is within its recording");
    }
    for (const Timeline::Pose& pose : timeline.poses) {
      require(pose.time >= 0 && pose.time <= timeline.duration, "a pose is within its recording");
    }
  });
  return 0;
}
