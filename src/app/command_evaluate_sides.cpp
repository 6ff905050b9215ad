#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/commands.h"
#include "app/mesh_options.h"
#include "app/process.h"
#include "app/table_cell.h"
#include "base/check_outputs.h"
#include "base/output_file.h"
#include "evaluate/sides.h"

namespace vividface {
namespace {

struct Options {
  SidesOptions sides;
  std::filesystem::path out;
};

constexpr const char* kHelp = R"(Examples:
  Whether the robot winks with one eye when a person does; the people are drawn, and no training has seen them:
    vividface evaluate sides --out sides.json

  A quick look at one of them in one scene:
    vividface evaluate sides --identities 1 --scenes 1

Each picture is taken on its own, relative to the same person's picture at rest. Figures are means over the pictures and
over the controls of a side, in % of what each may be sent: what the person did (asked), how far the same side of the
robot moved that way (moved), how far the other side moved in any way (other), the share of the two, and how far
that other side moves when the person does nothing (at rest). Frontal: the share where the camera is at most 10 degrees
aside.)";

std::optional<double> ratio(const std::optional<SideMovement>& movement) {
  return movement ? movement->ratio() : std::nullopt;
}

void print_table(const SidesEvaluation& found) {
  std::printf("%-18s %7s %7s %7s %7s %7s %7s %7s\n", "% of range", "asked", "moved", "other", "ratio", "at rest",
              "frontal", "faces");
  for (std::size_t act = 0; act < one_sided_acts().size(); ++act) {
    const auto all = found.all.movement(act);
    const auto percent = [&](double SideMovement::*share) {
      return cell(all ? std::optional(100 * ((*all).*share)) : std::nullopt, "%.1f");
    };
    std::printf("%-18s %7s %7s %7s %7s %7s %7s %7zu\n", one_sided_acts()[act].name.c_str(),
                percent(&SideMovement::asked).c_str(), percent(&SideMovement::moved).c_str(),
                percent(&SideMovement::other).c_str(), cell(ratio(all), "%.2f").c_str(),
                percent(&SideMovement::still).c_str(), cell(ratio(found.frontal.movement(act)), "%.2f").c_str(),
                found.all.count(act));
  }
}

void print_remarks(const SidesEvaluation& found) {
  std::printf("%zu people in %zu scenes, %zu of them frontal; no face in %zu of %zu pictures", found.people,
              found.scenes, found.frontal_scenes, found.without_face, found.pictures);
  if (found.without_reference_face > 0)
    std::printf(" (in %zu for want of one in the picture at rest)", found.without_reference_face);
  std::printf("\n");
}

void print_goal(const SidesEvaluation& found) {
  bool met = true;
  std::string missed;
  for (std::size_t act = 0; act < one_sided_acts().size(); ++act) {
    const auto reached = ratio(found.all.movement(act));
    if (reached && *reached < kOtherSideBar) continue;
    met = false;
    missed += (missed.empty() ? "" : ", ") + one_sided_acts()[act].name;
  }
  std::printf("goal: ratio below %.2f: %s\n", kOtherSideBar, met ? "met" : ("missed by " + missed).c_str());
}

nlohmann::ordered_json to_json(const Options& options, const SidesEvaluation& found) {
  return {{"seed", options.sides.seed},
          {"wrinkles", options.sides.mesh.wrinkles},
          {"people", found.people},
          {"scenes", found.scenes},
          {"frontal_scenes", found.frontal_scenes},
          {"pictures", found.pictures},
          {"without_face", found.without_face},
          {"without_reference_face", found.without_reference_face},
          {"all", found.all.json()},
          {"frontal", found.frontal.json()}};
}

void evaluate(const Options& options) {
  limit_threads(1);
  check_outputs({options.sides.mesh.models}, {options.out});
  std::optional<OutputFile> out;  // made now, so that a wrong name is known before the work
  if (!options.out.empty()) out.emplace(options.out);
  const SidesEvaluation found = evaluate_sides(options.sides);
  print_table(found);
  print_remarks(found);
  print_goal(found);
  if (out) out->commit(to_json(options, found).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace

void add_evaluate_sides(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      program.get_subcommand("evaluate")
          ->add_subcommand("sides", "Whether what virtual performers do with one side of the face stays there");
  command->add_option("--identities", options->sides.identities, "How many of the people of the split test; 0: all")
      ->capture_default_str();
  command->add_option("--scenes", options->sides.scenes, "Looks and scenes of each person")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--seed", options->sides.seed, "The same seed gives the same pictures")->capture_default_str();
  add_mesh_options(*command, options->sides.mesh);
  command->add_option("--threads", options->sides.threads)->capture_default_str()->check(CLI::Range(1, 64));
  command->add_option("--out", options->out, "JSON: every figure");
  command->footer(kHelp);
  command->callback([options] { evaluate(*options); });
}

}  // namespace vividface
