// Methods as names and values for plan and manifest, and back.
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/method/method.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {
namespace {

// The manifest tells readers how `pair_distance` was measured.
constexpr std::string_view kDistanceKey = "distance";

template <typename Info>
PartDescription describe_part(const Part<Info>& part) {
  return {.name = std::string(part.info->name), .parameters = part.values.items()};
}

// A RunError and not a UsageError: the command is right, the output is of another program.
[[noreturn]] void refuse(const std::string& what) {
  throw RunError("the manifest names a method that this version cannot repeat: " + what);
}

// Values that are not there keep their defaults: they are of an older version.
template <typename Info>
// The file may have been edited, so everything is checked as if it had been typed.
Part<Info> part_from(const char* kind, std::span<const Info* const> registry,
                     const PartDescription& description) {
  const Info* info = find_entry(registry, description.name);
  if (info == nullptr)
    refuse(std::string("unknown ") + kind + " '" + printable(description.name) + "'");
  Part<Info> part{.info = info, .values = ParameterValues(info->parameters)};
  for (const auto& [name, value] : description.parameters) {
    const auto& known = info->parameters;
    const auto parameter = std::find_if(known.begin(), known.end(),
                                        [&, &key = name](const auto& p) { return p.name == key; });
    if (parameter == known.end()) {
      if (name == kDistanceKey) continue;  // a fact, not a choice
      refuse(std::string(kind) + " '" + description.name + "' has no parameter '" +
             printable(name) + "'");
    }
    if (!is_allowed(*parameter, value)) {
      refuse(name + " of " + kind + " '" + description.name + "' must be " +
             allowed_values(*parameter) + ", found '" + printable(to_text(value)) + "'");
    }
    part.values.set(name, value);
  }
  return part;
}

}  // namespace

MethodDescription describe_method(const Method& method) {
  MethodDescription description{.name = method.name,
                                .saliency = describe_part(method.saliency),
                                .pairing = describe_part(method.pairing),
                                .mixing = describe_part(method.mixing),
                                .label_sum_to_one = method.label_sums_to_one()};
  // Beside the parameters, because readers look for it there; `part_from` passes over it.
  if (!method.pairing.info->distance.empty()) {
    description.pairing.parameters.emplace_back(kDistanceKey,
                                                std::string(method.pairing.info->distance));
  }
  return description;
}

Method method_from(const MethodDescription& description) {
  Method method{.name = description.name,
                .folder = description.name,
                .saliency = part_from("saliency", saliency_registry(), description.saliency),
                .pairing = part_from("pairing", pairing_registry(), description.pairing),
                .mixing = part_from("mixing", mixing_registry(), description.mixing)};
  const MixingInfo& mixing = *method.mixing.info;
  // The grammar cannot make such a method; the parts would be called with pointers that are null.
  if (mixing.needs_partners != method.pairing.is_there()) {
    refuse("mixing '" + description.mixing.name + "' with pairing '" + description.pairing.name +
           "'");
  }
  const bool needs_saliency = mixing.needs_maps || method.pairing.info->needs_distances;
  if (needs_saliency && !method.saliency.is_there()) refuse("it needs a saliency, but names none");
  return method;
}

}  // namespace guidedmixup
