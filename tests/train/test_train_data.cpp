#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "temporary_folder.h"
#include "train/bar_set.h"
#include "train/control_units.h"
#include "train/learning_rate.h"
#include "train/mapping_set.h"
#include "train/mapping_training.h"
#include "train/regression_score.h"
#include "train/training_log.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class TrainData : public ::testing::Test {
 protected:
  void index(const std::string& text) { std::ofstream(folder_ / "index.csv") << text; }
  TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

TEST_F(TrainData, ReadsAnIndexAndItsPictures) {
  write_bar_set(folder_, 4, 1);
  fs::remove(folder_ / "animated" / "000002.jpg");
  const auto samples = read_mapping_set(folder_);
  ASSERT_EQ(samples.size(), 4u);
  EXPECT_EQ(samples[0].split, "train");
  EXPECT_EQ(samples[3].split, "test");
  EXPECT_EQ(samples[1].canonical, folder_ / "canonical" / "000001.jpg");
  EXPECT_EQ(samples[1].animated, folder_ / "animated" / "000001.jpg");
  EXPECT_TRUE(samples[2].animated.empty());
  EXPECT_FLOAT_EQ(samples[0].controls[14], 0.5f);
}

TEST_F(TrainData, RefusesWhatIsNoDataSet) {
  auto read = [&] { read_mapping_set(folder_); };
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("index.csv")));
  index("img_path,split\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("ctrl_values")));
  index("img_path,ctrl_values,split\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("rows")));
  index("img_path,ctrl_values,split\na.jpg,\"[1, 2]\",train\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("line 2: ctrl_values")));
  index("img_path,ctrl_values,split\na.jpg,[1, 2],train\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("found 4")));
  std::string thirty = "[0";
  for (int i = 1; i < 30; ++i) thirty += ",0";
  index("img_path,ctrl_values,split\na.jpg,\"" + thirty + "]\",train\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("canonical/a.jpg")));
  index("img_path,ctrl_values,split\n" + std::string(5000, 'a') + ".jpg,\"" + thirty + "]\",train\n");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("found neither")));
}

TEST_F(TrainData, LeavesOutPicturesInWhichNoFaceWasFound) {
  write_bar_set(folder_, 4, 1);
  fs::remove_all(folder_ / "canonical");
  fs::remove(folder_ / "animated" / "000001.jpg");
  auto read = [&] { return read_mapping_set(folder_); };
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("line 3: expected a picture")));
  std::ofstream(folder_ / "animated" / "without_face.txt") << "000001.jpg\n";
  const auto samples = read();
  ASSERT_EQ(samples.size(), 3u);
  EXPECT_EQ(samples[1].animated, folder_ / "animated" / "000002.jpg");
  // What is listed but has its canonical picture is of use.
  write_bar_set(folder_, 4, 1, /*animated=*/false);
  EXPECT_EQ(read().size(), 4u);
  // Nothing else is left out.
  fs::remove_all(folder_ / "canonical");
  fs::remove(folder_ / "animated" / "000002.jpg");
  EXPECT_THAT(read, ThrowsMessage<InputError>(HasSubstr("line 4: expected a picture")));
}

TEST(ControlUnits, AreTheSpreadOfWhatIsLearnt) {
  std::vector<MappingSample> samples(2);
  samples[0].controls = {}, samples[1].controls = {};
  samples[1].controls[3] = 2;
  samples[1].controls[10] = 2;
  samples[0].controls[14] = samples[1].controls[14] = 0.25f;
  ControlVector weights;
  weights.fill(1);
  weights[10] = 0;
  const ControlUnits units = control_units(samples, weights);
  EXPECT_FLOAT_EQ(units.scale[3], std::sqrt(12.f));
  EXPECT_FLOAT_EQ(units.offset[3], 1);
  EXPECT_EQ(units.scale[10], 0);
  EXPECT_EQ(units.offset[10], ControlTable::ameca()[10].neutral);
  EXPECT_EQ(units.weight[14], 0);
  EXPECT_EQ(units.offset[14], 0.25f);
  weights.fill(0);
  EXPECT_THROW(control_units(samples, weights), InputError);
}

TEST(LearningRate, RisesThenFallsToZero) {
  MappingTraining training;
  training.learning_rate = 2;
  training.warm_up = 0.1;
  EXPECT_DOUBLE_EQ(learning_rate(training, 0, 100), 0.2);
  EXPECT_DOUBLE_EQ(learning_rate(training, 9, 100), 2);
  EXPECT_NEAR(learning_rate(training, 54, 100), 1, 1e-12);
  EXPECT_NEAR(learning_rate(training, 99, 100), 0, 1e-12);
}

TEST_F(TrainData, RefusesDamagedPictures) {
  const auto file = folder_ / "a.jpg";
  auto load = [&] { load_square_picture(file, 32); };
  EXPECT_THROW(load(), InputError);
  std::ofstream(file) << "no picture";
  EXPECT_THROW(load(), InputError);
  cv::imwrite(file.string(), cv::Mat(40, 48, CV_8UC3, cv::Scalar(1, 2, 3)));
  EXPECT_THAT(load, ThrowsMessage<InputError>(HasSubstr("48 x 40")));
  cv::imwrite(file.string(), cv::Mat(16, 16, CV_8UC3, cv::Scalar(1, 2, 3)));
  EXPECT_THAT(load, ThrowsMessage<InputError>(HasSubstr("found 16 x 16")));
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  cv::imwrite(file.string(), noise);
  EXPECT_NO_THROW(load());
  fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_THAT(load, ThrowsMessage<InputError>(HasSubstr("damaged")));
}

