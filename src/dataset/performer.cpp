#include "dataset/performer.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/resources.h"
#include "dataset/sides.h"

namespace vividface {
namespace {

using nlohmann::json;

constexpr std::uint64_t kIdentityStream = 0x70656f706c65;

}  // namespace

PerformerCast::PerformerCast() : PerformerCast(resource("config/performers.json")) {}

PerformerCast::PerformerCast(const std::filesystem::path& path) {
  std::ifstream file(path);
  try {
    const json root = json::parse(file);
    size_ = root.at("identities").get<std::size_t>();
    const auto val = root.at("val").get<std::vector<std::size_t>>(),
               test = root.at("test").get<std::vector<std::size_t>>();
    const auto has = [](const std::vector<std::size_t>& list, std::size_t number) {
      return std::find(list.begin(), list.end(), number) != list.end();
    };
    for (std::size_t number = 0; number < size_; ++number) {
      const Split split = has(test, number) ? Split::test : has(val, number) ? Split::val : Split::train;
      numbers_[static_cast<std::size_t>(split)].push_back(number);
    }
    for (const Split split : {Split::train, Split::val, Split::test})
      if (of(split).empty()) throw InputError(std::string("nobody is in the split ") + name_of(split));
    origins_ = root.at("origins").get<std::vector<std::string>>();
    head_shapes_ = root.at("one_of").at("targets").get<std::vector<std::string>>();
    head_shape_spread_ = root.at("one_of").at("spread").get<float>();
    for (const json& feature : root.at("features")) {
      features_.push_back({feature.at("less").get<std::string>(), feature.at("more").get<std::string>(),
                           feature.at("spread").get<float>()});
    }
    asymmetries_ = root.at("asymmetry").at("targets").get<std::vector<std::string>>();
    asymmetry_spread_ = root.at("asymmetry").at("spread").get<float>();
    if (origins_.empty() || head_shapes_.empty()) throw InputError("has no origins or no head shapes");
  } catch (const InputError& error) {
    throw InputError(path.string() + ": " + error.what());
  } catch (const json::exception& error) {
    throw InputError(path.string() + " is not a cast of performers: " + error.what());
  }
}

Split PerformerCast::split(std::size_t number) const {
  for (const Split split : {Split::val, Split::test})
    if (std::find(of(split).begin(), of(split).end(), number) != of(split).end()) return split;
  return Split::train;
}

Performer PerformerCast::performer(std::size_t number) const {
  Random random(kIdentityStream, number);
  Performer person;
  const std::size_t main_origin = number % origins_.size(), other_origin = random.below(origins_.size());
  const float mixed = random.chance(0.3f) ? random.uniform(0, 0.5f) : 0;
  const bool man = random.chance(0.5f);
  const float manliness = random.uniform(0.75f, 1);
  person.male = man ? manliness : 1 - manliness;
  person.age = random.chance(0.08f) ? random.uniform(-0.5f, -0.1f) : random.uniform();
  const float old = std::max(person.age, 0.f), child = std::max(-person.age, 0.f), young = 1 - old - child;

  const auto add = [&](const std::string& target, float weight) {
    if (std::abs(weight) > 0.01f) person.shape.push_back({target, weight});
  };
  const float heavy = random.bell(0.4f), muscle = random.bell(0.4f);
  const auto share = [](float x) { return std::min(std::abs(x), 1.f); };
  for (const auto& [sex, sex_weight] : {std::pair{"male", person.male}, std::pair{"female", 1 - person.male}}) {
    for (const auto& [age, age_weight] :
         {std::pair{"young", young}, std::pair{"old", old}, std::pair{"child", child}}) {
      const float weight = sex_weight * age_weight;
      const std::string kind = std::string("-") + sex + "-" + age;
      add("macrodetails/" + origins_[main_origin] + kind, weight * (1 - mixed));
      add("macrodetails/" + origins_[other_origin] + kind, weight * mixed);
      const std::string body = "macrodetails/universal" + kind;
      const std::string by_weight = heavy > 0 ? "max" : "min", by_muscle = muscle > 0 ? "max" : "min";
      add(body + "-averagemuscle-averageweight", weight * (1 - share(heavy)) * (1 - share(muscle)));
      add(body + "-averagemuscle-" + by_weight + "weight", weight * share(heavy) * (1 - share(muscle)));
      add(body + "-" + by_muscle + "muscle-averageweight", weight * (1 - share(heavy)) * share(muscle));
      add(body + "-" + by_muscle + "muscle-" + by_weight + "weight", weight * share(heavy) * share(muscle));
    }
  }
  const float head_shape = random.uniform(0, head_shape_spread_);
  add(head_shapes_[random.below(head_shapes_.size())], head_shape);
  for (const Feature& feature : features_) {
    const float weight = random.bell(feature.spread);
    const std::string& name = weight < 0 ? feature.less : feature.more;
    for (const std::string& target : sides_of(name, "l", "r")) add(target, std::abs(weight));
  }
  for (const std::string& target : asymmetries_) {
    const float weight = random.bell(asymmetry_spread_);
    add(target + (weight < 0 ? "-l" : "-r"), std::abs(weight));
  }
  const auto melanin_of = [](const std::string& origin) {
    return origin == "african" ? 0.78f : origin == "asian" ? 0.34f : 0.16f;
  };
  person.melanin = std::clamp(
      (1 - mixed) * melanin_of(origins_[main_origin]) + mixed * melanin_of(origins_[other_origin]) + random.bell(0.1f),
      0.f, 1.f);
  return person;
}

}  // namespace vividface
