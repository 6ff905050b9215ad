#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>

#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/torch_tensors.h"
#include "face/mesh_points.h"
#include "mapping/control_numbers.h"
#include "mapping/mapping_module.h"
#include "mapping/mapping_network.h"
#include "mapping/person_mapping.h"
#include "mapping/person_picture.h"
#include "train/bar_set.h"
#include "train/train_mapping.h"
#include "transfer/mesh/mesh_transfer.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

class TrainMapping : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    root() =
        fs::path(::testing::TempDir()) / ("train_mapping-" + std::to_string(::getpid()));  // tests run side by side
    fs::remove_all(root());
    write_bar_set(root() / "set", 112, 16);
    write_bar_set(root() / "plain", 12, 4, /*animated=*/false);
  }
  static void TearDownTestSuite() { fs::remove_all(root()); }
  static fs::path& root() {
    static fs::path path;
    return path;
  }

  static MappingTraining small(const char* out) {
    MappingTraining training;
    training.data = {root() / "set"};
    training.out = root() / out;
    training.width = 0.125;
    training.input = 32;
    training.epochs = 2;
    training.batch = 16;
    training.jitter = 0.2;
    training.colour_jitter = 0;
    return training;
  }

  static std::string bytes(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// The set's first `count` rows that are held out become val. What index.csv then says.
  static std::string move_to_val(const fs::path& set, int count) {
    std::stringstream index;
    index << std::ifstream(set / "index.csv").rdbuf();
    std::string text = index.str();
    for (int i = 0; i < count; ++i) text.replace(text.find(",test\n"), 6, ",val\n");
    std::ofstream(set / "index.csv") << text;
    return text;
  }
  /// Every picture of these kinds becomes the set's first one.
  static void make_alike(const fs::path& set, const std::vector<MappingSample>& samples,
                         std::initializer_list<const char*> kinds) {
    fs::copy_file(samples.front().canonical, set / "same.jpg");
    for (const auto& sample : samples)
      for (const char* kind : kinds)
        fs::copy_file(set / "same.jpg", set / kind / sample.canonical.filename(), fs::copy_options::overwrite_existing);
  }
  static void write_motion(const fs::path& set, const MappingSample& sample, const std::vector<float>& motion) {
    fs::create_directories(set / "motion");
    const TensorView view{
        TensorType::f32, {static_cast<std::int64_t>(motion.size())}, std::as_bytes(std::span(motion))};
    write_safetensors(set / "motion" / sample.canonical.stem().replace_extension(".safetensors"),
                      std::map<std::string, TensorView>{{"motion", view}});
  }
  static Progress::Surroundings log_into(std::ostream& out) {
    return {&out, false, [] { return std::chrono::seconds(0); }};
  }
  std::ostringstream log_;
  Progress::Surroundings progress_ = log_into(log_);
};

TEST_F(TrainMapping, Learns) {
  auto training = small("learns.safetensors");
  training.epochs = 30;
  training.learning_rate = 4e-3;
  training.average = 0.9;
  training.half = true;
  const auto evaluation = train_mapping(training, progress_);
  EXPECT_GT(evaluation.mean_r2(evaluation.canonical).value(), 0.5) << evaluation.table();
  EXPECT_GT(evaluation.mean_r2(evaluation.animated).value(), 0.5) << evaluation.table();
  EXPECT_EQ(evaluation.canonical.count(), 16u);
  EXPECT_FALSE(evaluation.learnt[10]);
  EXPECT_FALSE(evaluation.learnt[14]);
  EXPECT_TRUE(evaluation.learnt[13]);

  for (const char* name : {"learns.log.csv", "learns.loss.svg", "learns.evaluation.json"})
    EXPECT_TRUE(fs::exists(root() / name)) << name;
  EXPECT_FALSE(fs::exists(root() / "learns.safetensors.checkpoint"));
  EXPECT_THAT(log_.str(), ::testing::HasSubstr("epoch 30/30"));

  // What was saved is what was evaluated, also where it runs.
  MappingNetwork network(training.out);
  RegressionScore score;
  for (const auto& sample : read_mapping_set(root() / "set"))
    if (sample.split == "test") score.add(network.read(cv::imread(sample.canonical.string())), sample.controls);
  for (std::size_t c : {0, 8, 13, 29}) EXPECT_NEAR(score.r2(c).value(), evaluation.canonical.r2(c).value(), 0.03);
  const auto controls = network.read(cv::imread((root() / "set/canonical/000000.jpg").string()));
  EXPECT_FLOAT_EQ(controls[10], ControlTable::ameca()[10].neutral);
  EXPECT_FLOAT_EQ(controls[14], 0.5f);
}

