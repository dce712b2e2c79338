// Lines of metadata.jsonl and rejects.jsonl. Samples may be millions, so their lines are written
// without a tree of values, and what a run needs of its own lines when it finishes (name, kind,
// pair) is cut out of the text. That works because the order of keys is fixed and paths come late
// in a line.
#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/records.hpp>

#include "json_text.hpp"

namespace guidedmixup {
namespace {

// The form of our own lines, to the blank. Lines that another program has written again are read by
// the JSON parser instead.
constexpr std::string_view kLineStart = R"({"file_name": ")";
constexpr std::string_view kKindKey = R"("kind": ")";
constexpr std::string_view kSourcesKey = R"("sources": [")";

// The text of a JSON string that begins `text`, still escaped, and is cut off it with its closing
// quote. Nothing when that is missing.
std::optional<std::string_view> take_string(std::string_view& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      const std::string_view taken = text.substr(0, i);
      text.remove_prefix(i + 1);
      return taken;
    }
  }
  return std::nullopt;
}

// RFC 4648 with padding. Written here because no library of this stage has it.
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
      // n bytes left in the last group give n + 1 digits; the rest of the four is padding.
      const bool padding = i + k > bytes.size();
      text += padding ? '=' : kDigits[(group >> (18 - 6 * k)) & 63U];
    }
  }
  return text;
}

void append_number(int value, std::string& text) { text += std::to_string(value); }

void append_float(float value, std::string& text) { text += float_text(value); }

template <typename Value, typename Append>
void append_list(const std::vector<Value>& values, std::string& text, const Append& append) {
  text += '[';
  const char* separator = "";
  for (const Value& value : values) {
    text += separator;
    append(value, text);
    separator = ", ";
  }
  text += ']';
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

void KindCounts::add(SampleKind kind) {
  switch (kind) {
    case SampleKind::kMixed:
      ++mixed;
      break;
    case SampleKind::kClean:
      ++clean;
      break;
    case SampleKind::kOriginal:
      ++original;
      break;
  }
}

void KindCounts::add(const KindCounts& others) {
  mixed += others.mixed;
  clean += others.clean;
  original += others.original;
}

int heaviest_class(std::span<const int> indices, std::span<const float> weights) {
  GUIDEDMIXUP_CHECK(indices.size(), ==, weights.size());
  GUIDEDMIXUP_CHECK(indices.empty(), ==, false);
  // Sources of one class come together, in their own order. No table over all classes: a record has
  // two of perhaps a thousand.
  std::vector<std::size_t> order(indices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return indices[a] != indices[b] ? indices[a] < indices[b] : a < b;
  });
  int best = 0;
  double best_mass = -1.0;
  for (std::size_t k = 0; k < order.size();) {
    const int index = indices[order[k]];
    double mass = 0.0;
    for (; k < order.size() && indices[order[k]] == index; ++k) {
      mass += static_cast<double>(weights[order[k]]);
    }
    // Not at a tie: indices rise, so the lower one stays.
    if (mass > best_mass) {
      best = index;
      best_mass = mass;
    }
  }
  return best;
}

// Written member by member: a tree of JSON values for each line would cost as much as encoding a
// small image. `file_name` stands first, which is what `with_folder` relies on.
std::string sample_line(const SampleRecord& record) {
  std::string line;
  // Most lines have 300 to 400 bytes.
  line.reserve(512);
  // Without the quote, which append_string writes.
  line += kLineStart.substr(0, kLineStart.size() - 1);
  append_string(record.file_name, line);
  const auto key = [&](std::string_view name) -> std::string& {
    line += ", \"";
    line += name;
    line += "\": ";
    return line;
  };
  append_string(to_string(record.kind), key("kind"));
  // For readers that know hard labels only.
  key("label") += std::to_string(heaviest_class(record.label_indices, record.label_weights));
  append_list(record.label_indices, key("label_indices"), append_number);
  append_list(record.label_weights, key("label_weights"), append_float);
  append_list(record.sources, key("sources"), append_string);
  append_string(record.method, key("method"));
  key("round") += std::to_string(record.round);
  key("batch") += std::to_string(record.batch);
  key("slot") += std::to_string(record.slot);
  // Absent from all lines of a method without saliency, never null: readers of tables want the same
  // keys in each line.
  if (record.pair_distance) append_float(*record.pair_distance, key("pair_distance"));
  if (!record.draws.empty()) {
    OrderedJson draws = OrderedJson::object();
    for (const Draw& draw : record.draws) draws[draw.name] = json_value(draw.value);
    append_json(draws, key("draws"));
  }
  // As text: readers that hold numbers as doubles lose digits above 2^53.
  append_string(hex16(record.xxh3), key("xxh3"));
  line += '}';
  return line;
}

