// One function declares each group of the help, in the order of the help. What concerns one option
// alone (a range, a choice) is checked by the parser; `to_run_config` checks what concerns several,
// and what needs a parser of its own. An empty text or a 0 means that the option was not given.
#include "augment_options.hpp"

#include <set>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/ranges.hpp>
#include <guidedmixup/core/text.hpp>

#include "numbers.hpp"

namespace guidedmixup {
namespace {

void declare_input(AugmentOptions& o, CLI::App& app) {
  app.add_option("INPUT", o.inputs, "image folders; the class is the first folder below INPUT")
      ->group("Input");
  app.add_option("--files-from", o.files_from,
                 "read image paths from FILE instead of searching INPUT, one path per line; - is "
                 "standard input; needs exactly one INPUT, or --labels")
      ->type_name("FILE")
      ->group("Input");
  app.add_flag("-0,--null", o.nul_separated,
               "paths in --files-from end with NUL, not with a newline")
      ->group("Input");
  app.add_option("--labels", o.labels, "csv, tsv or jsonl file with the columns path and label")
      ->type_name("FILE")
      ->group("Input");
  app.add_option("--classes", o.classes,
                 "class names, one per line; their order sets the class indices")
      ->type_name("FILE")
      ->group("Input");
  app.add_option("--limit", o.plan.limit,
                 "use only the first N samples of the plan, for a trial run")
      ->type_name("N")
      ->transform(number_within(kLimits))
      ->group("Input");
  app.add_option("--max-pixels", o.max_pixels, "reject images with more pixels")
      ->type_name("N")
      ->transform(number_within(kMaxPixels))
      ->capture_default_str()
      ->group("Input");
  o.loading.declare_damaged(app)->group("Input");
  app.add_option("--on-error", o.on_error, "how to handle bad samples: skip or fail")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"skip", "fail"}))
      ->capture_default_str()
      ->group("Input");
}

void declare_mixing(AugmentOptions& o, CLI::App& app) {
  app.add_option(
         "-m,--method", o.methods,
         "NAME[:key=value,...]; repeat the option for several methods, each with a folder of its "
         "own in DIR; 'guidedmixup methods' lists them")
      ->type_name("METHOD")
      // Otherwise `-m mixup photos` would take the folder as a second method.
      ->allow_extra_args(false)
      ->default_str(o.methods.front())
      ->group("Mixing");
  app.add_option("--batch-size", o.plan.batch_size,
                 "samples per mini-batch; images are paired within a mini-batch")
      ->type_name("N")
      ->transform(number_within(kBatchSizes))
      ->capture_default_str()
      ->group("Mixing");
  app.add_option("--rounds", o.plan.rounds, "mixed images per sample")
      ->type_name("N")
      ->transform(number_within(kRounds))
      ->capture_default_str()
      ->group("Mixing");
  app.add_option("--reuse", o.reuse,
                 "rounds for which a mini-batch is loaded once and mixed with new partners each "
                 "time, before the data is shuffled again; auto: 1 for large data sets")
      ->type_name("K")
      ->transform(word_or_whole("auto", kReuses))
      ->capture_default_str()
      ->group("Mixing");
  app.add_option("--mix-prob", o.plan.mix_probability,
                 "share of mini-batches to mix; the others are written unmixed")
      ->type_name("P")
      ->transform(number_within(kMixProbabilities))
      ->default_str(float_text(o.plan.mix_probability))  // as it stands once it was read
      ->group("Mixing");
  app.add_flag("--include-originals", o.plan.include_originals,
               "also write each source image once, with a one-hot label")
      ->group("Mixing");
  app.add_option("--seed", o.plan.seed, "seed of all random choices")
      ->type_name("N")
      ->transform(number_within(kSeeds))
      ->capture_default_str()
      ->group("Mixing");
}

void declare_output(AugmentOptions& o, CLI::App& app) {
  app.add_option("-o,--output", o.output, "output folder; must be empty or absent")
      ->type_name("DIR")
      ->group("Output");
  app.add_flag("--resume", o.resume, "complete an interrupted run in DIR")->group("Output");
  app.add_flag("--overwrite", o.overwrite, "replace an earlier output in DIR")->group("Output");
  o.loading
      .declare_size(
          app, "output size, N or WxH; default: the common size of all inputs up to 512, else 224")
      ->group("Output");
  o.loading
      .declare_fit(
          app,
          "how to fit images to the size: cover crops, contain pads with black, stretch distorts")
      ->group("Output");
  app.add_option("--format", o.format,
                 "jpg, png or webp; default: png if all inputs are png, else jpg")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"jpg", "png", "webp"}))
      ->group("Output");
  app.add_option("--quality", o.quality, "1 to 100; default: 95 for jpg, 90 for webp")
      ->type_name("N")
      ->transform(number_within(kQualities))
      ->group("Output");
  app.add_option("--shard-size", o.plan.shard_size,
                 "images per shard, rounded up to whole mini-batches")
      ->type_name("N")
      ->transform(number_within(kShardSizes))
      ->capture_default_str()
      ->group("Output");
}

