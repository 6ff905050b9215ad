#include "mapping/mapping_network.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <openvino/core/model.hpp>
#include <openvino/opsets/opset8.hpp>
#include <openvino/runtime/core.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "mapping/mapping_architecture.h"

namespace vividface {
namespace {

namespace op = ov::opset8;
using Node = ov::Output<ov::Node>;

constexpr float kBatchNormEpsilon = 1e-5f;

Node constant(const ov::Shape& shape, const std::vector<float>& values) {
  return op::Constant::create(ov::element::f32, shape, values);
}

/// The network as an OpenVINO graph. Batch norms are folded into the convolutions before them, the controls' scale and
/// offset into the last layer, the picture's scale and channel order into the first.
class GraphBuilder {
 public:
  GraphBuilder(const Checkpoint& weights, const MappingArchitecture& architecture)
      : weights_(weights), architecture_(architecture) {}

  /// BGR 0…255 [1, N, N, 3], and where it sees motion [1, motion_inputs], → controls [1, 30]
  std::shared_ptr<ov::Model> build() {
    const auto size = static_cast<std::size_t>(architecture_.input_size);
    auto input = std::make_shared<op::Parameter>(ov::element::f32, ov::Shape{1, size, size, 3});
    Node x = std::make_shared<op::Subtract>(input, bgr_mean());
    x = std::make_shared<op::Transpose>(x, op::Constant::create(ov::element::i64, {4}, {0, 3, 1, 2}));
    x = relu(stem(x));
    x = std::make_shared<op::MaxPool>(x, ov::Strides{2, 2}, ov::Strides{1, 1}, ov::Shape{1, 1}, ov::Shape{1, 1},
                                      ov::Shape{3, 3})
            ->output(0);
    int channels = architecture_.base_channels;
    for (int stage = 0; stage < kMappingStages; ++stage)
      for (int block = 0; block < architecture_.blocks[static_cast<std::size_t>(stage)]; ++block) {
        const int stride = stage > 0 && block == 0 ? 2 : 1;
        x = residual_block(x, "feature_extractor." + std::to_string(4 + stage) + '.' + std::to_string(block), channels,
                           architecture_.channels(stage), stride);
        channels = architecture_.channels(stage);
      }
    x = std::make_shared<op::ReduceMean>(x, op::Constant::create(ov::element::i64, {2}, {2, 3}), /*keep_dims=*/false);
    ov::ParameterVector inputs = {input};
    if (architecture_.motion_inputs > 0) {
      const ov::Shape shape{1, static_cast<std::size_t>(architecture_.motion_inputs)};
      inputs.push_back(std::make_shared<op::Parameter>(ov::element::f32, shape));
      x = with_motion(x, inputs.back());
    }
    x = relu(linear(x, "pos_pred_head.0", architecture_.head_inputs(), kMappingHidden));
    x = relu(linear(x, "pos_pred_head.2", kMappingHidden, kMappingHidden));
    x = last(x);
    if (architecture_.motion_linear) x = std::make_shared<op::Add>(x, linear_motion(inputs.back()));
    return std::make_shared<ov::Model>(ov::OutputVector{x}, inputs, "mapping_network");
  }

 private:
  /// One value that is none would make every control of every picture so.
  template <typename... Shape>
  std::vector<float> finite_floats(const std::string& key, const Shape&... shape) const {
    std::vector<float> values = weights_.floats(key, shape...);
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return values;
    throw InputError(weights_.name() + ": tensor \"" + key + "\": expected finite numbers, found nan or infinity");
  }

  std::vector<float> variances(const std::string& key, std::span<const std::int64_t> shape) const {
    std::vector<float> values = finite_floats(key, shape);
    if (std::ranges::all_of(values, [](float value) { return value >= 0; })) return values;
    throw InputError(weights_.name() + ": tensor \"" + key + "\": expected variances from 0, found a negative one");
  }

  static Node relu(const Node& x) { return std::make_shared<op::Relu>(x); }

  Node bgr_mean() const {
    const auto& m = architecture_.mean;
    return constant({1, 1, 1, 3}, {255 * m[2], 255 * m[1], 255 * m[0]});
  }

