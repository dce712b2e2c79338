// From the names that the input mentions to class indices: `order_classes` sorts the names, or
// reads their order from the classes file, and then gives each mention its index.
#include "classes.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "class_notes.hpp"
#include "text_file.hpp"

namespace guidedmixup::dataset {
namespace {

// Four times the longest name of a folder. A longer label is most often a text from a wrong column.
constexpr std::size_t kLongestName = 1024;

using Numbers = std::map<std::string, int, std::less<>>;

// Why the name cannot be a line of classes.txt; empty when it can. A lone carriage return counts,
// since many readers take it for a line end.
std::string fault_of(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos) {
    return "contains a line break or a NUL byte";
  }
  if (!is_utf8(name)) return "is not valid UTF-8";
  if (name.size() > kLongestName) return "is longer than 1,024 bytes";
  return "";
}

// A blank at the end of a line is cut, unless the input has a class of just this name.
std::string_view class_name(std::string_view line, const ClassMentions& mentions) {
  return mentions.has(line) ? line : without_end_blanks(line);
}

// The names in the order of the file. A name's line number is its index plus 1, which is what
// readers of the file expect: hence an empty line between names and a name that appears twice are
// errors.
std::vector<std::string> read_classes_file(const std::string& file, const ClassMentions& mentions,
                                           std::vector<std::string>& notes) {
  const std::string text = read_text(file, "--classes");
  std::vector<std::string> names;
  std::map<std::string, std::size_t, std::less<>> lines;
  std::size_t empty_line = 0;
  CutBlanks cut;
  Pieces pieces(as_utf8(text, file, "--classes"), '\n');
  for (std::string_view line; pieces.next(line);) {
    const std::string_view name = class_name(line, mentions);
    cut.count(line, name, pieces.line());
    // Only below the last name do empty lines say nothing.
    if (name.empty() && empty_line == 0) empty_line = pieces.line();
    if (name.empty()) continue;
    const std::string fault = empty_line != 0 ? "is empty" : fault_of(name);
    if (!fault.empty()) {
      throw UsageError("the class name at " +
                       at_line(file, empty_line != 0 ? empty_line : pieces.line()) + " " + fault +
                       ": expected one name per line");
    }
    const auto [known, is_new] = lines.emplace(name, pieces.line());
    if (!is_new) {
      throw UsageError("the class '" + printable(name) + "' appears twice in '" + printable(file) +
                       "': lines " + std::to_string(known->second) + " and " +
                       std::to_string(pieces.line()));
    }
    names.emplace_back(name);
  }
  if (names.empty()) {
    throw UsageError("--classes '" + printable(file) + "' is empty: expected one name per line");
  }
  cut.add_note(file, notes);
  return names;
}

int class_of(const ClassMentions::Mention& mention, const Numbers& numbers, MentionKind kind,
             const std::string& classes_file) {
  // A name wins over an index: with classes named 0, 1, 10 and 2, "2" is the class of that name.
  const auto known = numbers.find(mention.name);
  if (known != numbers.end()) return known->second;
  const std::string count = std::to_string(numbers.size());
  if (kind == MentionKind::kNameOrIndex && is_number(mention.name)) {
    std::size_t index = 0;
    const char* end = mention.name.data() + mention.name.size();
    const auto parsed = std::from_chars(mention.name.data(), end, index);
    if (parsed.ec == std::errc{} && index < numbers.size()) return static_cast<int>(index);
  }
  throw UsageError("unknown class '" + printable(mention.name) + "' (" + mention.where +
                   "): it is not one of the " + count + " names in --classes '" +
                   printable(classes_file) + "'" +
                   (kind == MentionKind::kNameOrIndex ? ", nor an index below " + count : "") +
                   "; add it there or remove it from the input");
}

}  // namespace

bool is_number(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

Classes order_classes(const ClassMentions& mentions, const std::optional<std::string>& classes_file,
                      MentionKind kind) {
  // classes.txt in the output has one name per line, so a name that cannot be a line is refused
  // now, before any work is done.
  for (const auto& [name, where] : mentions.all()) {
    if (const std::string fault = fault_of(name); !fault.empty()) {
      throw UsageError("the class name '" + shown(name) + "' (" + where + ") " + fault +
                       ": rename the class");
    }
  }
  Classes classes;
  if (classes_file) {
    classes.names = read_classes_file(*classes_file, mentions, classes.notes);
  } else {
    for (const auto& mention : mentions.all()) classes.names.push_back(mention.name);
    // By bytes: the order of a locale would give other indices on another machine.
    std::sort(classes.names.begin(), classes.names.end());
    if (auto note = number_order_note(classes.names)) classes.notes.push_back(*note);
  }
  if (auto note = end_blanks_note(classes.names)) classes.notes.push_back(*note);
  if (auto note = lookalike_note(classes.names)) classes.notes.push_back(*note);
  Numbers numbers;
  for (std::size_t i = 0; i < classes.names.size(); ++i) {
    numbers.emplace(classes.names[i], static_cast<int>(i));
  }
  // Last, when all names are known: the message about an unknown class gives the number
  // of known ones.
  for (const auto& mention : mentions.all()) {
    classes.of_mention.push_back(class_of(mention, numbers, kind, classes_file.value_or("")));
  }
  return classes;
}

}  // namespace guidedmixup::dataset
