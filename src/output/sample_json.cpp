// A sample's record from JSON. The text may come from anybody: numbers are held to the types that
// they are read into, and names must stay inside the output. Whether a value is right is asked
// elsewhere.
#include "sample_json.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "json_members.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

// By the kinds that a draw may have. What a name means, its mixing knows when it draws again.
DrawValue draw_value(const JsonMembers& draws, const char* name, const OrderedJson& value) {
  constexpr Range<int> kWhole{std::numeric_limits<int>::min(), std::numeric_limits<int>::max()};
  constexpr Range<float> kReal{std::numeric_limits<float>::lowest(),
                               std::numeric_limits<float>::max()};
  if (value.is_string()) return value.get<std::string>();
  // We write each real number with a point, so one without is a whole number.
  if (value.is_number_integer()) return draws.whole(name, kWhole);
  if (value.is_number()) return draws.number(name, kReal);
  if (!value.is_array()) draws.refuse(name, "a number, a text or a list of numbers");
  // A list is of one kind, as it was drawn. An empty one counts as whole numbers.
  const bool whole = std::all_of(value.begin(), value.end(),
                                 [](const auto& item) { return item.is_number_integer(); });
  if (whole) return draws.wholes(name, kWhole);
  return draws.numbers(name, kReal);
}

std::vector<Draw> draws_from(const OrderedJson& json, const JsonMembers& draws) {
  std::vector<Draw> result;
  for (const auto& [name, value] : json.items()) {
    result.push_back({name, draw_value(draws, name.c_str(), value)});
  }
  return result;
}

void read_sources(const JsonMembers& members, SampleRecord& record) {
  // Against the number of classes, `verify` compares; a record alone does not tell it.
  constexpr Range<int> kClasses{0, std::numeric_limits<int>::max()};
  record.label = members.whole("label", kClasses);
  record.label_indices = members.wholes("label_indices", kClasses);
  // Whether they sum to 1 is asked by `verify`, which knows whether the method promises it.
  record.label_weights = members.numbers("label_weights", {0.0F, 1.0F});
  record.sources = members.texts("sources");
  if (record.sources.empty() || record.sources.size() != record.label_indices.size() ||
      record.sources.size() != record.label_weights.size()) {
    throw JsonError(
        "label_indices, label_weights and sources must have the same length and not be empty");
  }
  // Code behind this relies on it and indexes the lists without asking.
  if (record.kind != SampleKind::kMixed && record.sources.size() != 1) {
    throw JsonError("an unmixed image must have one source");
  }
}

SampleKind kind_from(const JsonMembers& members) {
  const std::string& text = members.text("kind");
  for (const SampleKind kind : {SampleKind::kMixed, SampleKind::kClean, SampleKind::kOriginal}) {
    if (text == to_string(kind)) return kind;
  }
  members.refuse("kind", "mixed, clean or original");
}

}  // namespace

SampleRecord sample_from_json(const OrderedJson& json) {
  // As wide as the type: what the plan has there, `verify` compares.
  constexpr Range<std::uint32_t> kPlaces{0, std::numeric_limits<std::uint32_t>::max()};
  const JsonMembers members(json);
  SampleRecord record;
  record.file_name = members.text("file_name");
  // The name is opened later, so nothing that leads out of the output may pass.
  if (!is_output_path(record.file_name)) {
    members.refuse("file_name", "images/SHARD/NUMBER.FORMAT");
  }
  record.kind = kind_from(members);
  read_sources(members, record);
  record.method = members.text("method");
  record.round = members.whole("round", kPlaces);
  record.batch = members.whole("batch", kPlaces);
  record.slot = members.whole("slot", kPlaces);
  if (members.has("pair_distance")) {
    record.pair_distance =
        members.number("pair_distance", {0.0F, std::numeric_limits<float>::max()});
  }
  if (members.has("draws")) {
    record.draws = draws_from(json.at("draws"), members.object("draws"));
  }
  record.xxh3 = members.hash("xxh3");
  return record;
}

}  // namespace guidedmixup
