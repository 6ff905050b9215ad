#pragma once

#include <CLI/CLI.hpp>

namespace vividface {

// Each function adds one command to the program. A command's callback does the work and throws InputError for wrong
// input; main turns that into one line on stderr and exit code 2. Commands live in command_<name>.cpp.

void add_dataset(CLI::App& program);
void add_dataset_pose_bias(CLI::App& program);  ///< after add_dataset, whose command it shares
void add_bench(CLI::App& program);
void add_curve_key(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_render(CLI::App& program);
void add_replay(CLI::App& program);
void add_serve(CLI::App& program);
void add_shadow(CLI::App& program);
void add_inspect(CLI::App& program);
void add_train(CLI::App& program);
void add_transfer(CLI::App& program);
void add_evaluate_mapping(CLI::App& program);     ///< after add_evaluate, whose command it shares
void add_evaluate_performers(CLI::App& program);  ///< the same
void add_evaluate_sides(CLI::App& program);       ///< the same
void add_evaluate_stillness(CLI::App& program);   ///< the same
void add_bench_networks(CLI::App& program);       ///< after add_bench, whose command it shares

}  // namespace vividface
