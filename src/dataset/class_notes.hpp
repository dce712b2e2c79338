// What a user should hear about the names of classes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guidedmixup::dataset {

/// The names are numbers, but not in the order of numbers.
[[nodiscard]] std::optional<std::string> number_order_note(const std::vector<std::string>& names);

/// Names that begin or end with a blank.
[[nodiscard]] std::optional<std::string> end_blanks_note(const std::vector<std::string>& names);

/// Two names that no reader can tell apart: two spellings of Unicode, or a blank at an end.
[[nodiscard]] std::optional<std::string> lookalike_note(const std::vector<std::string>& names);

/// The classes are the parts of a data set (train, val, test): INPUT is a folder too high.
[[nodiscard]] std::optional<std::string> parts_note(const std::vector<std::string>& names,
                                                    const std::string& input);

/// The first few names in quotes, and how many more there are.
[[nodiscard]] std::string first_of(const std::vector<std::string_view>& names);

}  // namespace guidedmixup::dataset
