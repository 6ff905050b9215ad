#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "dataset/sampling.h"
#include "render/performer_look.h"
#include "robot/head_model.h"

namespace vividface {

/// A person: the shape of a face, and what goes with it.
struct Performer {
  std::vector<IdentityTarget> shape;
  float age = 0;      ///< −0.5 a child, 0 young … 1 old
  float male = 0;     ///< 0 … 1
  float melanin = 0;  ///< of people of that origin, 0 … 1
};

/// The people that can play. Who a number is, and what split it belongs to, is data: config/performers.json.
class PerformerCast {
 public:
  /// Throws InputError for a file that is no such list.
  explicit PerformerCast(const std::filesystem::path& json);
  /// The cast that the program comes with.
  PerformerCast();

  std::size_t size() const { return size_; }
  /// The person of a number below size(); depends on the number alone.
  Performer performer(std::size_t number) const;
  Split split(std::size_t number) const;
  /// All numbers of a split.
  const std::vector<std::size_t>& of(Split split) const { return numbers_[static_cast<std::size_t>(split)]; }

 private:
  struct Feature {
    std::string less, more;
    float spread;
  };
  std::size_t size_ = 0;
  std::vector<std::size_t> numbers_[3];
  std::vector<std::string> origins_, head_shapes_, asymmetries_;
  float head_shape_spread_ = 0, asymmetry_spread_ = 0;
  std::vector<Feature> features_;
};

/// Skin, hair and clothes for a person on one day.
PerformerLook draw_look(const Performer& performer, Random& random);

}  // namespace vividface
