// Each function looks for one thing that surprises users later, and returns one sentence about it,
// however many names it concerns. None of them is an error: the names may be meant.
#include "class_notes.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <guidedmixup/core/text.hpp>

#include "classes.hpp"
#include "paths.hpp"
#include "text_file.hpp"
#include "unicode.hpp"

namespace guidedmixup::dataset {
namespace {

// By text and not by value, since names may have any number of digits.
bool smaller_number(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view text) {
    return text.substr(std::min(text.find_first_not_of('0'), text.size()));
  };
  const std::string_view x = digits(a);
  const std::string_view y = digits(b);
  return x.size() != y.size() ? x.size() < y.size() : x < y;
}

bool is_part_of_a_data_set(const std::string& name) {
  static constexpr std::array<std::string_view, 9> kParts = {
      "train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval"};
  return std::find(kParts.begin(), kParts.end(), ascii_lower(name)) != kParts.end();
}

}  // namespace

std::optional<std::string> number_order_note(const std::vector<std::string>& names) {
  if (!std::all_of(names.begin(), names.end(), is_number) ||
      std::is_sorted(names.begin(), names.end(), smaller_number)) {
    return std::nullopt;
  }
  std::string shown;
  const std::size_t count = std::min<std::size_t>(names.size(), 4);
  for (std::size_t i = 0; i < count; ++i) shown += (i == 0 ? "" : ", ") + names[i];
  if (count < names.size()) shown += ", ...";
  return "the class names are numbers but are sorted as text (" + shown +
         "), so a class's index is not its number; --classes FILE sets another order";
}

// A blank at the end is invisible in most editors and survives in folder names.
std::optional<std::string> end_blanks_note(const std::vector<std::string>& names) {
  std::vector<std::string_view> blank;
  for (const std::string& name : names) {
    if (without_end_blanks(name) != name) blank.emplace_back(name);
  }
  if (blank.empty()) return std::nullopt;
  return counted(blank.size(), "class name") +
         (blank.size() == 1 ? " starts or ends" : " start or end") +
         " with a blank, which other programs may strip: " + first_of(blank);
}

std::optional<std::string> lookalike_note(const std::vector<std::string>& names) {
  // Compared as a reader sees them: without blanks at the ends, and in one form of Unicode. Files
  // copied from macOS may have the other form (NFD), so that one class comes in both.
  std::map<std::string, std::size_t> known;
  std::size_t pairs = 0;
  std::string first;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [entry, is_new] = known.emplace(composed(without_end_blanks(names[i])), i);
    if (is_new || pairs++ > 0) continue;
    first = "the names of classes " + std::to_string(entry->second) + " and " + std::to_string(i) +
            " look the same ('" + printable(names[i]) + "')";
  }
  if (pairs == 0) return std::nullopt;
  return first + (pairs > 1 ? ", as do " + counted(pairs - 1, "other pair") : "") +
         ": they differ only in leading or trailing blanks or in Unicode normalisation (NFC, NFD); "
         "if they are one class, spell them identically";
}

std::optional<std::string> parts_note(const std::vector<std::string>& names,
                                      const std::string& input) {
  // All of them: a data set may well have one class called "test".
  if (names.empty() || !std::all_of(names.begin(), names.end(), is_part_of_a_data_set)) {
    return std::nullopt;
  }
  // The command to type is shown for the training part, which is what people augment.
  const auto training = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return ascii_lower(name).starts_with("train");
  });
  const std::string& part = training == names.end() ? names[0] : *training;
  return "the classes are called " + first_of({names.begin(), names.end()}) +
         ", like the parts of a data set; to mix one part with its own classes: guidedmixup "
         "augment " +
         printable(join_path(input, part));
}

std::string first_of(const std::vector<std::string_view>& names) {
  // Enough to recognise the names, and the sentence stays on one line.
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i == 0 ? "'" : ", '") + printable(names[i]) + "'";
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

}  // namespace guidedmixup::dataset
