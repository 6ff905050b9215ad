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
#include "evaluate/performers.h"

namespace vividface {
namespace {

struct Options {
  PerformerEvaluationOptions evaluation;
  std::filesystem::path out;
};

constexpr const char* kHelp = R"(Examples:
  A set of performers, and how well unseen ones are read (the split test: eight people that no training may see):
    vividface dataset render --performers --out performer-set --count 12000 --seed 11
    vividface evaluate performers --data performer-set --out performers.json

  The same with their wrinkles carried over, for weights that were trained on such pictures:
    vividface evaluate performers --data performer-set --models models --wrinkles on

Each picture is taken on its own, relative to its clip's neutral picture: no smoothing, no lag. R² is 1 − squared error
/ variance of the truth: 1 is perfect, 0 is no better than the mean. The error is the mean absolute one, in % of what
the robot may be sent; the truth is limited to that as well. Beside it: a linear (ridge) fit from the tracker's
landmarks to the controls, fitted on the split train, its penalty chosen on val. A dash: the control does not vary.)";

/// With the error of `control`, if the row is one's.
void print_row(const std::string& name, const PerformerEvaluation& found, auto&& r2,
               std::optional<std::size_t> control = {}) {
  std::printf("%-27s", name.c_str());
  for (const ControlScore* score : {&found.pipeline, found.landmarks ? &found.landmarks->score : nullptr}) {
    if (!score) continue;
    const auto error = control ? cell(score->mean_absolute_error(*control), "%.1f") : "";
    std::printf(" %8s %8s", cell(r2(*score), "%.3f").c_str(), error.c_str());
  }
  std::printf("\n");
}

void print_table(const PerformerEvaluation& found) {
  const auto& table = ControlTable::ameca();
  std::printf("%-27s %17s%s\n", "", "vividface", found.landmarks ? "  linear, landmarks" : "");
  std::printf("%-27s       R²  error %%%s\n", "control", found.landmarks ? "       R²  error %" : "");
  for (const ControlGroup& group : control_groups()) {
    print_row(std::string(group.name), found, [&](const ControlScore& score) { return score.mean_r2(group); });
    for (std::size_t c = 0; c < kControlCount; ++c) {
      if (group.has(c))
        print_row(
            "  " + table[c].name, found, [&](const ControlScore& score) { return score.r2(c); }, c);
    }
  }
  for (const SharedTurn& turn : shared_turns()) {
    print_row("  " + std::string(turn.name) + ", head and neck", found,
              [&](const ControlScore& score) { return score.r2_of_whole(turn); });
  }
  print_row("mean of the controls", found, [](const ControlScore& score) { return score.mean_r2(); });
  print_row("mean, whole turns", found, [](const ControlScore& score) { return score.mean_r2_of_whole_turns(); });
}

void print_remarks(const PerformerEvaluation& found) {
  std::printf("n = %zu pictures of each control", found.pipeline.count());
  if (found.without_face > 0) {
    std::printf("; left out: %zu of %zu without a face (%zu of them for want of one in the clip's neutral picture)",
                found.without_face, found.pictures, found.without_reference_face);
  }
  std::printf("\n");
  for (std::size_t c = 0; c < kControlCount; ++c) {
    if (!found.pipeline.r2(c))
      std::printf("%s is left out: it does not vary in these pictures\n", ControlTable::ameca()[c].name.c_str());
  }
  std::printf(
      "whole turns: pitch, and roll, of head and neck counted as one; which of them made a turn cannot be seen\n");
  if (found.landmarks) {
    std::printf("linear fit: %zu pictures of the split train, lambda %g\n", found.landmarks->examples,
                found.landmarks->lambda);
  }
}

void print_bars(const PerformerEvaluation& found) {
  for (const ControlBar& bar : control_bars(found.pipeline)) {
    const std::string weakest = bar.control.empty() ? "" : " (" + bar.control + ")";
    std::printf("goal: %-13s at least %.1f: %s, %s%s\n", bar.name.c_str(), bar.wanted, bar.met() ? "met" : "missed",
                cell(bar.reached, "%.3f").c_str(), weakest.c_str());
  }
}

nlohmann::ordered_json to_json(const Options& options, const PerformerEvaluation& found) {
  nlohmann::ordered_json json = {
      {"data", options.evaluation.data.string()},     {"split", options.evaluation.split},
      {"wrinkles", options.evaluation.mesh.wrinkles}, {"pictures", found.pictures},
      {"without_face", found.without_face},           {"without_reference_face", found.without_reference_face},
      {"pipeline", to_json(found.pipeline)}};
  if (found.landmarks) {
    json["landmarks"] = to_json(found.landmarks->score);
    json["landmarks"]["examples"] = found.landmarks->examples;
    json["landmarks"]["lambda"] = found.landmarks->lambda;
  }
  return json;
}

void evaluate(const Options& options) {
  limit_threads(1);
  check_outputs({options.evaluation.data, options.evaluation.mesh.models}, {options.out});
  std::optional<OutputFile> out;  // made now, so that a wrong name is known before the work
  if (!options.out.empty()) out.emplace(options.out);
  const PerformerEvaluation found = evaluate_performers(options.evaluation);
  print_table(found);
  print_remarks(found);
  print_bars(found);
  if (out) out->commit(to_json(options, found).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace

void add_evaluate_performers(CLI::App& program) {
  CLI::App* command = program.get_subcommand("evaluate")
                          ->add_subcommand("performers", "R² of every control on virtual performers, end to end");
  const auto options = std::make_shared<Options>();
  PerformerEvaluationOptions& evaluation = options->evaluation;
  command->add_option("--data", evaluation.data, "A set of `vividface dataset render --performers`")->required();
  add_mesh_options(*command, evaluation.mesh);
  command->add_option("--split", evaluation.split, "The people to judge: test or val")
      ->check(CLI::IsMember({"test", "val"}))
      ->capture_default_str();
  command->add_option("--limit", evaluation.limit, "At most so many pictures, spread over the set; 0: all")
      ->capture_default_str();
  command->add_option("--fit", evaluation.fit, "Pictures that the linear fit learns from; 0: no such fit")
      ->capture_default_str();
  command->add_option("--threads", evaluation.threads)->capture_default_str()->check(CLI::Range(1, 64));
  command->add_option("--out", options->out, "JSON: every figure");
  command->footer(kHelp);
  command->callback([options] { evaluate(*options); });
}

}  // namespace vividface