  Node convolve(const Node& x, std::vector<float> kernel, const ov::Shape& shape, const std::string& norm, int stride) {
    const std::vector<std::int64_t> channels = {static_cast<std::int64_t>(shape[0])};
    const auto gamma = finite_floats(norm + ".weight", channels), beta = finite_floats(norm + ".bias", channels);
    const auto mean = finite_floats(norm + ".running_mean", channels);
    const auto variance = variances(norm + ".running_var", channels);
    std::vector<float> bias(shape[0]);
    const std::size_t rest = kernel.size() / shape[0];
    for (std::size_t c = 0; c < shape[0]; ++c) {
      const float factor = gamma[c] / std::sqrt(variance[c] + kBatchNormEpsilon);
      for (std::size_t i = 0; i < rest; ++i) kernel[c * rest + i] *= factor;
      bias[c] = beta[c] - mean[c] * factor;
    }
    const auto pad = static_cast<std::ptrdiff_t>(shape[2] / 2);
    const auto step = static_cast<std::size_t>(stride);
    auto y = std::make_shared<op::Convolution>(x, constant(shape, kernel), ov::Strides{step, step},
                                               ov::CoordinateDiff{pad, pad}, ov::CoordinateDiff{pad, pad},
                                               ov::Strides{1, 1});
    return std::make_shared<op::Add>(y, constant({1, shape[0], 1, 1}, bias));
  }

  Node stem(const Node& x) {
    const auto channels = static_cast<std::size_t>(architecture_.base_channels);
    const auto k = static_cast<std::size_t>(architecture_.stem_kernel);
    std::vector<float> rgb = finite_floats("feature_extractor.0.weight"), bgr(rgb.size());
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t colour = 0; colour < 3; ++colour)
        for (std::size_t i = 0; i < k * k; ++i)
          bgr[(c * 3 + 2 - colour) * k * k + i] =
              rgb[(c * 3 + colour) * k * k + i] / (255 * architecture_.deviation[colour]);
    return convolve(x, std::move(bgr), {channels, 3, k, k}, "feature_extractor.1", 2);
  }

  Node convolve(const Node& x, const std::string& block, const char* name, const char* norm, int in, int out,
                int kernel, int stride) {
    const std::vector<std::int64_t> shape = {out, in, kernel, kernel};
    return convolve(x, finite_floats(block + name, shape), ov::Shape(shape.begin(), shape.end()), block + norm, stride);
  }

  Node residual_block(const Node& x, const std::string& key, int in, int out, int stride) {
    Node y = relu(convolve(x, key, ".conv1.weight", ".bn1", in, out, 3, stride));
    y = convolve(y, key, ".conv2.weight", ".bn2", out, out, 3, 1);
    const bool same = stride == 1 && in == out;
    const Node shortcut = same ? x : convolve(x, key, ".downsample.0.weight", ".downsample.1", in, out, 1, stride);
    return relu(std::make_shared<op::Add>(y, shortcut));
  }

  /// [out, motion_inputs] of a layer that reads the motion, with the motion's units folded in.
  std::vector<float> motion_weight(const std::string& key, std::int64_t out) const {
    auto weight = finite_floats(key, std::vector<std::int64_t>{out, architecture_.motion_inputs});
    const auto unit = finite_floats("motion_unit");
    if (!std::ranges::all_of(unit, [](float value) { return value > 0; }))
      throw InputError(weights_.name() + ": tensor \"motion_unit\": expected numbers above 0");
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] /= unit[i % unit.size()];
    return weight;
  }

  /// The picture's features and the motion's, side by side.
  Node with_motion(const Node& features, const Node& motion) {
    Node x = relu(linear(motion, motion_weight("motion_branch.0.weight", kMotionHidden),
                         finite_floats("motion_branch.0.bias", std::vector<std::int64_t>{kMotionHidden})));
    x = relu(linear(x, "motion_branch.2", kMotionHidden, kMotionFeatures));
    return std::make_shared<op::Concat>(ov::OutputVector{features, x}, 1);
  }

  /// What the linear map makes of the motion, in the controls' own units.
  Node linear_motion(const Node& motion) {
    constexpr std::int64_t kControls = kControlCount;
    auto weight = motion_weight("motion_linear.weight", kControls);
    auto bias = finite_floats("motion_linear.bias", std::vector<std::int64_t>{kControls});
    const std::size_t count = weight.size() / kControlCount;
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] *= architecture_.scale[i / count];
    for (std::size_t c = 0; c < kControlCount; ++c) bias[c] *= architecture_.scale[c];
    return linear(motion, weight, bias);
  }

  Node linear(const Node& x, const std::vector<float>& weight, const std::vector<float>& bias) {
    const std::size_t out = bias.size(), in = weight.size() / out;
    auto y = std::make_shared<op::MatMul>(x, constant({out, in}, weight), false, true);
    return std::make_shared<op::Add>(y, constant({1, out}, bias));
  }

  Node linear(const Node& x, const std::string& key, std::int64_t in, std::int64_t out) {
    return linear(x, finite_floats(key + ".weight", std::vector<std::int64_t>{out, in}),
                  finite_floats(key + ".bias", std::vector<std::int64_t>{out}));
  }

  Node last(const Node& x) {
    const std::vector<std::int64_t> shape = {kControlCount, kMappingHidden};
    auto weight = finite_floats("pos_pred_head.4.weight", shape);
    auto bias = finite_floats("pos_pred_head.4.bias", std::vector<std::int64_t>{kControlCount});
    for (std::size_t c = 0; c < kControlCount; ++c) {
      for (std::size_t i = 0; i < kMappingHidden; ++i) weight[c * kMappingHidden + i] *= architecture_.scale[c];
      bias[c] = architecture_.offset[c] + architecture_.scale[c] * bias[c];
    }
    return linear(x, weight, bias);
  }

  const Checkpoint& weights_;
  const MappingArchitecture& architecture_;
};

