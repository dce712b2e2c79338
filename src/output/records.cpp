#include <array>
#include <cstdio>
#include <map>

#include <xxhash.h>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/records.hpp>

#include "json_text.hpp"

namespace guidedmixup {
namespace {

constexpr std::string_view kLineStart = R"({"file_name": ")";
constexpr std::string_view kKindKey = R"("kind": ")";

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group <<= 8U;
      if (i + k < bytes.size()) group |= static_cast<unsigned char>(bytes[i + k]);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > bytes.size();
      text += padding ? '=' : kDigits[(group >> (18 - 6 * k)) & 63U];
    }
  }
  return text;
}

}  // namespace

std::string_view to_string(SampleKind kind) {
  switch (kind) {
    case SampleKind::kMixed:
      return "mixed";
    case SampleKind::kClean:
      return "clean";
    case SampleKind::kOriginal:
      return "original";
  }
  return "unknown";
}

int heaviest_class(std::span<const int> indices, std::span<const float> weights) {
  GUIDEDMIXUP_CHECK(indices.size(), ==, weights.size());
  std::map<int, double> mass;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    mass[indices[k]] += static_cast<double>(weights[k]);
  }
  int best = mass.begin()->first;
  for (const auto& [index, weight] : mass) {
    if (weight > mass[best]) best = index;
  }
  return best;
}

std::string sample_line(const SampleRecord& record) {
  OrderedJson line;
  line["file_name"] = record.file_name;
  line["kind"] = to_string(record.kind);
  line["label"] = heaviest_class(record.label_indices, record.label_weights);
  line["label_indices"] = record.label_indices;
  line["label_weights"] = record.label_weights;
  line["sources"] = record.sources;
  line["method"] = record.method;
  line["round"] = record.round;
  line["batch"] = record.batch;
  line["slot"] = record.slot;
  if (record.pair_distance) line["pair_distance"] = *record.pair_distance;
  if (!record.draws.empty()) {
    OrderedJson draws = OrderedJson::object();
    for (const Draw& draw : record.draws) draws[std::string(draw.name)] = json_value(draw.value);
    line["draws"] = std::move(draws);
  }
  line["xxh3"] = hex16(record.xxh3);
  return json_text(line);
}

std::string with_folder(std::string_view line, std::string_view folder) {
  if (!line.starts_with(kLineStart)) {
    throw RunError("a line of metadata.jsonl in '" + std::string(folder) +
                   "' does not begin with file_name; the shard was changed by someone else");
  }
  std::string text(kLineStart);
  text += folder;
  text += '/';
  text += line.substr(kLineStart.size());
  return text;
}

SampleKind kind_of_line(std::string_view line) {
  // The key stands before any text of the user, so its first occurrence is the key itself.
  const std::size_t key = line.find(kKindKey);
  const std::string_view rest =
      key == std::string_view::npos ? "" : line.substr(key + kKindKey.size());
  for (const SampleKind kind : {SampleKind::kMixed, SampleKind::kClean, SampleKind::kOriginal}) {
    if (rest.starts_with(to_string(kind))) return kind;
  }
  throw RunError("a line of metadata.jsonl has no kind: " + std::string(line.substr(0, 80)));
}

std::string reject_line(const std::string& path, const SampleError& error) {
  OrderedJson line;
  line["path"] = to_utf8(path);
  if (!is_utf8(path)) line["path_base64"] = base64(path);
  line["stage"] = to_string(error.stage);
  line["code"] = to_string(error.code);
  line["message"] = to_utf8(error.message);
  return json_text(line);
}

std::string reject_path(std::string_view line) {
  try {
    return OrderedJson::parse(line).at("path").get<std::string>();
  } catch (const nlohmann::json::exception& error) {
    throw RunError(std::string("a line of rejects.jsonl cannot be read: ") + error.what());
  }
}

std::uint64_t xxh3_of(std::span<const std::uint8_t> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string hex16(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace guidedmixup
