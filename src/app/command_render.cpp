#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/controls_sheet.h"
#include "app/picture_output.h"
#include "app/written_files.h"
#include "base/check_outputs.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/output_file.h"
#include "base/progress.h"
#include "camera/video_writer.h"
#include "render/robot_gltf.h"
#include "render/robot_picture.h"
#include "robot/control_file.h"

namespace vividface {
namespace {

struct RenderOptions {
  std::filesystem::path controls, video, sheet, neutral, gltf;
  int size = 512;
};

constexpr int kSheetCell = 112;
constexpr int kNeutralSize = 256;
constexpr double kDefaultRate = 30;

void save(const std::filesystem::path& path, const cv::Mat& picture) {
  OutputFile file(path);
  write_picture(file, picture);
}

/// Frames a second that the file's times tell; times that do not ascend tell nothing.
double frame_rate(const std::vector<ControlRow>& rows) {
  if (rows.size() < 2 || !(rows.back().time_s > rows.front().time_s)) return kDefaultRate;
  return std::clamp(static_cast<double>(rows.size() - 1) / (rows.back().time_s - rows.front().time_s), 1.0, 240.0);
}

/// Says where the robot cannot do what the file asks for, once.
void warn_of_limits(const std::vector<ControlRow>& rows) {
  std::size_t beyond = 0;
  std::string first;
  for (const ControlRow& row : rows) {
    for (std::size_t i = 0; i < kControlCount; ++i) {
      const ControlSpec& spec = ControlTable::ameca()[i];
      if (row.controls[i] >= spec.dataset.min && row.controls[i] <= spec.dataset.max) continue;
      if (beyond++ == 0)
        first = fmt::format("{} {:g} in frame {}, expected {:g} to {:g}", spec.name, row.controls[i], row.frame,
                            spec.dataset.min, spec.dataset.max);
    }
  }
  if (beyond > 0)
    spdlog::warn("{} values are beyond what the robot can do and are shown as far as it goes: first {}", beyond, first);
}

void render_video(const RenderOptions& options) {
  const std::vector<ControlRow> rows = read_control_file(options.controls);
  if (rows.empty()) throw InputError(options.controls.string() + " has no rows: there is nothing to play");
  warn_of_limits(rows);
  const VirtualRobot robot;
  RobotPicture picture(robot);
  const RenderView view = RenderView::portrait(options.size);
  VideoWriter writer(options.video, {view.width, view.height}, frame_rate(rows));
  const InterruptGuard interrupt;
  Progress progress("render", rows.size());
  for (const ControlRow& row : rows) {
    if (interrupt.requested()) throw std::runtime_error("stopped before " + options.video.string() + " was whole");
    writer.write(picture.draw(row.controls, view));
    progress.advance();
  }
  progress.finish();
  writer.finish();
}

void render(const RenderOptions& options) {
  if (options.controls.empty() != options.video.empty()) {
    throw InputError(
        "render needs both CONTROLS.csv and --out F.mp4, or neither with --controls-sheet, --neutral-picture or "
        "--gltf");
  }
  if (options.controls.empty() && options.sheet.empty() && options.neutral.empty() && options.gltf.empty()) {
    throw InputError("render: nothing to do; give CONTROLS.csv and --out F.mp4");
  }
  check_picture_name("--controls-sheet", options.sheet);
  check_picture_name("--neutral-picture", options.neutral);
  check_outputs({options.controls}, {options.video, options.sheet, options.neutral, options.gltf});
  if (!options.video.empty()) render_video(options);
  if (!options.sheet.empty()) save(options.sheet, draw_controls_sheet(kSheetCell));
  if (!options.gltf.empty()) OutputFile(options.gltf).commit(robot_glb(VirtualRobot()));
  if (!options.neutral.empty()) {
    const VirtualRobot robot;
    RobotPicture picture(robot);
    save(options.neutral, picture.draw(ControlTable::ameca().neutral(), RenderView::canonical(kNeutralSize)));
  }
  print_written(std::cout, {options.video, options.sheet, options.gltf, options.neutral});
}

}  // namespace

void add_render(CLI::App& program) {
  const auto options = std::make_shared<RenderOptions>();
  CLI::App* command = program.add_subcommand("render", "The virtual robot plays a control file");
  command->add_option("CONTROLS", options->controls, "control file: CSV with frame, time_s, face and the 30 controls");
  command->add_option("--out", options->video, "video to write (.mp4), one frame a row");
  command->add_option("--size", options->size, "side of the video in pixels")
      ->check(CLI::Range(16, 2048))
      ->capture_default_str();
  command->add_option("--controls-sheet", options->sheet,
                      "write a contact sheet of every control at its minimum, neutral and maximum");
  command->add_option("--neutral-picture", options->neutral, "write the neutral face in the canonical view, 256 x 256");
  command->add_option(
      "--gltf", options->gltf,
      "write the robot as glTF 2.0 (.glb): a morph target a drive, and the controls' curves as its extras");
  command->footer("Example: vividface render out.csv --out robot.mp4 --size 512");
  command->callback([options] { render(*options); });
}

}  // namespace vividface
