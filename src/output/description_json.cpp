// A run's description to JSON and back. Both plan.json and the header of a manifest are made of it,
// so a value that is written once here can be compared there. Reading accepts keys of later
// versions of the same major number, and passes over what it cannot hold.
#include "description_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/ranges.hpp>
#include <guidedmixup/core/text.hpp>

#include "json_members.hpp"

namespace guidedmixup {
namespace {

// A file's path is left out: it may differ between machines, and nothing in an output depends on
// it.
struct ParameterJson {
  template <typename Value>
  OrderedJson operator()(const Value& value) const {
    return value;
  }
  OrderedJson operator()(const ParameterFile& file) const {
    return {{"name", file.name}, {"digest", file.digest}};
  }
};

OrderedJson part_json(const PartDescription& part) {
  OrderedJson json;
  json["name"] = part.name;
  for (const auto& [name, value] : part.parameters) json[name] = std::visit(ParameterJson{}, value);
  return json;
}

// Only what fits the type is asked here; the part that owns a parameter knows its range.
constexpr Range<int> kWholeParameters{std::numeric_limits<int>::min(),
                                      std::numeric_limits<int>::max()};
constexpr Range<float> kRealParameters{std::numeric_limits<float>::lowest(),
                                       std::numeric_limits<float>::max()};

// By the kinds that a parameter may have; nothing for those of a later version.
std::optional<ParameterValue> parameter_from_json(const JsonMembers& members, const char* name,
                                                  const OrderedJson& value) {
  if (value.is_number_float()) return members.number(name, kRealParameters);
  if (value.is_number_integer()) return members.whole(name, kWholeParameters);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) return members.numbers(name, kRealParameters);
  if (!value.is_object()) return std::nullopt;
  const JsonMembers file = members.object(name);
  static_cast<void>(file.hash("digest", "xxh3:"));
  return ParameterFile{.path = "", .name = file.text("name"), .digest = file.text("digest")};
}

// What its values mean, and which are allowed, the part itself says when it is made from them.
PartDescription part_from_json(const OrderedJson& method, const char* key) {
  const JsonMembers members = JsonMembers(method, "method.").object(key);
  PartDescription part;
  part.name = members.text("name");
  for (const auto& [name, value] : method.at(key).items()) {
    if (name == "name") continue;
    if (auto parameter = parameter_from_json(members, name.c_str(), value)) {
      part.parameters.emplace_back(name, std::move(*parameter));
    }
  }
  return part;
}

MethodDescription method_from_json(const OrderedJson& header) {
  const JsonMembers members = JsonMembers(header).object("method");
  const OrderedJson& json = header.at("method");
  MethodDescription method;
  method.name = members.text("name");
  method.saliency = part_from_json(json, "saliency");
  method.pairing = part_from_json(json, "pairing");
  method.mixing = part_from_json(json, "mixing");
  const JsonMembers whole(header);
  // The key is written only when it is false.
  method.label_sum_to_one = !whole.has("label_sum_to_one") || whole.truth("label_sum_to_one");
  return method;
}

// What this version writes is held to the ranges of the options. A wrong value would otherwise
// reach the plan or the loader, which check for mistakes of ours and abort.
ConfigValue known_config(const JsonMembers& config, const char* key) {
  const std::string_view name = key;
  const auto whole = [&](auto range) { return std::uint64_t{config.whole(key, range)}; };
  if (name == "seed") return whole(kSeeds);
  if (name == "batch_size") return whole(kBatchSizes);
  if (name == "rounds") return whole(kRounds);
  if (name == "reuse") return whole(kReuses);
  if (name == "mix_prob") return config.number(key, kMixProbabilities);
  if (name == "include_originals") return config.truth(key);
  if (name == "shard_size") return whole(kShardSizes);
  if (name == "limit") return whole(Range<std::uint64_t>{0, kLimits.most});  // 0: there is none
  if (name == "max_pixels") return static_cast<std::uint64_t>(config.whole(key, kMaxPixels));
  return config.text(key);  // "fit", of which the names are not known here
}

// An output of an earlier version may lack "reuse".
constexpr std::array kNewerConfig{"reuse"};

constexpr std::array kKnownConfig{
    "seed",       "batch_size", "rounds", "mix_prob",  "include_originals",
    "shard_size", "limit",      "fit",    "max_pixels"};

// Of a key of a later version; nothing for kinds of values that it may have.
std::optional<ConfigValue> other_config(const OrderedJson& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float() && std::abs(value.get<double>()) <= kRealParameters.most) {
    return value.get<float>();
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, ConfigValue>> config_from_json(const OrderedJson& header) {
  const JsonMembers config = JsonMembers(header).object("config");
  std::vector<std::pair<std::string, ConfigValue>> result;
  result.reserve(kKnownConfig.size());
  for (const char* key : kKnownConfig) result.emplace_back(key, known_config(config, key));
  for (const char* key : kNewerConfig) {
    if (config.has(key)) result.emplace_back(key, known_config(config, key));
  }
  for (const auto& [key, value] : header.at("config").items()) {
    const std::string& name = key;
    const auto is_this = [&](const auto& item) { return item.first == name; };
    if (std::any_of(result.begin(), result.end(), is_this)) continue;
    if (auto other = other_config(value)) result.emplace_back(key, std::move(*other));
  }
  return result;
}

void read_image(const JsonMembers& image, RunDescription& run) {
  run.image_format = image.text("format");
  const bool takes_quality = run.image_format != "png";
  if (takes_quality || image.has("quality")) run.quality = image.whole("quality", kQualities);
  if (!takes_quality && image.has("quality")) image.refuse("quality", "none for png");
  run.image_size = {image.whole("width", kSides), image.whole("height", kSides)};
}

// Whole values are short; what stands there may be anything.
std::string describe(const OrderedJson* value) {
  constexpr std::size_t kLongest = 100;
  if (value == nullptr) return "absent";
  std::string text = json_text(*value);
  if (text.size() <= kLongest) return text;
  return to_utf8(text.substr(0, kLongest)) + "...";
}

std::string difference_at(const std::string& place, const OrderedJson* plan,
                          const OrderedJson* other, std::string_view where) {
  const bool both_objects =
      plan != nullptr && other != nullptr && plan->is_object() && other->is_object();
  if (!both_objects) {
    if (plan != nullptr && other != nullptr && *plan == *other) return "";
    return place + " is " + describe(plan) + " in the plan, " + describe(other) + " " +
           std::string(where);
  }
  // In the order of the new run first: its keys are those that the user can change.
  std::vector<std::string> keys;
  for (const auto& item : other->items()) keys.push_back(item.key());
  for (const auto& item : plan->items()) {
    if (!other->contains(item.key())) keys.push_back(item.key());
  }
  for (const std::string& key : keys) {
    const OrderedJson* left = plan->contains(key) ? &(*plan)[key] : nullptr;
    const OrderedJson* right = other->contains(key) ? &(*other)[key] : nullptr;
    std::string found = difference_at(place.empty() ? key : place + "." + key, left, right, where);
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace

const ConfigValue* find_config(const RunDescription& run, std::string_view name) {
  const auto found = std::find_if(run.config.begin(), run.config.end(),
                                  [&](const auto& item) { return item.first == name; });
  return found == run.config.end() ? nullptr : &found->second;
}

OrderedJson method_json(const MethodDescription& method) {
  OrderedJson json;
  json["name"] = method.name;
  json["saliency"] = part_json(method.saliency);
  json["pairing"] = part_json(method.pairing);
  json["mixing"] = part_json(method.mixing);
  return json;
}

OrderedJson config_json(const RunDescription& run) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, value] : run.config) json[name] = json_value(value);
  return json;
}

OrderedJson image_json(const RunDescription& run) {
  OrderedJson json;
  json["format"] = run.image_format;
  if (run.quality > 0) json["quality"] = run.quality;
  json["width"] = run.image_size.width;
  json["height"] = run.image_size.height;
  return json;
}

std::string plan_text(const RunDescription& run) {
  OrderedJson plan;
  plan["format"] = "guidedmixup-plan";
  plan["version"] = "1.0";
  // The version counts as well: another version may compute other bytes.
  plan["tool"] = {{"name", "guidedmixup"}, {"version", version()}};
  plan["method"] = method_json(run.method);
  plan["config"] = config_json(run);
  plan["input"] = {
      {"count", run.sample_count}, {"classes", run.classes.size()}, {"digest", run.listing_digest}};
  plan["image"] = image_json(run);
  plan["engine"] = {{"name", run.engine}};
  return json_text(plan) + "\n";
}

std::string first_difference(const OrderedJson& plan, const OrderedJson& other,
                             std::string_view where) {
  return printable(difference_at("", &plan, &other, where));
}

RunDescription description_from_json(const OrderedJson& header) {
  const JsonMembers members(header);
  RunDescription run;
  run.method = method_from_json(header);
  run.config = config_from_json(header);
  const JsonMembers input = members.object("input");
  run.sample_count = input.whole("count", kListingLengths);
  static_cast<void>(input.hash("digest", "xxh3:"));
  run.listing_digest = input.text("digest");
  run.classes = members.texts("classes");
  // Stated twice in the header; a list that was cut shows here.
  if (input.whole("classes", Range<std::uint64_t>{1, kLargestWhole}) != run.classes.size()) {
    input.refuse("classes", std::to_string(run.classes.size()) + ", the length of the list");
  }
  read_image(members.object("image"), run);
  run.engine = members.object("engine").text("name");
  return run;
}

}  // namespace guidedmixup
