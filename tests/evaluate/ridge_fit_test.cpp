#include "evaluate/ridge_fit.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "base/random.h"

namespace vividface {
namespace {

/// `count` examples of the map y = 1 + x W, with some noise in y.
FitExamples linear_examples(Eigen::Index count, Eigen::Index inputs, double noise, std::uint64_t seed) {
  Random weights(1, 0), random(seed, 1);
  const auto draw = [](Random& from) { return [&from] { return static_cast<double>(from.bell(1)); }; };
  const Eigen::MatrixXd w = Eigen::MatrixXd::NullaryExpr(inputs, 3, draw(weights));
  FitExamples examples;
  examples.inputs = Eigen::MatrixXd::NullaryExpr(count, inputs, draw(random));
  examples.targets = (examples.inputs * w).array() + 1;
  examples.targets += noise * Eigen::MatrixXd::NullaryExpr(count, 3, draw(random));
  return examples;
}

double error(const RidgeFit& fit, const FitExamples& examples) {
  return (fit.predict(examples.inputs) - examples.targets).cwiseAbs().maxCoeff();
}

TEST(RidgeFit, FindsALinearMap) {
  EXPECT_LT(error(RidgeFit(linear_examples(60, 5, 0, 2), 1e-9), linear_examples(20, 5, 0, 3)), 1e-5);
}

TEST(RidgeFit, IsTheMeanWhenThePenaltyIsLarge) {
  const FitExamples examples = linear_examples(40, 4, 0.1, 2);
  const Eigen::MatrixXd predicted = RidgeFit(examples, 1e12).predict(examples.inputs);
  EXPECT_LT((predicted.rowwise() - examples.targets.colwise().mean()).cwiseAbs().maxCoeff(), 1e-6);
}

RC_GTEST_PROP(RidgeFit, DoesNotDependOnTheUnitsOfItsInputs, ()) {
  FitExamples examples = linear_examples(30, 6, 0.3, *rc::gen::inRange(0, 1000));
  const Eigen::MatrixXd before = RidgeFit(examples, 0.1).predict(examples.inputs);
  examples.inputs.col(2) *= std::pow(10.0, *rc::gen::inRange(-3, 4));
  examples.inputs.col(4).array() += *rc::gen::inRange(-50, 50);
  RC_ASSERT((RidgeFit(examples, 0.1).predict(examples.inputs) - before).cwiseAbs().maxCoeff() < 1e-6);
}

RC_GTEST_PROP(RidgeFit, IsTheLeastOfWhatItMinimises, ()) {
  // Once with more examples than inputs, once with fewer: they are solved in two ways.
  const int count = *rc::gen::element(8, 40), inputs = 15;
  const FitExamples examples = linear_examples(count, inputs, 0.3, *rc::gen::inRange(0, 1000));
  const double lambda = 0.05;
  const RidgeFit fit(examples, lambda);
  // The slope along any input, from two predictions, is its weight: at the least, the objective's gradient is zero.
  const Eigen::RowVectorXd mean = examples.inputs.colwise().mean();
  const Eigen::RowVectorXd spread =
      ((examples.inputs.rowwise() - mean).colwise().squaredNorm() / static_cast<double>(count)).cwiseSqrt();
  const Eigen::MatrixXd x = (examples.inputs.rowwise() - mean).array().rowwise() / spread.array();
  Eigen::MatrixXd steps = mean.replicate(inputs, 1);
  steps.diagonal() += spread.transpose();
  const Eigen::MatrixXd weights = fit.predict(steps).rowwise() - fit.predict(mean).row(0);
  const Eigen::MatrixXd gradient =
      x.transpose() * (fit.predict(examples.inputs) - examples.targets) + lambda * count * weights;
  RC_ASSERT(gradient.cwiseAbs().maxCoeff() < 1e-8);
}

TEST(RidgeFit, TakesTheLambdaThatHeldOutExamplesLike) {
  const FitExamples held_out = linear_examples(200, 20, 0.0, 5);
  const RidgeFit noisy = RidgeFit::best_on(held_out, linear_examples(25, 20, 3, 4));
  const RidgeFit clean = RidgeFit::best_on(held_out, linear_examples(200, 20, 0, 4));
  EXPECT_GT(noisy.lambda(), clean.lambda());
  EXPECT_LT(error(clean, held_out), 0.05);
}

TEST(RidgeFit, AnInputThatNeverVariesSaysNothing) {
  FitExamples examples = linear_examples(30, 4, 0, 2);
  examples.inputs.col(1).setConstant(3);
  const RidgeFit fit(examples, 0.01);
  Eigen::MatrixXd other = examples.inputs;
  other.col(1).setConstant(-70);
  EXPECT_EQ(fit.predict(other), fit.predict(examples.inputs));
}

TEST(RidgeFit, RefusesWhatCannotBeFitted) {
  EXPECT_THROW(RidgeFit(linear_examples(1, 3, 0, 1), 0.1), std::invalid_argument);
  EXPECT_THROW(RidgeFit(linear_examples(9, 3, 0, 1), 0), std::invalid_argument);
}

}  // namespace
}  // namespace vividface
