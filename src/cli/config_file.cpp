// CLI11 has readers of files and environment of its own. They are not used: there the file beats
// the environment, unknown keys pass unnoticed, and a variable that one command names is read for
// all. Here each source fills only what no stronger one has set, so callers ask in the order of
// strength: command line, environment, file.
#include "config_file.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <toml++/toml.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "config_text.hpp"
#include "help_format.hpp"

namespace guidedmixup {
namespace {

// Long names only: a reader of the file could not tell what `-0` and `-m` are.
std::string key_of(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return option.get_lnames().front();
  // The positional: `INPUT` on the command line.
  return ascii_lower(option.get_name(/*positional=*/true));
}

CLI::Option* find_option(CLI::App& app, const std::string& key) {
  for (CLI::Option* option : app.get_options()) {
    if (key_of(*option) == key) return option;
  }
  return nullptr;
}

// TOML has types, the parser of options has texts. Exact types, because 1.0 for a whole number is a
// mistake that the option itself should report.
std::string value_text(const toml::node& node, const std::string& place) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto number = node.value_exact<double>()) {
    // No option takes them; the word makes the message readable.
    if (!std::isfinite(*number)) return "nan or inf";
    return float_text(static_cast<float>(*number));
  }
  throw UsageError(place + ": expected a string, a number, true or false");
}

void set_option(CLI::Option& option, const std::vector<std::string>& values,
                const std::string& place) {
  try {
    // The value takes the way of one that was typed: same checks, same wording of what is wrong.
    option.clear();
    option.add_result(values);
    option.run_callback();
  } catch (const CLI::ParseError& error) {
    throw UsageError(place + ": " + printable(error.what()));
  }
}

// Exceptions of the TOML library end here; the message names file and line.
toml::table parse_config(const std::string& file) {
  const auto fail = [&](std::uint64_t line, std::string_view why) {
    throw UsageError("--config '" + printable(file) + "', line " + std::to_string(line) + ": " +
                     printable(why));
  };
  const std::string text = read_config(file);
  if (const int line = line_nested_too_deep(text); line > 0) fail(line, "nested too deeply");
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    fail(error.source().begin.line, error.description());
  }
  return {};
}

}  // namespace

void apply_config_file(CLI::App& app, const std::string& file) {
  const toml::table table = parse_config(file);
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const std::string place = "--config " + printable(file) + ", key '" + printable(name) + "'";
    CLI::Option* option = find_option(app, name);
    // An unknown key is most often a misspelt one, which must not be passed over. A configuration
    // cannot include another one.
    if (option == nullptr || name == "config" || name == "help") {
      throw UsageError(place + " is not an option of " + app.get_name() + "; guidedmixup " +
                       app.get_name() + " --print-config lists the valid keys");
    }
    // The command line or the environment has set it.
    if (option->count() > 0) continue;
    std::vector<std::string> values;
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& item : *array) values.push_back(value_text(item, place));
    } else {
      values.push_back(value_text(node, place));
    }
    if (!values.empty()) set_option(*option, values, place);
  }
}

void apply_environment(CLI::App& app, const std::string& option_name, const char* variable) {
  const char* value = std::getenv(variable);
  CLI::Option* option = find_option(app, option_name);
  if (value == nullptr || *value == '\0' || option->count() > 0) return;
  set_option(*option, {value}, std::string("environment variable ") + variable);
}

std::string config_text(const CLI::App& app, const std::vector<std::string>& left_out) {
  std::ostringstream text;
  for (const CLI::Option* option : app.get_options()) {
    const std::string key = key_of(*option);
    if (std::find(left_out.begin(), left_out.end(), key) != left_out.end()) continue;
    const bool is_list = option->get_items_expected_max() > 1;
    const bool is_flag = option->get_items_expected_max() == 0;
    // Options that were set appear with their value, all others with their default: what is printed
    // repeats the run even if a default changes later.
    std::vector<std::string> values = option->results();
    if (values.empty() && !option->get_default_str().empty()) {
      values.push_back(option->get_default_str());
    }
    if (is_flag) {
      // A flag's result may be "false" when it comes from a file.
      text << key << " = " << (option->count() > 0 && option->as<bool>() ? "true" : "false")
           << "\n";
      continue;
    }
    if (values.empty()) continue;
    // Numbers stand bare, everything else is a quoted text.
    const bool is_number = value_name(*option) == "N" || value_name(*option) == "P";
    if (is_list) {
      text << key << " = [";
      for (const std::string& value : values) {
        text << (&value == &values.front() ? " " : ", ") << toml_string(value);
      }
      text << " ]\n";
    } else {
      text << key << " = " << (is_number ? values.front() : toml_string(values.front())) << "\n";
    }
  }
  return text.str();
}

}  // namespace guidedmixup
