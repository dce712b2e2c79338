// Methods as words in a manifest, and back.
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/run/augment.hpp>

namespace guidedmixup {
namespace {

constexpr std::string_view kDistanceKey = "distance";

template <typename Info>
PartDescription describe_part(const Part<Info>& part) {
  return {std::string(part.info->name), part.values.items()};
}

void append_part(std::string_view key, const PartDescription& part, std::string& typed) {
  const auto append = [&](std::string_view name, const std::string& value) {
    typed += typed.find(':') == std::string::npos ? ':' : ',';
    typed += name;
    typed += '=';
    typed += value;
  };
  if (part.name == "none") return;
  if (!key.empty()) append(key, part.name);
  for (const auto& [name, value] : part.parameters) {
    if (name != kDistanceKey) append(name, to_text(value));
  }
}

}  // namespace

MethodDescription describe_method(const Method& method) {
  MethodDescription description;
  description.name = method.name;
  description.saliency = describe_part(method.saliency);
  description.pairing = describe_part(method.pairing);
  if (!method.pairing.info->distance.empty()) {
    description.pairing.parameters.emplace_back(kDistanceKey,
                                                std::string(method.pairing.info->distance));
  }
  description.mixing = describe_part(method.mixing);
  description.label_sum_to_one = method.mixing.info->label_sum_to_one;
  return description;
}

Method method_from(const MethodDescription& description) {
  std::string typed = description.name;
  append_part("saliency", description.saliency, typed);
  append_part("pairing", description.pairing, typed);
  append_part("", description.mixing, typed);
  try {
    return parse_method(typed);
  } catch (const UsageError& error) {
    throw RunError(std::string("the manifest names a method that this program cannot repeat: ") +
                   error.what());
  }
}

}  // namespace guidedmixup