void declare_running(AugmentOptions& o, CLI::App& app) {
  o.running.declare(app);
  app.add_option("--device", o.device, "device to compute on: cpu, cuda, cuda:N or auto")
      ->type_name("DEVICE")
      ->capture_default_str()
      ->group("Running");
  app.add_option("--report", o.report, "write timings and throughput to FILE as JSON")
      ->type_name("FILE")
      ->group("Running");
  app.add_flag("--dry-run", o.dry_run, "show what would be done, write nothing")->group("Running");
  app.add_flag("--json", o.json, "with --dry-run: print figures as JSON")->group("Running");
  app.add_option("--config", o.config_file, "read these options from a TOML file")
      ->type_name("FILE")
      ->group("Running");
  app.add_flag("--print-config", o.print_config, "print the options as TOML and exit")
      ->group("Running");
  app.add_flag("-v,--verbose", o.verbose, "verbose output")->group("Running");
}

// Compares each with all before it: there is only a handful. Two texts may mean one method, such as
// `cutmix` and `cutmix:alpha=1`; two methods may collide in the name of their folder.
std::vector<Method> parse_methods(const std::vector<std::string>& typed) {
  std::vector<Method> methods;
  for (const std::string& text : typed) {
    Method method = parse_method(text);
    for (std::size_t i = 0; i < methods.size(); ++i) {
      if (methods[i].same_parts(method) && methods[i].name == method.name) {
        throw UsageError("--method " + printable(text) + " is the same as --method " +
                         printable(typed[i]) + "; give each method once");
      }
      if (methods[i].folder == method.folder) {
        throw UsageError("--method " + printable(text) + " and --method " + printable(typed[i]) +
                         " would both be written to the folder '" + method.folder + "'");
      }
    }
    methods.push_back(std::move(method));
  }
  return methods;
}

// Only a size that was asked for can be too large: the default never exceeds 512.
void refuse_webp_size(Size size) {
  if (kWebpSides.holds(size.width) && kWebpSides.holds(size.height)) return;
  throw UsageError("--format webp needs --size with sides up to " +
                   std::to_string(kWebpSides.most) + ", found " + std::to_string(size.width) + "x" +
                   std::to_string(size.height) + "; choose a smaller size, or --format jpg or png");
}

// An empty text is how CLI11 leaves an option that was not given.
std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void AugmentOptions::declare(CLI::App& app) {
  declare_input(*this, app);
  declare_mixing(*this, app);
  declare_output(*this, app);
  declare_running(*this, app);
}

RunConfig AugmentOptions::to_run_config() const {
  // Not CLI11's required(): a configuration file may give INPUT and --output, and it is read after
  // the parsing.
  if (inputs.empty() && files_from.empty()) {
    throw UsageError("augment needs at least one INPUT folder");
  }
  if (output.empty()) throw UsageError("augment needs --output DIR");
  if (resume && overwrite) throw UsageError("--resume and --overwrite cannot be used together");
  if (nul_separated && files_from.empty()) throw UsageError("-0 needs --files-from");
  if (json && !dry_run) throw UsageError("--json needs --dry-run");
  if (!report.empty() && dry_run)
    throw UsageError("--report and --dry-run cannot be used together");
  RunConfig config;
  config.input = {inputs, given(files_from), nul_separated, given(labels), given(classes)};
  config.output = output;
  config.mode = resume      ? OutputMode::kResume
                : overwrite ? OutputMode::kOverwrite
                            : OutputMode::kFresh;
  config.methods = parse_methods(methods);
  config.plan = plan;
  if (reuse != "auto") config.plan.reuse = static_cast<std::uint32_t>(*parse_whole(reuse));
  config.load = loading.load_options();
  config.load.limits.max_pixels = max_pixels;
  if (format == "webp" && config.load.size) refuse_webp_size(*config.load.size);
  if (!format.empty()) config.format = parse_format(format);
  if (quality > 0) config.quality = quality;
  config.threads = running.thread_count();
  config.decode_memory = running.decode_memory();
  config.device = device;
  config.fail_on_reject = on_error == "fail";
  return config;
}

}  // namespace guidedmixup