TEST_F(TrainMapping, LearnsFromMotionWhatThePicturesDoNotShow) {
  // Controls 0, 4, 8, … lie in the motion; every picture is the same.
  const fs::path set = root() / "moving";
  write_bar_set(set, 112, 16);
  const auto samples = read_mapping_set(set);
  make_alike(set, samples, {"canonical", "animated"});
  for (const auto& sample : samples)
    write_motion(set, sample, {0.05f * sample.controls[0], 0, -0.05f * sample.controls[0]});
  auto training = small("moving.safetensors");
  training.data = {set};
  training.epochs = 20;
  training.learning_rate = 4e-3;
  training.average = 0.9;
  training.motion = true;
  const auto evaluation = train_mapping(training, progress_);
  for (const std::size_t c : {0, 4}) EXPECT_GT(evaluation.animated.r2(c).value(), 0.7) << evaluation.table();
  EXPECT_LT(evaluation.animated.r2(1).value(), 0.2);
  EXPECT_EQ(MappingNetwork(training.out).motion_inputs(), 3u);

  auto picture_alone = small("picture_alone.safetensors");
  train_mapping(picture_alone, progress_);
  training.init = picture_alone.out;  // goes on from weights that never saw motion
  training.out = root() / "widened.safetensors";
  EXPECT_GT(train_mapping(training, progress_).animated.r2(0).value(), 0.7);

  training.init.clear();
  training.data = {root() / "set"};  // has no motion
  EXPECT_THROW(train_mapping(training, progress_), InputError);
}

// Every picture is the same and hardly anything is learnt; but the chin's height shows control 0, and others of its
// kind.
TEST_F(TrainMapping, IsCorrectedByLandmarks) {
  const fs::path set = root() / "landmarks";
  write_bar_set(set, 160, 128);
  std::string text = move_to_val(set, 108);
  const auto samples = read_mapping_set(set);
  make_alike(set, samples, {"animated"});
  for (const auto& sample : samples) {
    std::vector<float> motion(kMeshMotionCount);
    motion[2 * mesh_point::kChin + 1] = 0.05f * sample.controls[0];
    write_motion(set, sample, motion);
  }
  auto training = small("corrected.safetensors");
  training.data = {set};
  training.epochs = 1;
  training.learning_rate = 1e-6;
  training.linear_share = 0;
  training.motion = true;
  const auto r2 = [&](double share) {
    training.landmark_share = share;
    const auto evaluation = train_mapping(training, progress_);
    EXPECT_EQ(evaluation.animated.count(), 20u);
    return std::pair{evaluation.animated.r2(0).value(), evaluation.animated.r2(1).value()};
  };
  EXPECT_LT(r2(0).first, 0.1);
  const auto [shown, hidden] = r2(1);
  EXPECT_GT(shown, 0.9);
  EXPECT_LT(hidden, 0.1);

  const auto refused = [&](const std::string& complaint) {
    EXPECT_THAT([&] { train_mapping(training, progress_); },
                ::testing::ThrowsMessage<InputError>(::testing::HasSubstr(complaint)));
  };
  training.motion = false;
  refused("needs --motion");
  training.motion = true;
  for (int i = 0; i < 9; ++i) text.replace(text.find(",val\n"), 5, ",test\n");
  std::ofstream(set / "index.csv") << text;
  training.data = {set};
  refused("found 99");
}

