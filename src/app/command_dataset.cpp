#include <memory>

#include "app/commands.h"
#include "dataset/animated_dataset.h"
#include "dataset/performer_dataset.h"
#include "dataset/robot_dataset.h"

namespace vividface {

void add_dataset(CLI::App& program) {
  CLI::App* dataset = program.add_subcommand("dataset", "Make data sets");
  dataset->require_subcommand(1);

  const auto options = std::make_shared<RobotDatasetOptions>();
  const auto performers = std::make_shared<PerformerDatasetOptions>();
  const auto of_people = std::make_shared<bool>(false);
  CLI::App* render =
      dataset->add_subcommand("render", "Render an X2C-like set of the virtual robot, or of virtual performers");
  render->add_option("--out", options->folder, "folder to make, or to go on with")->required();
  render->add_option("--count", options->count, "samples")->required()->check(CLI::Range(1, 10'000'000));
  render->add_option("--seed", options->seed, "the same seed gives the same set")->capture_default_str();
  CLI::Option* size = render->add_option("--size", options->size, "side of the posed pictures in pixels")
                          ->check(CLI::Range(16, 2048))
                          ->capture_default_str();
  render->add_option("--canonical-size", options->canonical_size, "side of the canonical pictures in pixels")
      ->check(CLI::Range(16, 2048))
      ->capture_default_str();
  CLI::Option* frontal =
      render->add_flag("--frontal", options->frontal, "leave head and camera straight in the posed pictures too");
  render->add_option("--threads", options->threads, "pictures drawn at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  CLI::Option* people = render->add_flag(
      "--performers", *of_people, "people instead of the robot, with a neutral picture a clip; pictures of 384 pixels");
  people->excludes(frontal);
  render->add_option("--clip", performers->clip, "pictures of one person in one look and scene")
      ->check(CLI::Range(1, 100))
      ->needs(people)
      ->capture_default_str();
  render->footer(
      "Examples: vividface dataset render --out robot-set --count 20000 --seed 1\n"
      "          vividface dataset render --performers --out performer-set --count 50000 --seed 1");
  render->callback([options, performers, of_people, size] {
    if (!*of_people) return render_robot_dataset(*options);
    performers->folder = options->folder;
    performers->count = options->count;
    performers->seed = options->seed;
    if (size->count() > 0) performers->size = options->size;
    performers->canonical_size = options->canonical_size;
    performers->threads = options->threads;
    render_performer_dataset(*performers);
  });

  const auto animated = std::make_shared<AnimatedDatasetOptions>();
  CLI::App* animate = dataset->add_subcommand("animate", "Re-enact a set's pictures by motion transfer (M1)");
  animate->add_option("--data", animated->folder, "folder of the set; animated/ is made beside its images/")
      ->required();
  animate->add_option("--robot-image", animated->robot, "the robot's neutral picture (default: the virtual robot's)");
  animate->add_option("--size", animated->size, "side of the pictures in pixels")
      ->check(CLI::Range(16, 256))
      ->capture_default_str();
  animate->add_option("--threads", animated->threads, "pictures animated at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  animate->add_flag("!--no-wrinkles", animated->transfer.wrinkles, "leave the wrinkles out");
  animate->footer("Example: vividface dataset animate --data robot-set");
  animate->callback([animated] { animate_dataset(*animated); });
}

}  // namespace vividface
