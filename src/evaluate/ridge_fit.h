#pragma once

#include <Eigen/Core>

namespace vividface {

/// Inputs and what is to be predicted, one example a row.
struct FitExamples {
  Eigen::MatrixXd inputs, targets;
};

/// A linear map that is fitted with a penalty on its weights, every input in units of its own spread:
///   min Σ ‖target − (offset + input W)‖² + λ n ‖W‖².
class RidgeFit {
 public:
  /// Throws std::invalid_argument unless there are two examples or more and λ > 0.
  RidgeFit(const FitExamples& examples, double lambda);
  /// The fit among several λ whose squared error on other examples, in units of each target's spread, is least.
  static RidgeFit best_on(const FitExamples& held_out, const FitExamples& examples);

  /// One row of predictions a row of inputs.
  Eigen::MatrixXd predict(const Eigen::MatrixXd& inputs) const;
  double lambda() const { return lambda_; }

 private:
  double lambda_;
  Eigen::RowVectorXd mean_, spread_;  ///< of the inputs
  Eigen::RowVectorXd offset_;
  Eigen::MatrixXd weights_;
};

}  // namespace vividface
