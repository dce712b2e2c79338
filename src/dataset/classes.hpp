// Which classes there are, and the index of each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guidedmixup::dataset {

/// The distinct class names that folders, a list or a label file mention, and where first.
class ClassMentions {
 public:
  struct Mention {
    std::string name;
    std::string where;  ///< for messages
  };

  /// The number of the mention of `name`; `where()` is called when it is the first.
  template <typename Where>
  int add(std::string_view name, const Where& where) {
    const auto known = numbers_.find(name);
    if (known != numbers_.end()) return known->second;
    const int number = static_cast<int>(mentions_.size());
    mentions_.push_back({std::string(name), where()});
    numbers_.emplace(name, number);
    return number;
  }

  [[nodiscard]] bool has(std::string_view name) const { return numbers_.contains(name); }
  [[nodiscard]] const std::vector<Mention>& all() const { return mentions_; }

 private:
  std::vector<Mention> mentions_;
  std::map<std::string, int, std::less<>> numbers_;
};

struct Classes {
  std::vector<std::string> names;  ///< by index
  std::vector<int> of_mention;     ///< the class index of each mention
  std::vector<std::string> notes;  ///< sentences for the user
};

/// Decimal digits and nothing else.
[[nodiscard]] bool is_number(std::string_view name);

/// How a mention that is no name in the classes file may be read.
enum class MentionKind { kName, kNameOrIndex };

/// Sorted by bytes, or in the order of the classes file. Throws UsageError for a name that cannot
/// stand on a line of its own, for a malformed classes file, and for a mention that it lacks.
[[nodiscard]] Classes order_classes(const ClassMentions& mentions,
                                    const std::optional<std::string>& classes_file,
                                    MentionKind kind);

}  // namespace guidedmixup::dataset
