// `saliency`: writes the normalised maps of images.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/listing.hpp>
#include <guidedmixup/maps/saliency_files.hpp>

#include "command.hpp"
#include "loading_options.hpp"
#include "progress.hpp"
#include "running_options.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr const char* kExamples =
    "  guidedmixup saliency photos -o maps\n"
    "  guidedmixup saliency photos -o maps --format heatmap\n"
    "  guidedmixup saliency cat.jpg -o maps --saliency spectral-residual:blur=both\n";

struct SaliencyOptions {
  std::vector<std::string> inputs;
  std::string output;
  std::string saliency = "spectral-residual";
  std::string format = "npy";
  LoadingOptions loading;
  RunningOptions running;
};

ExitCode write_maps(const SaliencyOptions& options) {
  SaliencyRequest request;
  request.inputs = options.inputs;
  request.output = options.output;
  request.saliency = options.saliency;
  request.format = options.format == "png16"     ? MapFormat::kPng16
                   : options.format == "heatmap" ? MapFormat::kHeatMap
                                                 : MapFormat::kNpy;
  request.load = options.loading.load_options();
  request.threads = options.running.thread_count();
  request.decode_memory = options.running.decode_memory();
  // Each map appears whole, so a stop leaves complete ones, and an exit code that says so.
  const Progress progress(options.running.progress, options.running.quiet);
  catch_stop_signals();
  const SaliencyResult result = write_saliency_files(request, progress.reporter(), stop_flag());
  progress.finish();
  // On standard error: there is no manifest whose rejects.jsonl could hold them.
  for (const std::string& reject : result.rejects) {
    print_error("guidedmixup: rejected " + reject + "\n");
  }
  // As augment prints its manifests: what a script goes on with.
  print_path(options.output);
  flush_output("the folder of maps is complete");
  return result.rejects.empty() ? ExitCode::kDone : ExitCode::kRejects;
}

}  // namespace

Command add_saliency_command(CLI::App& program) {
  CLI::App* app =
      add_subcommand(program, "saliency", "Write the saliency map of each image", kExamples);
  auto o = std::make_shared<SaliencyOptions>();
  app->add_option("INPUT", o->inputs, "folders or image files")->required();
  app->add_option("-o,--output", o->output, "output folder; must be empty or absent")
      ->type_name("DIR")
      ->required();
  app->add_option("--saliency", o->saliency, "saliency method, NAME[:key=value,...]")
      ->type_name("SALIENCY")
      ->capture_default_str();
  app->add_option("--format", o->format,
                  "npy: float32 values that sum to 1; png16: 16-bit grey, scaled to the maximum; "
                  "heatmap: a colour image")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"npy", "png16", "heatmap"}))
      ->capture_default_str();
  o->loading.declare_size(*app, "resize images to N or WxH first; default: each image's own size");
  o->loading.declare_fit(*app, "how to fit images to --size: cover, contain or stretch");
  o->loading.declare_damaged(*app);
  o->running.declare(*app);
  return {app, [o] { return write_maps(*o); }};
}

}  // namespace guidedmixup
