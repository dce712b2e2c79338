// CLI11's own layout puts descriptions into a second column and does not wrap them.
#include "help_format.hpp"

#include <algorithm>

#include <unistd.h>

#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr int kIndent = 8;
// "default: 64" must not be torn apart at the end of a line.
constexpr char kUnbroken = '\x1F';  // a blank at which no line ends

// Wrapped first and then released from the marks, which count as letters until then.
std::string described(const std::string& head, const std::string& text) {
  std::string wrapped = wrap_text(text, terminal_columns(STDOUT_FILENO), kIndent);
  std::replace(wrapped.begin(), wrapped.end(), kUnbroken, ' ');
  return "  " + head + "\n" + wrapped;
}

}  // namespace

// CLI11 appends the description of a check to the type's name, after a colon.
std::string value_name(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

// The words of the documentation instead of CLI11's.
HelpFormat::HelpFormat() {
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormat::make_help(const CLI::App* app, std::string name,
                                  CLI::AppFormatMode mode) const {
  // Examples come first: they are what most readers look for. They stand in the footer, so that the
  // description stays short in the list of commands.
  const int columns = terminal_columns(STDOUT_FILENO);
  std::string help = wrap_text(app->get_description(), columns, 0);
  if (!app->get_footer().empty()) help += "\nExamples:\n" + app->get_footer() + "\n";
  const CLI::App* parent = app->get_parent();
  const std::string title =
      (parent == nullptr ? "" : parent->get_name() + " ") + (name.empty() ? app->get_name() : name);
  help += "\n" + make_usage(app, title);
  help += make_positionals(app);
  help += make_groups(app, mode);
  help += make_subcommands(app, mode);
  // CLI11 puts two empty lines between groups.
  for (std::size_t gap = 0; (gap = help.find("\n\n\n", gap)) != std::string::npos;) {
    help.erase(gap, 1);
  }
  return help;
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  std::string head = make_option_name(option, is_positional);
  if (!is_positional && !value_name(*option).empty()) head += " " + value_name(*option);
  std::string text = option->get_description();
  if (!option->get_default_str().empty())
    text += std::string("; default:") + kUnbroken + option->get_default_str();
  return described(head, text);
}

std::string HelpFormat::make_subcommand(const CLI::App* sub) const {
  return described(sub->get_name(), sub->get_description());
}

}  // namespace guidedmixup
