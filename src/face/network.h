#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace vividface {

/// One of the tracker's models: what is read, and what it must look like.
struct NetworkSpec {
  std::string file;    ///< below third_party/, as scripts/setup puts it
  std::uint64_t hash;  ///< FNV-1a of the file's bytes
  cv::Size input;      ///< RGB pictures of this size
  float mean, scale;   ///< the model sees (byte − mean) / scale
  struct Output {
    std::string name;
    std::size_t size;  ///< floats
  };
  std::vector<Output> outputs;  ///< in the order of Network::output
};

/// A tflite model run by OpenVINO on one CPU thread, in fp32.
class Network {
 public:
  /// Throws InputError that names the file when it is missing or not the one of the spec.
  explicit Network(const NetworkSpec& spec);
  ~Network();

  /// What the next run looks at, CV_8UC3 RGB: draw into it.
  cv::Mat& input() { return input_; }
  void run();
  /// Valid until the next run.
  std::span<const float> output(int index) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  cv::Mat input_;
};

}  // namespace vividface
