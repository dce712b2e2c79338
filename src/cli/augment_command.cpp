// `augment`: the main job. `augment()` below is the order of events; what comes before it makes
// texts for people: the resume command, the dry run, the notes.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/report.hpp>
#include <guidedmixup/run/augment.hpp>

#include "augment_options.hpp"
#include "command.hpp"
#include "config_file.hpp"
#include "progress.hpp"
#include "run_report.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr const char* kExamples =
    "  guidedmixup augment photos -o mixed\n"
    "  guidedmixup augment photos -o mixed --size 224 --rounds 4 --seed 1\n"
    "  guidedmixup augment photos -o sets -m guided-sr -m mixup -m cutmix:alpha=1\n"
    "  find photos -name '*.jpg' -printf '%P\\0' |\n"
    "    guidedmixup augment photos --files-from - -0 -o mixed\n"
    "  guidedmixup augment photos -o mixed --resume\n";

// For a word that a terminal must not get: as $'...', which bash, zsh and ksh know.
std::string escaped_shell_word(const std::string& word) {
  std::string quoted = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '\'' && c != '\\';
    quoted += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
  }
  return quoted + "'";
}

// The command is meant to be pasted, so every word that a shell would take apart is quoted.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=,+@%").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  if (printable(word) != word) return escaped_shell_word(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// From the words that were typed rather than from the options: what a configuration file or a
// variable said will be read again. Word 0 is the program and word 1 the command.
std::string resume_command(const Arguments& arguments) {
  std::string command = "guidedmixup augment --resume";
  bool from_standard_input = false;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    // The new run must not remove what it is to complete.
    if (word.starts_with("--overwrite") || word == "--resume") continue;
    from_standard_input = from_standard_input || word == "--files-from=-" ||
                          (word == "-" && arguments[i - 1] == "--files-from");
    command += " " + shell_word(word);
  }
  if (from_standard_input) command += "\n  (with the same list on standard input)";
  return command;
}

// In powers of 1024, as --memory takes them.
std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, kUnits[unit]);
}

// The keys are part of the interface (see the user guide); a figure that is not known is left out
// rather than written as 0.
void print_dry_run_as_json(const PreparedRun& run, const DiskEstimate& estimate,
                           std::uint64_t batches) {
  const std::uint64_t methods = run.config.methods.size();
  ReportValue::Object report{{"samples", {run.plan.samples()}},
                             {"listed", {std::uint64_t{run.samples.size()}}},
                             {"rejected", {std::uint64_t{run.listing.rejects.size()}}},
                             {"classes", {std::uint64_t{run.listing.classes.size()}}},
                             {"methods", {methods}},
                             {"rounds", {std::uint64_t{run.plan.config().rounds}}},
                             {"reuse", {std::uint64_t{run.plan.reuse()}}},
                             {"shuffles", {std::uint64_t{run.plan.shuffles()}}},
                             {"batches", {batches}},
                             {"shards", {run.plan.shards()}},
                             {"images", {run.plan.outputs() * methods}},
                             {"width", {static_cast<std::uint64_t>(run.size.width)}},
                             {"height", {static_cast<std::uint64_t>(run.size.height)}},
                             {"format", {std::string(to_string(run.encode.format))}},
                             {"output_bytes", {estimate.output_bytes}}};
  if (estimate.free_bytes) report.push_back({"free_bytes", {*estimate.free_bytes}});
  report.push_back({"memory_bytes", {estimate_memory(run)}});
  print_out(report_json({report}) + "\n");
}

// "4: 2 shuffles of the data, each mini-batch mixed 2 times".
std::string rounds_text(const Plan& plan) {
  const std::uint32_t rounds = plan.config().rounds;
  if (rounds == 1) return "1";
  return fmt::format("{}: {} shuffle{} of the data, each mini-batch mixed {}{} time{}", rounds,
                     plan.shuffles(), plan.shuffles() == 1 ? "" : "s",
                     rounds % plan.reuse() == 0 ? "" : "up to ", plan.reuse(),
                     plan.reuse() == 1 ? "" : "s");
}

void print_dry_run(const PreparedRun& run, bool json) {
  const DiskEstimate estimate = estimate_disk(run);
  const std::uint64_t methods = run.config.methods.size();
  const std::uint64_t batches = std::uint64_t{run.plan.batches_per_shuffle()} * run.plan.shuffles();
  if (json) {
    print_dry_run_as_json(run, estimate, batches);
    return;
  }
  // The figure for the disk is then what is left to write, so the line must say so.
  const bool resumes = run.config.mode == OutputMode::kResume;
  print_out(fmt::format(
      "samples      {} of {} listed; {} rejected while listing\n"
      "classes      {}\n"
      "rounds       {}\n"
      "batches      {} per method, {} method{}\n"
      "shards       {} per method\n"
      "images       {} of {} x {}, {}\n"
      "output       about {}{}{}\n"
      "memory       about {}\n",
      run.plan.samples(), run.samples.size(), run.listing.rejects.size(),
      run.listing.classes.size(), rounds_text(run.plan), batches, methods, methods == 1 ? "" : "s",
      run.plan.shards(), run.plan.outputs() * methods, run.size.width, run.size.height,
      to_string(run.encode.format), bytes_text(estimate.output_bytes),
      resumes ? " still to be written" : "",
      estimate.free_bytes ? fmt::format("; {} free", bytes_text(*estimate.free_bytes)) : "",
      bytes_text(estimate_memory(run))));
}

// A warning and not an error: the estimate may be wrong, and space may be freed during the run.
void warn_of_space(const PreparedRun& run, Reporter& progress) {
  const DiskEstimate estimate = estimate_disk(run);
  if (!estimate.free_bytes || estimate.output_bytes <= *estimate.free_bytes) return;
  progress.note(fmt::format("the output needs about {}, but only {} are free; continuing anyway",
                            bytes_text(estimate.output_bytes), bytes_text(*estimate.free_bytes)));
}