ov::element::Type element_type(const ov::Core& core, MappingPrecision precision) {
  const std::vector<std::string> capabilities = core.get_property("CPU", ov::device::capabilities);
  const bool has_bfloat16 = std::ranges::find(capabilities, ov::device::capability::BF16) != capabilities.end();
  return precision == MappingPrecision::fastest && has_bfloat16 ? ov::element::bf16 : ov::element::f32;
}

// Between pixels where that leaves none out: it is sooner by a tenth of a millisecond than OpenCV's mean of the area.
int shrinking(int from, int to) { return from < 2 * to ? cv::INTER_LINEAR : cv::INTER_AREA; }

}  // namespace

struct MappingNetwork::Impl {
  Impl(const Checkpoint& weights, MappingPrecision precision, int threads) {
    const MappingArchitecture architecture = read_architecture(weights);
    const int size = architecture.input_size;
    gain = ExpressionGain::of(weights);
    ov::Core core;
    crop = architecture.crop;
    request = core.compile_model(GraphBuilder(weights, architecture).build(), "CPU",
                                 ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                                 ov::hint::inference_precision(element_type(core, precision)), ov::num_streams(1),
                                 ov::inference_num_threads(threads), ov::hint::enable_cpu_pinning(false))
                  .create_infer_request();
    input = cv::Mat(size, size, CV_32FC3, request.get_input_tensor(0).data<float>());
    if (architecture.motion_inputs > 0)
      motion = {request.get_input_tensor(1).data<float>(), static_cast<std::size_t>(architecture.motion_inputs)};
    controls = request.get_output_tensor().data<float>();
  }

  ov::InferRequest request;
  cv::Mat small, input;     ///< the picture in bytes, and the network's own input
  std::span<float> motion;  ///< its other input, if it sees motion
  PictureCrop crop;
  ExpressionGain gain;
  const float* controls;
};

MappingNetwork::MappingNetwork(const std::filesystem::path& weights, MappingPrecision precision, int threads)
    : MappingNetwork(Checkpoint::read(weights), precision, threads) {}

MappingNetwork::MappingNetwork(const Checkpoint& weights, MappingPrecision precision, int threads)
    : impl_(std::make_unique<Impl>(weights, precision, threads)) {}

MappingNetwork::~MappingNetwork() = default;

const ExpressionGain& MappingNetwork::gain() const { return impl_->gain; }

std::size_t MappingNetwork::motion_inputs() const { return impl_->motion.size(); }

ControlVector MappingNetwork::read(const cv::Mat& bgr, std::span<const float> motion) {
  if (bgr.empty() || bgr.type() != CV_8UC3) throw InputError("the mapping network reads pictures of 3 × 8 bits");
  if (bgr.cols != bgr.rows)
    throw InputError("the mapping network reads square pictures, found " + std::to_string(bgr.cols) + " x " +
                     std::to_string(bgr.rows));
  if (!impl_->motion.empty()) {
    if (motion.size() != impl_->motion.size())
      throw InputError("this mapping network sees " + std::to_string(impl_->motion.size()) +
                       " values of motion beside the picture, found " + std::to_string(motion.size()));
    std::ranges::copy(motion, impl_->motion.begin());
  }
  // The trainer cuts its pictures in the same way.
  const auto [left, top, side] = impl_->crop.pixels(bgr.cols);
  const cv::Mat part = bgr(cv::Rect(left, top, side, side));
  cv::resize(part, impl_->small, impl_->input.size(), 0, 0, shrinking(part.cols, impl_->input.cols));
  impl_->small.convertTo(impl_->input, CV_32F);
  impl_->request.infer();
  ControlVector controls;
  std::copy_n(impl_->controls, kControlCount, controls.begin());
  return controls;
}

}  // namespace vividface