// A dark bar in the middle of the person's face is as high as Jaw Pitch is open; M1's pictures show nothing.
TEST_F(TrainMapping, LearnsFromPersonsWhatM1DoesNotShow) {
  constexpr std::size_t kJaw = 13;
  const fs::path set = root() / "persons";
  write_bar_set(set, 260, 140);
  move_to_val(set, 110);
  fs::create_directories(set / "person");
  const auto samples = read_mapping_set(set);
  make_alike(set, samples, {"animated"});
  const std::vector<float> still(kMeshMotionCount);
  for (const auto& sample : samples) {
    write_motion(set, sample, still);
    cv::Mat face(2 * kPersonSide, kPersonSide, CV_8UC3, cv::Scalar::all(150));
    const int height = 4 + static_cast<int>(60 * sample.controls[kJaw]);
    cv::rectangle(face, cv::Rect(30, kPersonSide + 20, 36, height), cv::Scalar::all(30), cv::FILLED);
    cv::imwrite((set / "person" / sample.canonical.filename()).string(), face);
  }
  auto m2 = small("beside.safetensors");
  m2.data = {set};
  m2.motion = true;
  m2.epochs = 1;
  train_mapping(m2, progress_);

  auto training = small("person.safetensors");
  training.data = {set};
  training.person = training.motion = training.bfloat16 = true;
  training.share_with = m2.out;
  training.epochs = 16;
  training.learning_rate = 4e-3;
  training.average = 0.9;
  const auto evaluation = train_mapping(training, progress_);
  EXPECT_TRUE(evaluation.sees_person);
  EXPECT_EQ(evaluation.canonical.count(), 0u);
  EXPECT_EQ(evaluation.animated.count(), 30u);
  EXPECT_GT(evaluation.animated.r2(kJaw).value(), 0.7) << evaluation.table();
  EXPECT_LT(evaluation.animated.r2(0).value(), 0.3);

  // Beside M2 it reads the jaw, and the jaw only.
  PersonMapping person(training.out);
  RegressionScore score;
  for (const auto& sample : read_mapping_set(set)) {
    if (sample.split != "test") continue;
    ControlVector controls = ControlTable::ameca().neutral();
    person.mix(cv::imread(sample.person.string(), cv::IMREAD_GRAYSCALE), still, controls);
    score.add(controls, sample.controls);
  }
  EXPECT_GT(score.r2(kJaw).value(), 0.5);

  // Fitted again without training: halved, but for the jaw's.
  const auto share = [](const fs::path& weights, std::size_t control) {
    ControlVector none;
    none.fill(0);
    return parse_control_numbers(Safetensors::read(weights).metadata("share"), "share", 1, none, "share")[control];
  };
  auto again = training;
  again.init = training.out;
  again.out = root() / "again.safetensors";
  again.epochs = 0;
  again.person_share = 0.5;
  again.person_share_of = {{"Jaw P", 1}};
  EXPECT_NEAR(train_mapping(again, progress_).animated.r2(kJaw).value(), evaluation.animated.r2(kJaw).value(), 1e-3);
  EXPECT_GT(share(training.out, kJaw), 0.5f);
  EXPECT_NEAR(share(again.out, kJaw), share(training.out, kJaw), 2e-3);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    if (i != kJaw) {
      EXPECT_NEAR(share(again.out, i), 0.5f * share(training.out, i), 2e-3) << i;
    }
  }

  const auto refused = [&](const std::string& complaint) {
    EXPECT_THAT([&] { train_mapping(training, progress_); },
                ::testing::ThrowsMessage<InputError>(::testing::HasSubstr(complaint)));
  };
  training.person_share_of = {{"jaw", 1}};
  refused("no control's name begins");
  training.person_share_of.clear();
  training.share_with = again.out;
  refused("these see persons");
  training.share_with = root() / "none.safetensors";
  refused("none.safetensors");
  training.share_with = m2.out;
  training.init = m2.out;
  refused("sees the robot");
  training.init.clear();
  training.motion = false;
  refused("needs --motion");
  training.share_with.clear();
  training.data = {root() / "set"};
  refused("person/*.jpg");
  training.variant = MappingVariant::adapted;
  refused("--variant supervised");
}

TEST_F(TrainMapping, GoesOnAsIfItHadNotBeenKilled) {
  auto whole = small("whole.safetensors"), killed = small("killed.safetensors");
  whole.variant = killed.variant = MappingVariant::adapted;
  whole.epochs = killed.epochs = 3;
  train_mapping(whole, progress_);

  // Killed in the second epoch: the stream's buffer refuses to go on.
  struct Killer : std::stringbuf {
    int sync() override {
      if (str().find("epoch 1/3") != std::string::npos) throw std::runtime_error("killed");
      return 0;
    }
  } killer;
  std::ostream stream(&killer);
  stream.exceptions(std::ios::badbit);
  EXPECT_ANY_THROW(train_mapping(killed, log_into(stream)));
  EXPECT_FALSE(fs::exists(killed.out));
  EXPECT_TRUE(fs::exists(killed.out.string() + ".checkpoint"));

  killed.resume = true;
  train_mapping(killed, progress_);
  const auto a = Safetensors::read(whole.out), b = Safetensors::read(killed.out);
  for (const auto& [key, tensor] : a.tensors())
    EXPECT_TRUE(std::equal(tensor.bytes.begin(), tensor.bytes.end(), b[key].bytes.begin(), b[key].bytes.end())) << key;
  EXPECT_EQ(bytes(root() / "whole.log.csv"), bytes(root() / "killed.log.csv"));
}

TEST_F(TrainMapping, StartsFromOtherWeights) {
  auto first = small("first.safetensors");
  first.epochs = 20;
  first.learning_rate = 4e-3;
  first.average = 0.9;
  const auto before = train_mapping(first, progress_);

  auto second = small("second.safetensors");
  second.init = first.out;
  second.width = 0.25;  // not the file's: it has no effect
  second.epochs = 1;
  second.learning_rate = 1e-6;
  second.average = 0;
  const auto after = train_mapping(second, progress_);
  EXPECT_NEAR(*after.mean_r2(after.canonical), *before.mean_r2(before.canonical), 0.1);
  const auto one = Safetensors::read(first.out), other = Safetensors::read(second.out);
  EXPECT_EQ(one.metadata("scale"), other.metadata("scale"));
  EXPECT_EQ(one["feature_extractor.0.weight"].shape, other["feature_extractor.0.weight"].shape);

  second.init = root() / "no-such.safetensors";
  EXPECT_THROW(train_mapping(second, progress_), InputError);
}

