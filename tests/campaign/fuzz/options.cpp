// Options: of the command line and of configuration files.
#include <algorithm>
#include <string>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/method/method.hpp>

#include "../../../src/cli/augment_options.hpp"
#include "../../../src/cli/config_file.hpp"
#include "../../../src/cli/numbers.hpp"
#include "reader.hpp"

namespace guidedmixup::fuzz {
namespace {

// The options of `augment`, declared once: that takes longer than reading most inputs.
class Options {
 public:
  Options() { values_.declare(app_); }

  CLI::App& fresh() {
    app_.clear();
    values_ = AugmentOptions{};
    return app_;
  }
  [[nodiscard]] RunConfig config() const { return values_.to_run_config(); }
  [[nodiscard]] std::string text() const {
    return config_text(app_, {"help", "config", "print-config", "dry-run", "json"});
  }

 private:
  CLI::App app_{"", "augment"};
  AugmentOptions values_;
};

Options& options() {
  static Options the_options;
  return the_options;
}

// What was understood, printed and read again, is the same.
void check_printed(const Scratch& scratch) {
  const std::string printed = options().text();
  expect_no_refusal("a configuration of ours", [&] {
    apply_config_file(options().fresh(), scratch.put("config.toml", printed));
  });
  require(options().text() == printed, "options that are printed and read again stay the same");
}

std::string typed_again(const Method& method) {
  std::string text = method.name;
  char separator = ':';
  const auto add = [&](const std::string& key, const std::string& value) {
    text += separator + key + "=" + value;
    separator = ',';
  };
  for (const auto* values :
       {&method.saliency.values, &method.pairing.values, &method.mixing.values}) {
    for (const auto& [name, value] : values->items()) add(name, to_text(value));
  }
  return text;
}

void check_method(const std::string& typed) {
  const Method method = parse_method(typed);
  for (const char c : method.folder) require(c != '/' && c != '\0', "a folder is one name");
  require(method.folder.size() == typed.size(), "a folder's name is as long as what was typed");
  if (typed.find("saliency=") != std::string::npos || typed.find("pairing=") != std::string::npos) {
    return;
  }
  expect_no_refusal("a method of ours", [&] {
    require(parse_method(typed_again(method)).same_parts(method),
            "a method that is written out in full stays the same");
  });
}

bool try_each(const std::string& word) {
  int understood = 0;
  const auto attempt = [&](const auto& function) {
    try {
      function();
      ++understood;
    } catch (const UsageError&) {
      return;
    }
  };
  attempt([&] { check_method(word); });
  attempt([&] { static_cast<void>(parse_saliency(word)); });
  attempt([&] { static_cast<void>(parse_bytes("--memory", word)); });
  attempt([&] {
    const Size size = parse_size("--size", word);
    require(kSides.holds(size.width) && kSides.holds(size.height), "a size is within its range");
  });
  return understood > 0;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

bool read_config(Bytes input) {
  static const Scratch scratch;
  apply_config_file(options().fresh(), scratch.put("config.toml", text_of(input)));
  bool is_run = true;
  try {
    const RunConfig config = options().config();
    require(config.threads >= 1 && !config.methods.empty(), "a run has threads and methods");
  } catch (const UsageError&) {
    is_run = false;  // often without an input or an output
  }
  check_printed(scratch);
  return is_run;
}

// One word a line; each is also tried as whatever may stand behind an option.
bool read_arguments(Bytes input) {
  static const Scratch scratch;
  std::vector<std::string> words = words_of(text_of(input));
  bool understood = false;
  for (const std::string& word : words) understood = try_each(word) || understood;
  std::reverse(words.begin(), words.end());
  try {
    options().fresh().parse(words);
  } catch (const CLI::ParseError&) {
    return understood;
  }
  check_printed(scratch);
  return understood;
}

}  // namespace guidedmixup::fuzz
