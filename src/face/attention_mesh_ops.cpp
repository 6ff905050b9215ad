#include "face/attention_mesh_ops.h"

#include <openvino/frontend/tensorflow_lite/extension/conversion.hpp>
#include <openvino/openvino.hpp>
#include <openvino/opsets/opset9.hpp>

#include "base/error.h"
#include "face/mesh_parts.h"
#include "face/mesh_points.h"

namespace vividface {
namespace {

using namespace ov::opset9;
using ov::frontend::NodeContext;
using Value = ov::Output<ov::Node>;

constexpr int kSquareSide = 16;  // of a part's square of features
constexpr float kMargin = 1.5f;  // the square's side over the part's extent

Value numbers(ov::Shape shape, const std::vector<float>& values) {
  return Constant::create(ov::element::f32, std::move(shape), values);
}
Value indices(const std::vector<int>& values) { return Constant::create(ov::element::i32, {values.size()}, values); }
constexpr int kRow = 0, kColumn = 1;
Value axis(int number) { return indices({number}); }

template <class Op, class... Arguments>
Value op(Arguments&&... arguments) {
  return std::make_shared<Op>(std::forward<Arguments>(arguments)...);
}
Value shaped(const Value& value, const std::vector<int>& shape) { return op<Reshape>(value, indices(shape), false); }
Value transposed(const Value& matrix) { return op<Transpose>(matrix, indices({1, 0})); }
Value pick(const Value& matrix, const std::vector<int>& which, int kept) {
  return op<Gather>(matrix, indices(which), axis(kept));
}

struct Part {
  int right, left;  // the ends of its own x axis, as seen on the screen
  std::vector<int> points;
};

/// OpenVINO does not hand on the operation's own options; in this model's file the node's name tells the parts apart.
Part part_of(const std::string& node) {
  using namespace mesh_point;
  const auto& [left_eye, right_eye] = kEyePoints;
  if (node == "192") return {kRightMouthCorner, kLeftMouthCorner, {kLipPoints.begin(), kLipPoints.end()}};
  if (node == "193") return {kRightEyeOuter, kRightEyeInner, {right_eye.begin(), right_eye.end()}};
  if (node == "194") return {kLeftEyeInner, kLeftEyeOuter, {left_eye.begin(), left_eye.end()}};
  throw InputError("the attention mesh has an unknown part \"" + node + "\"; run scripts/setup");
}

/// Landmarks2TransformMatrix: 468 points → 1×4×4, from a part's square of features to the picture's. The square is
/// upright along the part.
ov::OutputVector square_around(const NodeContext& node) {
  const Part part = part_of(node.get_name());
  const Value mesh = pick(shaped(node.get_input(0), {kMeshPointCount, 3}), {0, 1}, kColumn);
  const Value along = op<Subtract>(pick(mesh, {part.left}, kRow), pick(mesh, {part.right}, kRow));
  const Value length = op<Sqrt>(op<ReduceSum>(op<Multiply>(along, along), axis(1), true));
  const Value x_axis = op<Divide>(along, op<Maximum>(length, numbers({1, 1}, {1e-6f})));
  const Value y_axis = op<Multiply>(pick(x_axis, {1, 0}, kColumn), numbers({1, 2}, {-1, 1}));
  const Value axes = op<Concat>(ov::OutputVector{x_axis, y_axis}, 0);

  const Value own = op<MatMul>(pick(mesh, part.points, kRow), axes, false, true);
  const Value high = op<ReduceMax>(own, axis(0), true), low = op<ReduceMin>(own, axis(0), true);
  const Value middle = op<MatMul>(op<Multiply>(op<Add>(high, low), numbers({1, 1}, {0.5f})), axes);
  const Value scale = op<Multiply>(op<Subtract>(high, low), numbers({1, 1}, {kMargin / kSquareSide}));

  const Value turn = op<Multiply>(transposed(axes), scale);
  const Value shift =
      op<Subtract>(transposed(middle), op<MatMul>(turn, numbers({2, 1}, {kSquareSide / 2, kSquareSide / 2})));
  const Value upper = op<Concat>(ov::OutputVector{turn, numbers({2, 1}, {0, 0}), shift}, 1);
  const Value lower = numbers({2, 4}, {0, 0, 1, 0, 0, 0, 0, 1});
  return {shaped(op<Concat>(ov::OutputVector{upper, lower}, 0), {1, 4, 4})};
}

/// The rows of a 1×4×4 matrix that give x and y.
Value x_and_y(const Value& matrix) { return pick(shaped(matrix, {4, 4}), {0, 1}, kRow); }

/// TransformTensorBilinear: features 1×H×W×C, matrix → 1×16×16×C.
ov::OutputVector features_in_square(const NodeContext& node) {
  const ov::Shape picture = node.get_input(0).get_shape();
  std::vector<float> places;  // a feature's middle lies at a half
  for (float y = 0.5f; y < kSquareSide; ++y) {
    for (float x = 0.5f; x < kSquareSide; ++x) places.insert(places.end(), {x, y, 0, 1});
  }
  const Value at = op<MatMul>(numbers({kSquareSide * kSquareSide, 4}, places), x_and_y(node.get_input(1)), false, true);
  const Value to_grid = numbers({1, 2}, {2 / static_cast<float>(picture[2]), 2 / static_cast<float>(picture[1])});
  const Value grid = op<Subtract>(op<Multiply>(at, to_grid), numbers({1, 1}, {1}));
  const GridSample::Attributes bilinear(false, GridSample::InterpolationMode::BILINEAR, GridSample::PaddingMode::ZEROS);
  const Value channels_first = op<Transpose>(node.get_input(0), indices({0, 3, 1, 2}));
  const Value square = op<GridSample>(channels_first, shaped(grid, {1, kSquareSide, kSquareSide, 2}), bilinear);
  return {op<Transpose>(square, indices({0, 2, 3, 1}))};
}

/// TransformLandmarks: 1×N×2 points of the square, matrix → 1×N×2 points of the picture.
ov::OutputVector points_in_picture(const NodeContext& node) {
  const Value rows = x_and_y(node.get_input(1));
  const Value turned = op<MatMul>(node.get_input(0), pick(rows, {0, 1}, kColumn), false, true);
  return {op<Add>(turned, transposed(pick(rows, {3}, kColumn)))};
}

}  // namespace

void add_attention_mesh_ops(ov::Core& core) {
  using ov::frontend::tensorflow_lite::ConversionExtension;
  core.add_extension(std::make_shared<ConversionExtension>("Landmarks2TransformMatrix", square_around));
  core.add_extension(std::make_shared<ConversionExtension>("TransformTensorBilinear", features_in_square));
  core.add_extension(std::make_shared<ConversionExtension>("TransformLandmarks", points_in_picture));
}

}  // namespace vividface
