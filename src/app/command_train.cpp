#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "app/commands.h"
#include "base/check_outputs.h"
#include "train/train_mapping.h"

namespace vividface {
namespace {

const std::map<std::string, MappingVariant> kVariants = {
    {"ix", MappingVariant::ix}, {"adapted", MappingVariant::adapted}, {"supervised", MappingVariant::supervised}};
const std::string kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+,@%-";

/// A word as a shell takes it.
std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// The call that makes the same weights: what was given but --resume, in words that a shell takes.
std::string command_line(const CLI::App& command, MappingVariant variant) {
  std::string line = "vividface train mapping";
  for (const auto& [name, value] : kVariants)  // CLI11 keeps its number alone
    if (value == variant) line += " --variant " + name;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->empty() || name == "--variant" || name == "--resume") continue;
    const bool flag = option->get_items_expected_max() == 0;
    if (flag && !option->as<bool>()) continue;
    line += ' ' + name;
    for (const std::string& value : flag ? CLI::results_t() : option->results()) line += ' ' + quoted(value);
  }
  return line;
}

void add_train_mapping(CLI::App& train) {
  CLI::App* command = train.add_subcommand("mapping", "Train the mapping network (M2) on a data set of the robot");
  auto t = std::make_shared<MappingTraining>();
  command->add_option("--data", t->data, "folder with index.csv, canonical/ and animated/; may be given again")
      ->required();
  command->add_option("--out", t->out, "weights, F.safetensors; log, loss picture and evaluation lie beside it")
      ->required();
  command
      ->add_option(
          "--variant", t->variant,
          "ix: robot pictures alone; adapted: feature adaptation to M1's pictures; supervised: and their controls")
      ->transform(CLI::CheckedTransformer(kVariants, CLI::ignore_case))
      ->option_text("ix|adapted|supervised [supervised]");
  command->add_option(
      "--init", t->init,
      "weights to start from, such as models/mapping_mesh.safetensors; width, input, crop and stem are theirs");
  command->add_option("--width", t->width, "x 64 channels in the first stage (published: 1)")->capture_default_str();
  command->add_option("--input", t->input, "pixels a side (published: 224)")->capture_default_str();
  command
      ->add_option_function<std::vector<float>>(
          "--crop",
          [t](const std::vector<float>& v) {
            t->crop = {v[0], v[1], v[2]};
          },
          "left, top and side of what the network sees, in shares of the picture (published: 0 0 1)")
      ->expected(3)
      ->check(CLI::Range(0.0, 1.0))
      ->option_text("0.17 0.22 0.66");
  command->add_option("--stem", t->stem, "kernel of the first convolution: 3, 5 or 7 (published: 7)")
      ->capture_default_str();
  command->add_flag("--motion", t->motion, "the network also sees what moved: motion/ of `vividface dataset animate`");
  command->add_flag(
      "--person", t->person,
      "learn from the persons' own faces, person/ of `vividface dataset animate`, in place of the robot's "
      "pictures: models/mapping_person.safetensors");
  command->add_option("--share-with", t->share_with,
                      "with --person: the weights that these run beside, such as models/mapping_mesh.safetensors; each "
                      "control takes that share of both that errs least on the split val");
  command
      ->add_option("--person-share", t->person_share,
                   "with --share-with: x those shares, for real people are not performers, 0 to 1")
      ->capture_default_str();
  command
      ->add_option_function<std::vector<std::string>>(
          "--person-share-of",
          [t](const std::vector<std::string>& of) {
            for (const std::string& text : of) t->person_share_of.push_back(NamedShare::parse(text));
          },
          "in place of --person-share for controls whose names begin so, such as Nose=1 'Lip Top'=1")
      ->type_name("NAME=SHARE ...");
  command->add_option("--motion-noise", t->motion_noise, "added to it, in shares of the picture's width")
      ->capture_default_str();
  command
      ->add_option("--linear-share", t->linear_share,
                   "with --motion: share of a linear fit of the motion in what the network says, 0 for none")
      ->capture_default_str();
  command
      ->add_option("--landmark-share", t->landmark_share,
                   "with --motion: share of the landmarks' correction of what the network says, 0 for none")
      ->capture_default_str();
  command->add_option("--epochs", t->epochs, "0 with --init and --share-with: only fit the shares")
      ->capture_default_str();
  command->add_option("--batch", t->batch, "samples a step")->capture_default_str();
  command->add_option("--lr", t->learning_rate, "highest learning rate")->capture_default_str();
  command->add_option("--weight-decay", t->weight_decay)->capture_default_str();
  command->add_option("--warm-up", t->warm_up, "part of all steps")->capture_default_str();
  command->add_option("--clip", t->clip, "greatest norm of the gradient")->capture_default_str();
  command->add_option("--huber", t->huber, "delta in units of a control's spread (published: 0.01)")
      ->capture_default_str();
  command->add_option("--adaptation", t->adaptation, "weight of the feature-adaptation loss")->capture_default_str();
  command->add_option("--average", t->average, "decay a step of the averaged weights; 0 for none")
      ->capture_default_str();
  command->add_option("--jitter", t->jitter, "x shift, zoom, turn, blur and noise of the pictures; 0 for none")
      ->capture_default_str();
  command->add_option("--colour-jitter", t->colour_jitter, "brightness, contrast, saturation and hue")
      ->capture_default_str();
  command->add_option("--light-jitter", t->light_jitter, "with --person: how far light varies over a face, 0 to 1")
      ->capture_default_str();
  command->add_option("--device", t->device, "cpu or cuda:0")->capture_default_str();
  command->add_option("--seed", t->seed)->capture_default_str();
  command->add_flag(
      "--bfloat16", t->bfloat16,
      "calculate the picture's layers in 16 bits: a fifth less time on processors made for it (not published)");
  command->add_flag("--half", t->half, "store the weights in 16 bits");
  command->add_flag("--resume", t->resume, "go on from F.safetensors.checkpoint, if there is one");
  command->footer("Example: vividface train mapping --data set --out models/mapping_mesh.safetensors --device cuda:0");
  command->callback([t, command] {
    check_outputs({t->init, t->share_with}, {t->out});
    t->command = command_line(*command, t->variant);
    std::cout << train_mapping(*t).table();
  });
}

}  // namespace

void add_train(CLI::App& program) {
  CLI::App* train = program.add_subcommand("train", "Train a network");
  train->require_subcommand(1);
  add_train_mapping(*train);
}

}  // namespace vividface
