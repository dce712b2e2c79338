#include "augment_options.hpp"

#include <set>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/ranges.hpp>
#include <guidedmixup/core/text.hpp>

#include "numbers.hpp"

namespace guidedmixup {
namespace {

void declare_input(AugmentOptions& o, CLI::App& app) {
  app.add_option("INPUT", o.inputs, "Folders: the class is the first folder below INPUT")
      ->group("Input");
  app.add_option("--files-from", o.files_from,
                 "Paths to use instead of walking, one a line; - reads standard input. Needs one "
                 "INPUT or --labels")
      ->type_name("FILE")
      ->group("Input");
  app.add_flag("-0,--null", o.nul_separated, "Paths of --files-from end with NUL, not newline")
      ->group("Input");
  app.add_option("--labels", o.labels, "csv, tsv or jsonl with a header path,label")
      ->type_name("FILE")
      ->group("Input");
  app.add_option("--classes", o.classes,
                 "Class names in order, one a line; fixes the index of each class")
      ->type_name("FILE")
      ->group("Input");
  app.add_option("--limit", o.limit, "Only the first N samples of the plan: a trial")
      ->type_name("N")
      ->transform(number_within(kLimits))
      ->group("Input");
  app.add_option("--max-pixels", o.max_pixels, "Larger images are rejected by their header")
      ->type_name("N")
      ->transform(number_within(kMaxPixels))
      ->capture_default_str()
      ->group("Input");
  app.add_option("--damaged", o.damaged,
                 "What to do with pictures whose codec went on past an error: reject or use")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"reject", "use"}))
      ->capture_default_str()
      ->group("Input");
  app.add_option("--on-error", o.on_error, "What a bad sample does: skip or fail")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"skip", "fail"}))
      ->capture_default_str()
      ->group("Input");
}

void declare_mixing(AugmentOptions& o, CLI::App& app) {
  app.add_option("-m,--method", o.methods,
                 "NAME[:key=value,...]; repeat for several, each in a sub-folder of its own; "
                 "'guidedmixup methods' lists them")
      ->type_name("METHOD")
      ->allow_extra_args(false)
      ->default_str(o.methods.front())
      ->group("Mixing");
  app.add_option("--batch-size", o.batch_size, "Images that are paired among themselves")
      ->type_name("N")
      ->transform(number_within(kBatchSizes))
      ->capture_default_str()
      ->group("Mixing");
  app.add_option("--rounds", o.rounds, "Passes over the data: mixed images for each sample")
      ->type_name("N")
      ->transform(number_within(kRounds))
      ->capture_default_str()
      ->group("Mixing");
  app.add_option("--mix-prob", o.mix_probability,
                 "Share of mini-batches that are mixed; the others are written as they are")
      ->type_name("P")
      ->transform(number_within(kMixProbabilities))
      ->default_str(float_text(o.mix_probability))  // as it stands once it was read
      ->group("Mixing");
  app.add_flag("--include-originals", o.include_originals,
               "Also write each source once, one-hot, after the last round")
      ->group("Mixing");
  app.add_option("--seed", o.seed, "Another seed gives other mini-batches and draws")
      ->type_name("N")
      ->transform(number_within(kSeeds))
      ->capture_default_str()
      ->group("Mixing");
}

