#include "evaluate/ridge_fit.h"

#include <Eigen/Cholesky>
#include <limits>
#include <optional>
#include <stdexcept>

namespace vividface {
namespace {

constexpr double kLeastSpread = 1e-9;  // an input that does not vary says nothing
constexpr double kLambdas[] = {1e-4, 1e-3, 1e-2, 1e-1, 1, 10};

Eigen::RowVectorXd spread_about(const Eigen::RowVectorXd& mean, const Eigen::MatrixXd& values) {
  return ((values.rowwise() - mean).colwise().squaredNorm() / static_cast<double>(values.rows())).cwiseSqrt();
}

}  // namespace

RidgeFit::RidgeFit(const FitExamples& examples, double lambda) : lambda_(lambda) {
  const Eigen::Index count = examples.inputs.rows();
  if (count < 2 || examples.targets.rows() != count || !(lambda > 0))
    throw std::invalid_argument("a ridge fit needs two examples or more and a positive lambda");
  mean_ = examples.inputs.colwise().mean();
  spread_ = spread_about(mean_, examples.inputs).cwiseMax(kLeastSpread);
  offset_ = examples.targets.colwise().mean();
  const Eigen::MatrixXd x = (examples.inputs.rowwise() - mean_).array().rowwise() / spread_.array();
  const Eigen::MatrixXd y = examples.targets.rowwise() - offset_;
  const double penalty = lambda * static_cast<double>(count);
  // The same solution from the smaller of the two products.
  const bool few = count < x.cols();
  Eigen::MatrixXd product = few ? Eigen::MatrixXd(x * x.transpose()) : Eigen::MatrixXd(x.transpose() * x);
  product.diagonal().array() += penalty;
  if (few) {
    weights_ = x.transpose() * product.llt().solve(y);
  } else {
    weights_ = product.llt().solve(x.transpose() * y);
  }
}

RidgeFit RidgeFit::best_on(const FitExamples& held_out, const FitExamples& examples) {
  const Eigen::RowVectorXd spread =
      spread_about(examples.targets.colwise().mean(), examples.targets).cwiseMax(kLeastSpread);
  double least = std::numeric_limits<double>::infinity();
  std::optional<RidgeFit> best;
  for (const double lambda : kLambdas) {
    RidgeFit fit(examples, lambda);
    const Eigen::MatrixXd error = fit.predict(held_out.inputs) - held_out.targets;
    const double squares = (error.array().rowwise() / spread.array()).square().sum();
    if (best && squares >= least) continue;
    least = squares;
    best = std::move(fit);
  }
  return *best;
}

Eigen::MatrixXd RidgeFit::predict(const Eigen::MatrixXd& inputs) const {
  const Eigen::MatrixXd x = (inputs.rowwise() - mean_).array().rowwise() / spread_.array();
  return (x * weights_).rowwise() + offset_;
}

}  // namespace vividface
