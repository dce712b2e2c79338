#include "description_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <guidedmixup/core/module.hpp>

namespace guidedmixup {
namespace {

OrderedJson part_json(const PartDescription& part) {
  OrderedJson json;
  json["name"] = part.name;
  for (const auto& [name, value] : part.parameters) json[name] = json_value(value);
  return json;
}

PartDescription part_from_json(const OrderedJson& json) {
  PartDescription part;
  for (const auto& [key, value] : json.items()) {
    if (key == "name") {
      part.name = value.get<std::string>();
    } else if (value.is_number_float()) {
      part.parameters.emplace_back(key, value.get<float>());
    } else if (value.is_number_integer()) {
      part.parameters.emplace_back(key, value.get<int>());
    } else if (value.is_string()) {  // a later version may have other kinds: passed over
      part.parameters.emplace_back(key, value.get<std::string>());
    }
  }
  return part;
}

// Nothing for kinds of values that a later version may have.
std::optional<ConfigValue> config_from_json(const OrderedJson& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_float()) return value.get<float>();
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_string()) return value.get<std::string>();
  return std::nullopt;
}

std::string describe(const OrderedJson* value) {
  return value == nullptr ? "absent" : json_text(*value);
}

std::string difference_at(const std::string& place, const OrderedJson* there,
                          const OrderedJson* now) {
  const bool both_objects =
      there != nullptr && now != nullptr && there->is_object() && now->is_object();
  if (!both_objects) {
    if (there != nullptr && now != nullptr && *there == *now) return "";
    return place + " is " + describe(there) + " there, " + describe(now) + " now";
  }
  std::vector<std::string> keys;
  for (const auto& item : now->items()) keys.push_back(item.key());
  for (const auto& item : there->items()) {
    if (!now->contains(item.key())) keys.push_back(item.key());
  }
  for (const std::string& key : keys) {
    const OrderedJson* left = there->contains(key) ? &(*there)[key] : nullptr;
    const OrderedJson* right = now->contains(key) ? &(*now)[key] : nullptr;
    std::string found = difference_at(place.empty() ? key : place + "." + key, left, right);
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
  plan["tool"] = {{"name", "guidedmixup"}, {"version", version()}};
  plan["method"] = method_json(run.method);
  plan["config"] = config_json(run);
  plan["input"] = {
      {"count", run.sample_count}, {"classes", run.classes.size()}, {"digest", run.listing_digest}};
  plan["image"] = image_json(run);
  plan["engine"] = {{"name", run.engine}};
  return json_text(plan) + "\n";
}

std::string first_difference(const OrderedJson& there, const OrderedJson& now) {
  return difference_at("", &there, &now);
}

RunDescription description_from_json(const OrderedJson& header) {
  RunDescription run;
  const OrderedJson& method = header.at("method");
  run.method.name = method.at("name").get<std::string>();
  run.method.saliency = part_from_json(method.at("saliency"));
  run.method.pairing = part_from_json(method.at("pairing"));
  run.method.mixing = part_from_json(method.at("mixing"));
  run.method.label_sum_to_one = header.value("label_sum_to_one", true);
  for (const auto& [key, value] : header.at("config").items()) {
    if (auto known = config_from_json(value)) run.config.emplace_back(key, std::move(*known));
  }
  const OrderedJson& input = header.at("input");
  run.sample_count = input.at("count").get<std::uint64_t>();
  run.listing_digest = input.at("digest").get<std::string>();
  run.classes = header.at("classes").get<std::vector<std::string>>();
  const OrderedJson& image = header.at("image");
  run.image_format = image.at("format").get<std::string>();
  run.quality = image.value("quality", 0);
  run.image_size = {image.at("width").get<int>(), image.at("height").get<int>()};
  run.engine = header.at("engine").at("name").get<std::string>();
  return run;
}

}  // namespace guidedmixup
