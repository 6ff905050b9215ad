#pragma once

namespace vividface {

/// Eq. 2 for any engine: what the source does when it moves as the driving face has moved since its reference:
/// R_i R_0ᵀ R_s (rows as points), δ_s + (δ_i − δ_0), s_s·s_i/s_0, t_s + (t_i − t_0) with t_z = 0.
/// `Terms` has the members scale, rotation, translation and expression; `Algebra` says for its types what
/// product(a, b), transposed(a) and without_z(t) are.
template <typename Algebra, typename Terms>
void relative_terms(const Terms& source, const Terms& driving, const Terms& reference, Terms& result) {
  result.rotation =
      Algebra::product(Algebra::product(driving.rotation, Algebra::transposed(reference.rotation)), source.rotation);
  result.expression = source.expression + (driving.expression - reference.expression);
  result.scale = source.scale * (driving.scale / reference.scale);
  result.translation = Algebra::without_z(source.translation + (driving.translation - reference.translation));
}

}  // namespace vividface
