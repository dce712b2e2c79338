// From the arguments to an exit code: `run_command` declares the commands, has CLI11 parse and runs
// the chosen one; `run_program` prepares the process before that and turns every exception that may
// reach it into a message and a code.
#include "program.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <new>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "command.hpp"
#include "help_format.hpp"
#include "process.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr const char* kExamples =
    "  guidedmixup augment photos -o mixed\n"
    "  guidedmixup preview mixed -o sheet.png\n"
    "  guidedmixup verify mixed --deep\n"
    "  guidedmixup augment --help\n";
constexpr const char* kHelpText = "print this help and exit";

// Names and versions of the libraries as well: they decide the bytes of an output, and a report of
// a bug needs them.
std::string version_text() {
  std::string text = std::string("guidedmixup ") + version() + "\n";
  for (const auto& [name, value] : build_facts()) text += name + " " + value + "\n";
  text += "engines";
  for (const std::string& engine : built_engines()) text += " " + engine;
  return text + "\n";
}

// CLI11 throws for help and version as it does for errors. Its own codes (103 to 110) are replaced:
// whatever the parser refuses is wrong usage.
ExitCode parse_end(const CLI::App& program, const CLI::ParseError& end) {
  const CLI::App* app = &program;
  // The command that was being parsed, so that help and message are about it and not about the
  // program.
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  if (dynamic_cast<const CLI::CallForHelp*>(&end) != nullptr) {
    print_out(app->help());
    return ExitCode::kDone;
  }
  if (dynamic_cast<const CLI::CallForVersion*>(&end) != nullptr) {
    print_out(end.what());
    return ExitCode::kDone;
  }
  const std::string name = app == &program ? "guidedmixup" : "guidedmixup " + app->get_name();
  print_error(name + ": " + printable(end.what()) + "\nSee '" + name + " --help'.\n");
  return ExitCode::kUsage;
}

// CLI11 says of a mistyped command only that one is required.
void refuse_unknown_command(const CLI::App& program, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::string names;
  for (const CLI::App* command : program.get_subcommands({})) {
    if (command->get_name() == argv[1]) return;
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  throw UsageError("unknown command '" + printable(argv[1]) + "': expected one of " + names);
}

// Options live as long as their command: each `Command::run` holds them, and CLI11 writes into
// them.
ExitCode run_command(int argc, char** argv) {
  CLI::App program(
      "Mix the images of a data set offline, guided by saliency, and write them with soft labels "
      "for any training framework.",
      "guidedmixup");
  program.formatter(std::make_shared<HelpFormat>());
  program.footer(kExamples);
  program.set_help_flag("-h,--help", kHelpText);
  program.set_version_flag("--version", version_text(), "print the version and exit");
  program.require_subcommand(1);
  // Kept for the command that continues an interrupted run.
  const Arguments arguments(argv, argv + argc);
  const std::array commands{add_augment_command(program, arguments), add_verify_command(program),
                            add_preview_command(program), add_saliency_command(program),
                            add_methods_command(program)};
  // Before parsing, which would report it as a missing command.
  refuse_unknown_command(program, argc, argv);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    return parse_end(program, end);
  }
  const auto chosen = std::find_if(commands.begin(), commands.end(),
                                   [](const Command& command) { return command.app->parsed(); });
  return chosen->run();
}

// One form for every message that ends the program.
int fail(ExitCode code, const std::string& message) {
  print_error("guidedmixup: " + message + "\n");
  return static_cast<int>(code);
}

}  // namespace

CLI::App* add_subcommand(CLI::App& program, const std::string& name, const std::string& summary,
                         const std::string& examples) {
  CLI::App* app = program.add_subcommand(name, summary);
  app->formatter(std::make_shared<HelpFormat>());
  app->set_help_flag("-h,--help", kHelpText);
  app->group("Commands");
  app->footer(examples);
  return app;
}

int run_program(int argc, char** argv) {
  // In this order: the streams come before anything that opens a file, the signals and limits
  // before anything that starts a thread.
  open_standard_streams();
  prepare_process();
  try {
    raise_stack_limit();
    const ExitCode code = run_command(argc, argv);
    // Not left to the exit of the process, which would report a full disk to nobody.
    flush_output();
    return static_cast<int>(code);
    // The kinds of RunError first. Shells report a process that a signal ended as 128 plus its
    // number; a limit of time is not a wish of the user, so it is a failure.
  } catch (const Cancelled& error) {
    if (error.signal() == SIGXCPU) {
      return fail(
          ExitCode::kFailed,
          std::string("the processor time limit (ulimit -t) is almost reached: ") + error.what());
    }
    return fail(static_cast<ExitCode>(static_cast<int>(ExitCode::kSignalBase) + error.signal()),
                error.what());
  } catch (const UsageError& error) {
    return fail(ExitCode::kUsage, error.what());
  } catch (const std::bad_alloc&) {
    // Not by print_error, which takes memory for the text that it escapes.
    draw_error("guidedmixup: out of memory; try a smaller --batch-size, --size or --threads\n");
    return static_cast<int>(ExitCode::kFailed);
  } catch (const std::runtime_error& error) {  // anything else is our own mistake, and aborts
    return fail(ExitCode::kFailed, message_of(error));
  }
}

}  // namespace guidedmixup
