// What the user says about the input: label files, lists of paths, class names.
#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <guidedmixup/core/text.hpp>

#include "../../../src/dataset/classes.hpp"
#include "../../../src/dataset/label_file.hpp"
#include "../../../src/dataset/label_table.hpp"
#include "../../../src/dataset/list_file.hpp"
#include "../../../src/dataset/paths.hpp"
#include "../../../src/dataset/text_file.hpp"
#include "reader.hpp"

namespace guidedmixup::fuzz {
namespace {

using namespace dataset;

const PathBase& usual_base() {
  static const PathBase base("/data/photos", "/home/me/photos");
  return base;
}

std::string csv_field(std::string_view field) {
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

// The rows, written as columns and read again, are the same.
void check_rows(LabelRows& rows) {
  std::string text = "label,path\n";
  const auto& names = rows.labels().all();
  for (const LabelRow& row : rows.rows()) {
    require(row.label >= 0 && static_cast<std::size_t>(row.label) < names.size(),
            "a row's label is one of those found");
    text += csv_field(names[static_cast<std::size_t>(row.label)].name) + "," + csv_field(row.path) +
            "\n";
  }
  LabelRows again("again.csv");
  expect_no_refusal("rows of ours", [&] { read_label_columns(text, ',', again); });
  require(again.rows().size() == rows.rows().size(), "as many rows are read again");
  for (std::size_t i = 0; i < again.rows().size(); ++i) {
    require(again.rows()[i].path == rows.rows()[i].path &&
                again.rows()[i].label == rows.rows()[i].label,
            "rows are read again as they were");
  }
}

}  // namespace

bool read_labels(Bytes input) {
  static const Scratch scratch;
  if (input.empty()) return false;
  static constexpr std::array kNames{"labels.csv", "labels.tsv", "labels.jsonl"};
  const std::string name = kNames.at(input.front() % kNames.size());
  const std::string file = scratch.put(name, text_of(input.subspan(1)));
  LabelRows rows = read_label_file(file);
  check_rows(rows);
  LabelTable table(file, std::nullopt, usual_base());
  const auto paths = table.untaken();
  require(!paths.empty() && paths.size() <= rows.rows().size(), "each row's path is there once");
  for (const std::string& path : paths) {
    require(normal_path(path) == path, "a row's path is normal");
    const int label = table.take(path);
    require(label >= 0 && static_cast<std::size_t>(label) < table.classes().names.size(),
            "a row's class is one of those found");
  }
  require(table.untaken().empty(), "every row can be taken");
  return true;
}

bool read_list(Bytes input) {
  static const Scratch scratch;
  if (input.empty()) return false;
  const bool nul = input.front() % 2 == 1;
  const auto paths = read_list_file(scratch.put("list", text_of(input.subspan(1))), nul);
  std::string text;
  for (const ListedPath& path : paths) {
    text += path.path;
    // A carriage return before a newline is taken along.
    if (!nul && path.path.ends_with('\r')) text += '\r';
    text += nul ? '\0' : '\n';
    const std::string relative = usual_base().relative(path.path);
    require(normal_path(relative) == relative, "a listed path becomes normal");
  }
  // Standing first, what was in the middle may look like the mark of a byte order.
  if (!nul) text.insert(0, "\n\n\n\n");
  std::vector<ListedPath> again;
  expect_no_refusal("a list of ours",
                    [&] { again = read_list_file(scratch.put("list", text), nul); });
  require(std::equal(paths.begin(), paths.end(), again.begin(), again.end(),
                     [](const auto& a, const auto& b) { return a.path == b.path; }),
          "a list that is read and written again stays the same");
  return true;
}

bool read_classes(Bytes input) {
  static const Scratch scratch;
  if (input.empty()) return false;
  const MentionKind kind = input.front() % 2 == 1 ? MentionKind::kNameOrIndex : MentionKind::kName;
  const std::string file = scratch.put("classes.txt", text_of(input.subspan(1)));
  const Classes classes = order_classes({}, file, kind);
  ClassMentions mentions;
  std::string text = "\xEF\xBB\xBF";
  for (const std::string& name : classes.names) {
    require(is_utf8(name), "a class name is UTF-8");
    mentions.add(name, [] { return std::string("the list"); });
    text += name + "\n";
  }
  require(mentions.all().size() == classes.names.size(), "no class stands twice");
  Classes again;
  Classes sorted;
  expect_no_refusal("classes of ours", [&] {
    again = order_classes(mentions, scratch.put("classes.txt", text), kind);
    sorted = order_classes(mentions, std::nullopt, kind);
  });
  require(again.names == classes.names, "classes that are read and written again stay the same");
  for (std::size_t i = 0; i < again.of_mention.size(); ++i) {
    require(again.of_mention[i] == static_cast<int>(i), "each class has its own index");
  }
  require(std::is_sorted(sorted.names.begin(), sorted.names.end()), "classes are sorted");
  return true;
}

}  // namespace guidedmixup::fuzz
