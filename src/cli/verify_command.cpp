// `verify`: checks an output against its manifest.
#include <fmt/format.h>

#include <guidedmixup/check/verify.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/report.hpp>

#include "command.hpp"
#include "progress.hpp"
#include "running_options.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr const char* kExamples =
    "  guidedmixup verify mixed\n"
    "  guidedmixup verify mixed --deep\n"
    "  guidedmixup verify mixed --deep --input /data/photos --json\n";

struct VerifyOptions {
  std::string output;
  bool deep = false;
  std::string input;
  bool json = false;
  RunningOptions running;
};

void print_json(const VerifyResult& result) {
  // The first ones only: a damaged output can have millions.
  ReportValue::List differences;
  for (const std::string& text : result.first_differences) differences.push_back({text});
  print_out(report_json({ReportValue::Object{{"outputs", {result.outputs}},
                                             {"samples", {result.samples}},
                                             {"recomputed", {result.recomputed}},
                                             {"differences", {result.differences}},
                                             {"first_differences", {differences}}}}) +
            "\n");
}

// Differences first and the verdict last, where it is still on the screen. Both are data, so they
// go to standard output.
void print_text(const VerifyResult& result, bool deep) {
  for (const std::string& text : result.first_differences) print_out(text + "\n");
  if (result.differences > result.first_differences.size()) {
    print_out(
        fmt::format("... and {} more\n", result.differences - result.first_differences.size()));
  }
  print_out(
      fmt::format("{} in {} ({}{})\n",
                  result.differences == 0 ? "OK: no difference"
                                          : "FAILED: " + counted(result.differences, "difference"),
                  counted(result.samples, "sample"), counted(result.outputs, "manifest"),
                  deep ? fmt::format(", {} recomputed from the sources", result.recomputed) : ""));
}

ExitCode run_verify(const VerifyOptions& options) {
  VerifyRequest request;
  request.output = options.output;
  request.deep = options.deep;
  if (!options.input.empty()) request.input_root = options.input;
  request.threads = options.running.thread_count();
  request.decode_memory = options.running.decode_memory();
  const Progress progress(options.running.progress, options.running.quiet);
  // Nothing is written, but a stopped verification must not look like a finished one: it ends with
  // the signal's code.
  catch_stop_signals();
  const VerifyResult result = verify(request, progress.reporter(), stop_flag());
  progress.finish();
  if (options.json) {
    print_json(result);
  } else {
    print_text(result, options.deep);
  }
  // A code of its own, so that scripts tell a wrong output from a check that failed.
  return result.differences == 0 ? ExitCode::kDone : ExitCode::kDifference;
}

}  // namespace

Command add_verify_command(CLI::App& program) {
  CLI::App* app = add_subcommand(program, "verify",
                                 "Check an output against its manifest and its sources", kExamples);
  auto o = std::make_shared<VerifyOptions>();
  app->add_option("OUT", o->output, "an output of augment")->required();
  app->add_flag("--deep", o->deep, "recompute pairs, ratios and pixels from the sources");
  app->add_option("--input", o->input, "folder of the sources; default: the manifest's input.root")
      ->type_name("DIR");
  app->add_flag("--json", o->json, "print the result as JSON");
  o->running.declare(*app);
  return {app, [o] { return run_verify(*o); }};
}

}  // namespace guidedmixup