std::string with_folder(std::string_view line, std::string_view folder) {
  if (!line.starts_with(kLineStart)) {
    throw RunError("a line of metadata.jsonl in '" + std::string(folder) +
                   "' does not begin with file_name; something else has changed the shard");
  }
  std::string text(kLineStart);
  // Folder names are digits and slashes, which need no escapes.
  text += folder;
  text += '/';
  text += line.substr(kLineStart.size());
  return text;
}

// The closing brace is asked for, so that a line which was cut in its middle is no line.
std::optional<std::string_view> file_name_of_line(std::string_view line) {
  if (!line.starts_with(kLineStart) || !line.ends_with('}')) return std::nullopt;
  line.remove_prefix(kLineStart.size());
  const std::size_t end = line.find_first_of("\"\\");  // our names need no escapes
  if (end == std::string_view::npos || line[end] != '"') return std::nullopt;
  return line.substr(0, end);
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

// 8 bytes stand for a pair, since a run of a hundred million samples counts its repeats in memory.
// Among n pairs a false repeat has a chance of n^2 / 2^65: one in 3,700 for a hundred million.
std::uint64_t pair_hash(std::string_view source, std::string_view other) {
  // In one order, so that a pair and its mirror are equal.
  std::array<std::uint64_t, 2> ends{xxh3_of(source), xxh3_of(other)};
  std::sort(ends.begin(), ends.end());
  return xxh3_of(std::string_view(reinterpret_cast<const char*>(ends.data()), sizeof ends));
}

std::optional<std::uint64_t> pair_of_line(std::string_view line) {
  // Before the sources there is no text of the user, so the first occurrence is the key itself.
  const std::size_t key = line.find(kSourcesKey);
  if (key == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(key + kSourcesKey.size());
  constexpr std::string_view kBetween = ", \"";
  const auto source = take_string(rest);
  if (!source || !rest.starts_with(kBetween)) return std::nullopt;
  rest.remove_prefix(kBetween.size());
  const auto other = take_string(rest);
  if (!other || !rest.starts_with(']')) return std::nullopt;
  return pair_hash(*source, *other);
}

std::uint64_t count_repeats(std::vector<std::uint64_t> pairs) {
  // Sorted in place: 8 bytes per sample, where a set of numbers would take several times as much.
  std::sort(pairs.begin(), pairs.end());
  const auto distinct = std::unique(pairs.begin(), pairs.end());
  return static_cast<std::uint64_t>(pairs.end() - distinct);
}

std::string reject_line(const std::string& path, const SampleError& error) {
  OrderedJson line;
  // A path of any bytes must not make the line invalid; what was replaced stands in base64.
  line["path"] = to_utf8(path);
  if (!is_utf8(path)) line["path_base64"] = base64(path);
  line["stage"] = to_string(error.stage);
  line["code"] = to_string(error.code);
  line["message"] = to_utf8(error.message);
  if (error.retry) line["retry"] = true;
  return json_text(line);
}

RejectedSample read_reject(std::string_view line) {
  const OrderedJson json = parse_json(line);
  // All four, although two are used: a line that lacks one is not ours.
  for (const char* key : {"path", "stage", "code", "message"}) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) {
      throw JsonError(std::string("has no string ") + key);
    }
  }
  RejectedSample sample;
  sample.path = json["path"].get<std::string>();
  sample.of_listing = json["stage"] == to_string(RejectStage::kListing);
  // Absent from lines of earlier builds, whose samples are then not tried again.
  if (json.contains("retry")) sample.retry = json["retry"] == true;
  return sample;
}

// For streams of foreign text: LineReader cuts a line that is too long, this function refuses it.
bool next_line(std::istream& lines, std::string& line) {
  line.clear();
  // Byte by byte, because std::getline has no limit of length.
  std::streambuf& bytes = *lines.rdbuf();
  for (int c = bytes.sbumpc(); c != EOF; c = bytes.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == kMostJsonBytes) {
      throw RunError("a line is longer than " + std::to_string(kMostJsonBytes) + " bytes");
    }
    line += static_cast<char>(c);
  }
  return !line.empty();
}

}  // namespace guidedmixup
