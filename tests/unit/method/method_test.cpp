#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/method/method_set.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

using namespace guidedmixup;

namespace {
std::string error_of(const char* typed) {
  try {
    (void)parse_method(typed);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}
bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("methods resolve to their parts") {
  const Method guided = parse_method("guided-sr");
  CHECK(guided.saliency.info->name == "spectral-residual");
  CHECK(guided.pairing.info->name == "greedy");
  CHECK(guided.mixing.info->name == "guided");
  CHECK(guided.saliency.values.choice("blur") == "grid");
  CHECK(parse_method("cutmix").saliency.info->name == "none");
  CHECK((parse_method("none").mixing.info->make == nullptr));
}

TEST_CASE("a part that needs saliency implies the spectral residual") {
  const Method method = parse_method("cutmix:pairing=greedy,alpha=0.5");
  CHECK(method.saliency.info->name == "spectral-residual");
  CHECK(method.mixing.values.real("alpha") == 0.5F);
  CHECK(method.folder == "cutmix_pairing_greedy_alpha_0.5");
  CHECK(parse_method("mixup:pairing=greedy,saliency=uniform").saliency.info->name == "uniform");
}

TEST_CASE("the same method typed in two ways has the same parts") {
  CHECK(parse_method("guided-sr").same_parts(parse_method("guided-sr:blur=grid,kernel=7")));
  CHECK_FALSE(parse_method("guided-sr").same_parts(parse_method("guided-sr:blur=both")));
}

TEST_CASE("what is wrong is named, with what is valid") {
  CHECK(contains(error_of("guided"), "guided-sr, mixup, cutmix, none"));
  CHECK(contains(error_of("cutmix:blur=grid"), "'blur' is unknown or unused here"));
  CHECK(contains(error_of("cutmix:blur=grid"), "pairing, alpha"));
  CHECK(contains(error_of("mixup:saliency=uniform"), "'saliency' is unknown or unused"));
  CHECK(contains(error_of("none:pairing=greedy"), "this method takes none"));
  CHECK(contains(error_of("guided-sr:blur=twice"), "one of grid, image, both, none"));
  CHECK(contains(error_of("guided-sr:kernel=4"), "odd whole number"));
  CHECK(contains(error_of("guided-sr:sigma=0"), "above 0.0"));
  CHECK(contains(error_of("mixup:alpha=-1"), "at least 0.0"));
  CHECK(contains(error_of("mixup:alpha=nan"), "found 'nan'"));
  CHECK(contains(error_of("mixup:alpha"), "expected key=value"));
  CHECK(contains(error_of("mixup:alpha=1,alpha=2"), "given twice"));
  CHECK(contains(error_of("guided-sr:pairing=none"), "one of random, greedy"));
}

TEST_CASE("methods are triples of registered names, and every mixing has one") {
  for (const MethodInfo& method : method_registry()) {
    CHECK(find_saliency(method.saliency) != nullptr);
    CHECK(find_pairing(method.pairing) != nullptr);
    CHECK(find_mixing(method.mixing) != nullptr);
    CHECK(parse_method(method.name).name == method.name);
  }
  for (const MixingInfo* mixing : mixing_registry()) {
    CAPTURE(mixing->name);
    CHECK(std::ranges::any_of(method_registry(), [&](const MethodInfo& method) {
      return method.mixing == mixing->name;
    }));
  }
}

// The keys that two parts of one method have; there, `part.key` must be typed.
TEST_CASE("no key is shared by two parts of any combination of registered parts") {
  std::vector<std::string> shared;
  const auto compare = [&](const auto& one, const auto& other) {
    for (const ParameterInfo& a : one.parameters) {
      for (const ParameterInfo& b : other.parameters) {
        if (a.name != b.name) continue;
        shared.push_back(std::string(one.name) + ", " + std::string(other.name) + ": " + a.name);
      }
    }
  };
  for (const MixingInfo* mixing : mixing_registry()) {
    for (const SaliencyInfo* saliency : saliency_registry()) compare(*mixing, *saliency);
    for (const PairingInfo* pairing : pairing_registry()) compare(*mixing, *pairing);
  }
  for (const SaliencyInfo* saliency : saliency_registry()) {
    for (const PairingInfo* pairing : pairing_registry()) compare(*saliency, *pairing);
  }
  CHECK(shared == std::vector<std::string>{});
}

TEST_CASE("a key may name its part") {
  const Method method = parse_method("guided-sr:saliency.kernel=9,sigma=2");
  CHECK(method.same_parts(parse_method("guided-sr:kernel=9,sigma=2")));
  CHECK(parse_method("mixup:mixing.alpha=0.5").mixing.values.real("alpha") == 0.5F);
  CHECK(contains(error_of("guided-sr:kernel=9,saliency.kernel=9"), "mean the same"));
  CHECK(contains(error_of("mixup:pairing.alpha=1"), "'pairing.alpha' is unknown or unused"));
}

TEST_CASE("a value with a comma stands in quotes") {
  CHECK(contains(error_of("guided-sr:blur=\"a, b\",kernel=9"), "found 'a, b'"));
  CHECK(contains(error_of("guided-sr:blur=\"say \"\"a\"\"\""), "found 'say \"a\"'"));
  CHECK(contains(error_of("guided-sr:blur=\"grid"), "lacks its last quote"));
  CHECK(parse_method("guided-sr:blur=\"grid\"").same_parts(parse_method("guided-sr")));
}

TEST_CASE("a method is read back from its names and values") {
  for (const MethodInfo& info : method_registry()) {
    const Method method = parse_method(info.name);
    const Method again = method_from(describe_method(method));
    CHECK(again.name == method.name);
    CHECK(again.same_parts(method));
  }
  const Method method = parse_method("cutmix:pairing=greedy,alpha=0.5,kernel=9");
  MethodDescription description = describe_method(method);
  CHECK(method_from(description).same_parts(method));
  const auto refusal = [](const MethodDescription& changed) -> std::string {
    try {
      (void)method_from(changed);
    } catch (const RunError& error) {
      return error.what();
    }
    return "";
  };
  auto changed = description;
  changed.saliency.name = "a-later-one";
  CHECK(contains(refusal(changed), "unknown saliency 'a-later-one'"));
  changed = description;
  changed.saliency.parameters[1].second = 4;
  CHECK(contains(refusal(changed), "kernel of saliency 'spectral-residual' must be an odd"));
  changed.saliency.parameters[1].second = 4.5F;
  CHECK(contains(refusal(changed), "found '4.5'"));
  changed = description;
  changed.mixing.parameters.emplace_back("beta", 1.0F);
  CHECK(contains(refusal(changed), "mixing 'box' has no parameter 'beta'"));
  changed = description;
  changed.pairing = {.name = "none", .parameters = {}};
  CHECK(contains(refusal(changed), "mixing 'box' with pairing 'none'"));
  changed = description;
  changed.saliency = {.name = "none", .parameters = {}};
  CHECK(contains(refusal(changed), "needs a saliency"));
}

TEST_CASE("parts of a run are made once, and methods share a saliency of equal parameters") {
  const MethodSet set(std::vector{parse_method("guided-sr"), parse_method("mixup"),
                                  parse_method("cutmix:pairing=greedy"),
                                  parse_method("guided-sr:pairing=random,blur=both")},
                      {40, 30});
  REQUIRE(set.saliencies().size() == 2);
  CHECK(set.saliency_of(0) == set.saliency_of(2));
  CHECK_FALSE(set.saliency_of(1));
  CHECK(set.saliencies()[0].needs_distances);
  CHECK_FALSE(set.saliencies()[1].needs_distances);
  CHECK(set.saliencies_of(std::vector{2, 1, 0}) == std::vector<std::size_t>{0});
  CHECK(set.pairing(1) != nullptr);
  CHECK(set.mixing(1) != nullptr);
}