TEST_F(TrainData, ShrinksAsTheRunningNetworkDoes) {
  cv::Mat picture(160, 160, CV_8UC3);
  cv::RNG(3).fill(picture, cv::RNG::UNIFORM, 0, 256);
  const SquarePicture bytes(picture.data, picture.data + picture.total() * 3);
  for (int size : {160, 128, 112, 96, 80, 33}) {
    cv::Mat expected;
    cv::resize(picture, expected, {size, size}, 0, 0, 160 < 2 * size ? cv::INTER_LINEAR : cv::INTER_AREA);
    SquarePicture found = shrink(bytes, 160, size);
    EXPECT_LE(cv::norm(expected, cv::Mat(size, size, CV_8UC3, found.data()), cv::NORM_INF), 1) << size;
  }
}

TEST_F(TrainData, CutsAsTheNetworksInputIsCut) {
  cv::Mat picture(100, 100, CV_8UC3, cv::Scalar(200, 10, 10));
  const cv::Rect seen(17, 22, 66, 66);
  picture(seen).setTo(cv::Scalar(10, 20, 220));  // BGR
  cv::imwrite((folder_ / "a.jpg").string(), picture, {cv::IMWRITE_JPEG_QUALITY, 100});
  const SquarePicture rgb = load_square_picture(folder_ / "a.jpg", 33, {0.17f, 0.22f, 0.66f});
  ASSERT_EQ(rgb.size(), 33u * 33 * 3);
  // The edges of a JPEG's colours are soft by two pixels.
  for (const auto& [x, y] : {std::pair{2, 2}, {30, 2}, {2, 30}, {30, 30}, {16, 16}})
    EXPECT_GT(rgb[(static_cast<std::size_t>(y) * 33 + x) * 3], 200) << x << ' ' << y;
  EXPECT_THROW(load_square_picture(folder_ / "a.jpg", 80, {0.17f, 0.22f, 0.66f}), InputError);
}

TEST(RegressionScore, IsOneForThePerfectAndZeroForTheMean) {
  RegressionScore perfect, mean, worse;
  for (int i = 0; i < 10; ++i) {
    ControlVector truth{}, middle{}, away{};
    truth[0] = static_cast<float>(i);
    middle[0] = 4.5f;
    away[0] = 20;
    perfect.add(truth, truth);
    mean.add(middle, truth);
    worse.add(away, truth);
  }
  EXPECT_DOUBLE_EQ(perfect.r2(0).value(), 1);
  EXPECT_NEAR(mean.r2(0).value(), 0, 1e-12);
  EXPECT_LT(worse.r2(0).value(), -1);
  EXPECT_DOUBLE_EQ(mean.mean_absolute_error(0), 2.5);
  EXPECT_FALSE(perfect.r2(1).has_value());
  EXPECT_FALSE(RegressionScore().r2(0).has_value());
  EXPECT_DOUBLE_EQ(perfect.correlation(0).value(), 1);
  EXPECT_FALSE(mean.correlation(0).has_value());  // it does not vary

  MappingEvaluation evaluation{.canonical = perfect, .animated = {}, .learnt = {}};
  EXPECT_FALSE(evaluation.mean_r2(perfect).has_value());
  evaluation.learnt[0] = true;
  EXPECT_DOUBLE_EQ(evaluation.mean_r2(perfect).value(), 1);
  EXPECT_THAT(evaluation.table(), HasSubstr("Brow Inner Left"));
  EXPECT_THAT(evaluation.json(), HasSubstr("\"mean_r2\": 1.0"));
}

TEST(NamedShare, IsReadFromTextAndFoundByAName) {
  const NamedShare lips = NamedShare::parse("Lip Top=0.9");
  EXPECT_EQ(lips.begin, "Lip Top");
  EXPECT_EQ(lips.share, 0.9);
  for (const char* text : {"", "Nose", "Nose=", "Nose=x", "Nose=0.5x", "Nose=1.1", "Nose=-1", "Nose=nan"})
    EXPECT_THROW(NamedShare::parse(text), InputError) << text;
  MappingTraining training;
  training.person_share = 0.5;
  training.person_share_of = {lips, {"Lip", 0.25}};
  EXPECT_EQ(training.share_of_person("Lip Top Curl"), 0.9);
  EXPECT_EQ(training.share_of_person("Lip Corner Raise Left"), 0.25);
  EXPECT_EQ(training.share_of_person("Jaw Pitch"), 0.5);
}

TEST(TrainingLog, IsReadBack) {
  const std::vector<EpochRecord> log = {{1, 0.5, 2, 1e-3, 0.25, NAN}, {2, 0.25, 1, 5e-4, 0.5, NAN}};
  const auto read = log_from_csv(to_csv(log));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[1].epoch, 2);
  EXPECT_EQ(read[1].loss, 0.25);
  EXPECT_TRUE(std::isnan(read[1].r2_animated));
  EXPECT_TRUE(log_from_csv(to_csv({})).empty());
  EXPECT_THAT(to_svg(log, "a<b"), ::testing::AllOf(HasSubstr("a&lt;b"), HasSubstr("polyline"), HasSubstr("epoch 2")));
  EXPECT_NO_THROW(to_svg({}, "empty"));
}

}  // namespace
}  // namespace vividface
