/// Arguments of the programs that the scripts call.
#pragma once

#include <charconv>
#include <fstream>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup::bench {

using Arguments = std::map<std::string, std::string>;

/// Pairs of `--name value`; what is not in `defaults` is unknown. An option whose default is
/// "needed" must be given.
inline Arguments parse_arguments(int argc, char** argv, Arguments defaults) {
  for (int i = 1; i < argc; i += 2) {
    const auto found = defaults.find(argv[i]);
    if (found == defaults.end()) throw UsageError(std::string("unknown argument: ") + argv[i]);
    if (i + 1 == argc) throw UsageError(found->first + " needs a value");
    found->second = argv[i + 1];
  }
  for (const auto& [name, value] : defaults) {
    if (value == "needed") throw UsageError(name + " is needed");
  }
  return defaults;
}

inline int number(const Arguments& arguments, const std::string& name) {
  const std::string& text = arguments.at(name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    throw UsageError(name + " must be a whole number, not \"" + text + '"');
  }
  return value;
}

/// The paths in a list, one a line, each behind `root`.
inline std::vector<std::string> read_list(const std::string& list, const std::string& root) {
  std::ifstream lines(list);
  if (!lines) throw RunError("cannot read the list " + list);
  std::vector<std::string> paths;
  for (std::string line; std::getline(lines, line);) paths.push_back(root + '/' + line);
  if (paths.empty()) throw RunError("no path in the list " + list);
  return paths;
}

}  // namespace guidedmixup::bench