void declare_output(AugmentOptions& o, CLI::App& app) {
  app.add_option("-o,--output", o.output, "Folder to write: empty or absent")
      ->type_name("DIR")
      ->group("Output");
  app.add_flag("--resume", o.resume, "Finish what a stopped run has begun in DIR")->group("Output");
  app.add_flag("--overwrite", o.overwrite, "Replace an output of this program in DIR")
      ->group("Output");
  app.add_option("--size", o.size,
                 "Output size, N or WxH; without it the inputs' common size up to 512, else 224")
      ->type_name("SIZE")
      ->group("Output");
  app.add_option("--fit", o.fit,
                 "cover crops the middle, contain pads with black, stretch changes the aspect")
      ->type_name("HOW")
      ->check(CLI::IsMember({"cover", "contain", "stretch"}))
      ->capture_default_str()
      ->group("Output");
  app.add_option("--format", o.format,
                 "jpg, png or webp; without it png when all inputs are, else jpg")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"jpg", "png", "webp"}))
      ->group("Output");
  app.add_option("--quality", o.quality, "1 to 100; without it 95 for jpg and 90 for webp")
      ->type_name("N")
      ->transform(number_within(kQualities))
      ->group("Output");
  app.add_option("--shard-size", o.shard_size, "Images a shard, rounded up to whole mini-batches")
      ->type_name("N")
      ->transform(number_within(kShardSizes))
      ->capture_default_str()
      ->group("Output");
}

void declare_running(AugmentOptions& o, CLI::App& app) {
  o.running.declare(app);
  app.add_option("--device", o.device, "cpu, cuda, cuda:N or auto")
      ->type_name("DEVICE")
      ->capture_default_str()
      ->group("Running");
  app.add_option("--report", o.report, "Write where the time went and throughput as JSON")
      ->type_name("FILE")
      ->group("Running");
  app.add_flag("--dry-run", o.dry_run, "Say what would be done; write nothing")->group("Running");
  app.add_flag("--json", o.json, "With --dry-run: figures as JSON")->group("Running");
  app.add_option("--config", o.config_file, "TOML file of these options")
      ->type_name("FILE")
      ->group("Running");
  app.add_flag("--print-config", o.print_config, "Print the options as TOML and end")
      ->group("Running");
  app.add_flag("-v,--verbose", o.verbose, "Say more")->group("Running");
}

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

void refuse_webp_size(Size size) {
  if (kWebpSides.holds(size.width) && kWebpSides.holds(size.height)) return;
  throw UsageError("--format webp allows --size with sides up to " +
                   std::to_string(kWebpSides.most) + ", found " + std::to_string(size.width) + "x" +
                   std::to_string(size.height) + "; use a smaller one, or --format jpg or png");
}

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
  if (inputs.empty() && files_from.empty()) {
    throw UsageError("augment needs at least one INPUT folder");
  }
  if (output.empty()) throw UsageError("augment needs --output DIR");
  if (resume && overwrite) throw UsageError("--resume and --overwrite exclude each other");
  if (nul_separated && files_from.empty()) throw UsageError("-0 needs --files-from");
  if (json && !dry_run) throw UsageError("--json needs --dry-run");
  if (!report.empty() && dry_run) throw UsageError("--report and --dry-run exclude each other");
  RunConfig config;
  config.input = {inputs, given(files_from), nul_separated, given(labels), given(classes)};
  config.output = output;
  config.mode = resume      ? OutputMode::kResume
                : overwrite ? OutputMode::kOverwrite
                            : OutputMode::kFresh;
  config.methods = parse_methods(methods);
  config.plan.limit = limit;
  config.plan.batch_size = batch_size;
  config.plan.rounds = rounds;
  config.plan.shard_size = shard_size;
  config.plan.mix_probability = mix_probability;
  config.plan.include_originals = include_originals;
  config.plan.seed = seed;
  if (!size.empty()) {
    const ParsedSize parsed = parse_size("--size", size);
    config.size = Size{parsed.width, parsed.height};
  }
  if (format == "webp" && config.size) refuse_webp_size(*config.size);
  config.fit = *parse_fit(fit);  // the parser lets no other name pass
  if (!format.empty()) config.format = parse_format(format);
  if (quality > 0) config.quality = quality;
  config.limits.max_pixels = max_pixels;
  config.limits.use_damaged = damaged == "use";
  config.threads = running.thread_count();
  config.decode_memory = running.decode_memory();
  config.device = device;
  config.fail_on_reject = on_error == "fail";
  return config;
}

}  // namespace guidedmixup