TEST_F(TrainMapping, RefusesToGoOnWithOtherOptions) {
  auto training = small("other.safetensors");
  write_safetensors(training.out.string() + ".checkpoint", std::map<std::string, TensorView>(),
                    {{"options", "[]"}, {"log", ""}, {"steps", "1"}});
  training.resume = true;
  EXPECT_THAT([&] { train_mapping(training, progress_); },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("other options")));
}

TEST_F(TrainMapping, NeedsWhatItsVariantLearnsFrom) {
  auto training = small("plain.safetensors");
  training.data = {root() / "plain"};
  EXPECT_THAT([&] { train_mapping(training, progress_); },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("animated")));
  training.variant = MappingVariant::ix;
  training.batch = 4;
  const auto evaluation = train_mapping(training, progress_);
  EXPECT_EQ(evaluation.canonical.count(), 4u);
  EXPECT_EQ(evaluation.animated.count(), 0u);
}

TEST_F(TrainMapping, MixesSetsWithAndWithoutAnimatedPictures) {
  auto training = small("mixed.safetensors");
  training.data = {root() / "set", root() / "plain"};
  training.epochs = 1;
  for (auto variant : {MappingVariant::ix, MappingVariant::adapted, MappingVariant::supervised}) {
    training.variant = variant;
    const auto evaluation = train_mapping(training, progress_);
    EXPECT_EQ(evaluation.canonical.count(), 20u);
    EXPECT_EQ(evaluation.animated.count(), 16u);
  }
}

TEST_F(TrainMapping, RowsWithoutIxAreForTheSupervisedVariantAlone) {
  write_bar_set(root() / "animated_only", 24, 4);
  fs::remove_all(root() / "animated_only/canonical");
  auto training = small("animated_only.safetensors");
  training.epochs = 1;
  training.batch = 4;
  training.data = {root() / "animated_only"};
  train_mapping(training, progress_);
  training.variant = MappingVariant::adapted;
  EXPECT_THAT([&] { train_mapping(training, progress_); },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("at least two rows")));
  training.data = {root() / "animated_only", root() / "set"};
  EXPECT_NO_THROW(train_mapping(training, progress_));
}

TEST_F(TrainMapping, KeepsTheWholeArchitectureOfItsInit) {
  const MappingArchitecture architecture{.base_channels = 12,
                                         .blocks = {1, 2, 1, 1},
                                         .stem_kernel = 3,
                                         .input_size = 32,
                                         .mean = {0.5f, 0.4f, 0.3f},
                                         .deviation = {0.2f, 0.25f, 0.125f}};
  auto training = small("continued.safetensors");
  training.init = root() / "twelve.safetensors";
  training.epochs = 1;
  write_safetensors(training.init, state_of(MappingModule(architecture)), architecture_metadata(architecture));
  train_mapping(training, progress_);
  const MappingArchitecture kept = read_architecture(Safetensors::read(training.out));
  EXPECT_EQ(kept.base_channels, architecture.base_channels);
  EXPECT_EQ(kept.blocks, architecture.blocks);
  EXPECT_EQ(kept.mean, architecture.mean);
  EXPECT_EQ(kept.deviation, architecture.deviation);
}

TEST_F(TrainMapping, RefusesWrongOptions) {
  auto refused = [&](auto change) {
    auto training = small("wrong.safetensors");
    change(training);
    EXPECT_THROW(train_mapping(training, progress_), InputError);
  };
  refused([](auto& t) { t.data.clear(); });
  refused([](auto& t) { t.data = {"/nowhere"}; });
  refused([](auto& t) { t.out = "wrong.txt"; });
  refused([](auto& t) { t.out = "/nowhere/f.safetensors"; });
  refused([](auto& t) { t.device = "toaster"; });
  refused([](auto& t) { t.bfloat16 = true, t.device = "cuda:0"; });
  refused([](auto& t) { t.input = 128; });  // the pictures have 96 pixels
  refused([](auto& t) { t.huber = 0; });
  refused([](auto& t) { t.batch = 1; });
  for (const PictureCrop& crop :
       {PictureCrop{0, 0, 0}, {0, 0, -1}, {0.5f, 0, 0.6f}, {0, 0.5f, 0.6f}, {-0.1f, 0, 1}, {0, 0, NAN}})
    refused([&](auto& t) { t.crop = crop; });
  refused([](auto& t) { t.learning_rate = NAN; });
}

}  // namespace
}  // namespace vividface
