#include "evaluate/sides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

SidesOptions options() {
  SidesOptions options;
  options.identities = 2;
  options.scenes = 1;
  options.size = 256;
  return options;
}

/// Two people in a scene each, looked at once for all tests.
const SidesEvaluation& two_people() {
  static const SidesEvaluation found = evaluate_sides(options());
  return found;
}

TEST(Sides, EveryPictureIsCountedOnce) {
  const SidesEvaluation& found = two_people();
  EXPECT_EQ(found.people, 2u);
  EXPECT_EQ(found.scenes, 2u);
  EXPECT_EQ(found.pictures, 2 * (one_sided_acts().size() + 1));
  std::size_t seen = 0;
  for (std::size_t act = 0; act < one_sided_acts().size(); ++act) {
    seen += found.all.count(act);
    EXPECT_LE(found.frontal.count(act), found.frontal_scenes);
  }
  EXPECT_GE(seen, one_sided_acts().size()) << "hardly a face was found";
  EXPECT_LE(found.without_reference_face, found.without_face);
  EXPECT_GE(found.pictures - found.without_face, seen);
  EXPECT_LE(found.pictures - found.without_face, seen + found.scenes);
}

TEST(Sides, TheSameSeedGivesTheSameFiguresOnAnyNumberOfThreads) {
  SidesOptions one_thread = options(), other_seed = options();
  one_thread.threads = 1;
  other_seed.seed = 2;
  other_seed.identities = 1;
  EXPECT_EQ(two_people().all.json(), evaluate_sides(one_thread).all.json());
  const auto first = evaluate_sides(other_seed).all.json()["wink left"];
  EXPECT_NE(first, two_people().all.json()["wink left"]);
}

TEST(Sides, RefusesMorePeopleThanThereAre) {
  SidesOptions wrong = options();
  wrong.identities = 9;
  EXPECT_THAT([&] { evaluate_sides(wrong); }, ThrowsMessage<InputError>(HasSubstr("--identities 9")));
  wrong = options();
  wrong.scenes = 0;
  EXPECT_THAT([&] { evaluate_sides(wrong); }, ThrowsMessage<InputError>(HasSubstr("--scenes 0")));
  wrong = options();
  wrong.mesh.models = "missing";
  EXPECT_THAT([&] { evaluate_sides(wrong); }, ThrowsMessage<InputError>(HasSubstr("missing")));
}

}  // namespace
}  // namespace vividface