// What decides speed and what was passed over: what one looks for when a run is slow or misses
// images.
void say_more(const PreparedRun& run, Reporter& progress) {
  for (const EngineStatus& engine : engine_statuses()) {
    progress.note(fmt::format("engine {}: {}{}", engine.name,
                              engine.usable ? "" : "not available, ", engine.detail));
  }
  for (const std::string& sentence : parts_on_host(run.device, run.config.methods)) {
    progress.note(sentence);
  }
  progress.note(fmt::format("ignored {} hidden entries and system folders, and {} other files",
                            run.listing.ignored_hidden, run.listing.ignored_other));
  progress.note(
      fmt::format("threads: {}; reading from {}", run.config.threads, printable(run.listing.root)));
}

AugmentResult run_to_end(const PreparedRun& run, Reporter& progress, RunStatistics& statistics,
                         const Arguments& arguments) {
  try {
    // Only here is it known how to go on, so the messages of the run get that command added.
    return run_augment(run, progress, statistics, stop_flag());
  } catch (const Cancelled& cancelled) {
    throw Cancelled(cancelled.signal(), "stopped. Finished shards are kept. To continue:\n  " +
                                            resume_command(arguments));
  } catch (const ResumableError& error) {
    throw RunError(std::string(error.what()) +
                   "\nFinished shards are kept. To continue once the cause is fixed:\n  " +
                   resume_command(arguments));
  }
}

std::string counted(std::uint64_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

// After the run, once: a note for each image would bury all others.
void say_of_pictures(const RunStatistics& statistics, std::uint64_t rejected, Reporter& reporter) {
  if (const std::uint64_t used = statistics.damaged_used.load(); used > 0) {
    reporter.note(counted(used, "damaged image was used", "damaged images were used"));
  }
  if (const std::uint64_t warned = statistics.samples_warned.load(); warned > 0) {
    reporter.note(counted(warned, "image", "images") +
                  " had harmless irregularities, such as stray bytes");
  }
  if (rejected > 0) {
    reporter.note(counted(rejected, "sample was", "samples were") +
                  " rejected; see rejects.jsonl next to the manifest for the reasons");
  }
}

// Where nothing is drawn, a pair that comes again gives the same picture.
void say_of_repeats(const PreparedRun& run, const AugmentResult& result, Reporter& reporter) {
  for (std::size_t m = 0; m < result.counts.size(); ++m) {
    const Method& method = run.config.methods[m];
    const OutputCounts& counts = result.counts[m];
    const std::uint64_t repeated = counts.repeated.value_or(0);
    if (repeated == 0 || method.draws()) continue;
    reporter.note(fmt::format(
        "{} of {} mixed images of {} repeat a pair of sources, and so a picture; more samples or a "
        "larger --batch-size give more pairs, fewer --rounds need fewer",
        repeated, counts.kinds.mixed, method.folder));
  }
}

ExitCode augment(CLI::App& app, AugmentOptions& options, const Arguments& arguments) {
  // First the environment, then the file: each fills only what is still unset.
  apply_environment(app, "threads", "GUIDEDMIXUP_THREADS");
  apply_environment(app, "device", "GUIDEDMIXUP_DEVICE");
  if (!options.config_file.empty()) apply_config_file(app, options.config_file);
  if (options.print_config) {
    print_out(config_text(app, {"help", "config", "print-config", "dry-run", "json"}));
    return ExitCode::kDone;
  }
  // From here to `run_to_end` nothing is written, so whatever is wrong with the request is told
  // while it costs nothing.
  const RunConfig config = options.to_run_config();
  // Before the listing, which may take long.
  if (!options.report.empty()) refuse_report_place(options.report, config);
  const Progress progress(options.running.progress, options.running.quiet);
  Reporter& reporter = progress.reporter();
  const PreparedRun run = prepare_run(config, reporter);
  if (options.dry_run) {
    print_dry_run(run, options.json);
    return ExitCode::kDone;
  }
  // After the dry run, whose figures are on standard output: notes would only stand in their way.
  if (options.verbose) say_more(run, reporter);
  warn_of_space(run, reporter);
  // Until now a signal ended the program at once, which is right as long as nothing was written.
  catch_stop_signals();
  RunStatistics statistics;
  // Without the listing, so that reports of runs compare what the run did.
  const RunClock clock;
  const AugmentResult result = run_to_end(run, reporter, statistics, arguments);
  const RunTime time = clock.spent();
  progress.finish(result.repeated());
  // On standard output, alone: `m=$(guidedmixup augment ...)`.
  for (const auto& manifest : result.manifests) print_path(manifest.string());
  const std::uint64_t rejected = result.rejected();
  say_of_repeats(run, result, reporter);
  say_of_pictures(statistics, rejected, reporter);
  // Last: the output is worth more.
  if (!options.report.empty()) {
    write_report(options.report, run_report(run, statistics, time) + "\n");
  }
  flush_output("the output is complete");
  if (rejected == 0) return ExitCode::kDone;
  // With --on-error fail only a resumed run gets here: an earlier one had let them pass.
  return config.fail_on_reject ? ExitCode::kFailed : ExitCode::kRejects;
}

}  // namespace

Command add_augment_command(CLI::App& program, const Arguments& arguments) {
  CLI::App* app =
      add_subcommand(program, "augment",
                     "Mix the images of a data set and write them with soft labels", kExamples);
  auto options = std::make_shared<AugmentOptions>();
  options->declare(*app);
  return {app, [app, options, arguments] { return augment(*app, *options, arguments); }};
}

}  // namespace guidedmixup
