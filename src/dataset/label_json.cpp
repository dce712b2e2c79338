// The one file of this stage that knows JSON: a label file in JSON lines is input, which output/
// (where JSON is written) has no part in.
#include <nlohmann/json.hpp>

#include "label_file.hpp"
#include "text_file.hpp"

namespace guidedmixup::dataset {
namespace {

constexpr int kDeepest = 64;

// What lies deeper is not kept while it is parsed: a tree of 100,000 levels would overflow the
// stack where it is taken down.
nlohmann::json parsed(std::string_view text, std::size_t line, const LabelRows& rows) {
  bool too_deep = false;
  const auto keep = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kDeepest;
    return depth <= kDeepest;
  };
  nlohmann::json record = nlohmann::json::parse(text, keep, false);
  if (too_deep) rows.fail(line, "the JSON is nested more than 64 levels deep");
  return record;
}

// Whole numbers are taken as their decimal text, which --classes may read as an index.
std::string label_text(const nlohmann::json& label, std::size_t line, const LabelRows& rows) {
  if (label.is_string()) return label.get_ref<const std::string&>();
  if (label.is_number_integer()) return label.dump();
  rows.fail(line, "\"label\" is neither a string nor a whole number");
}

}  // namespace

void read_label_json(std::string_view text, LabelRows& rows) {
  Pieces pieces(text, '\n');
  for (std::string_view piece; pieces.next(piece);) {
    if (piece.find_first_not_of(" \t") == std::string_view::npos) continue;
    const std::size_t line = pieces.line();
    if (piece.size() > kLongestRow) rows.fail(line, "the line is longer than 16 MiB");
    // The parser would take it for the end of the line.
    if (piece.find('\0') != std::string_view::npos) rows.fail(line, "the line contains a NUL byte");
    const nlohmann::json record = parsed(piece, line, rows);
    if (!record.is_object()) {
      rows.fail(line, "expected one JSON object, {\"path\": ..., \"label\": ...}, in valid UTF-8");
    }
    const auto path = record.find("path");
    const auto label = record.find("label");
    if (path == record.end() || label == record.end()) {
      rows.fail(line, std::string("the key \"") + (path == record.end() ? "path" : "label") +
                          "\" is missing");
    }
    if (!path->is_string()) rows.fail(line, "\"path\" is not a string");
    rows.add(path->get_ref<const std::string&>(), label_text(*label, line, rows), line);
  }
}

}  // namespace guidedmixup::dataset
