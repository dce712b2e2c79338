#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/method.hpp>

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
