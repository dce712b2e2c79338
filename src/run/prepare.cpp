// Deciding a run: everything that depends on the input but writes nothing. `prepare_run` at the end
// is the order of decisions.
#include <algorithm>
#include <utility>

#include <guidedmixup/core/memory_left.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/image_io/source_folder.hpp>
#include <guidedmixup/output/output_place.hpp>
#include <guidedmixup/run/augment.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// What models for ImageNet take.
constexpr int kDefaultSide = 224;
constexpr int kLargestCommonSide = 512;

// Lossless in, lossless out. JPEG for anything else, because photographs in PNG take several times
// the space.
EncodeOptions choose_format(const RunConfig& config, const Listing& listing) {
  EncodeOptions encode;
  const bool all_png =
      std::all_of(listing.samples.begin(), listing.samples.end(),
                  [](const Sample& sample) { return file_extension(sample.path) == "png"; });
  encode.format = config.format.value_or(all_png ? ImageFormat::kPng : ImageFormat::kJpeg);
  if (encode.format == ImageFormat::kPng) {
    if (config.quality) {
      throw UsageError(config.format ? "--quality: png is lossless and takes no quality"
                                     : "--quality: all inputs are png and so is the output, which "
                                       "takes no quality; choose --format jpg or webp");
    }
    encode.quality = 0;
  } else {
    encode.quality = config.quality.value_or(encode.format == ImageFormat::kWebp ? 90 : 95);
  }
  return encode;
}

// The size that all inputs share, if they do and it is not large. Unreadable files have no say;
// they are rejected later. Ends at the first image that differs, so that a set of photographs costs
// a few headers and only a uniform set costs all.
std::optional<Size> common_size(const Listing& listing, const DecodeLimits& limits) {
  const SourceFolder folder(listing.root);
  std::optional<Size> common;
  for (const Sample& sample : listing.samples) {
    const auto info = folder.probe(sample.path, limits);
    if (!info.ok()) continue;
    const Size size = info.value().size;
    if (common && *common != size) return std::nullopt;
    if (std::max(size.width, size.height) > kLargestCommonSide) return std::nullopt;
    common = size;
  }
  return common;
}

Size choose_size(const RunConfig& config, const Listing& listing, Reporter& reporter) {
  if (config.load.size) return *config.load.size;
  if (const auto common = common_size(listing, config.load.limits)) return *common;
  reporter.note("the inputs have no common size up to " + std::to_string(kLargestCommonSide) +
                " pixels per side: writing " + std::to_string(kDefaultSide) + " x " +
                std::to_string(kDefaultSide) + " (choose another with --size)");
  return {kDefaultSide, kDefaultSide};
}

// Exactly what changes samples: this is compared by --resume and stands in the manifest. Threads,
// memory and paths are left out, so they may differ. Values that were chosen for the user (the
// size, `reuse`) are recorded as chosen.
RunDescription describe_run(const RunConfig& config, const Plan& planned, const Listing& listing,
                            const Method& method, Size size, const EncodeOptions& encode,
                            const std::string& engine, const std::string& digest) {
  RunDescription run;
  run.method = describe_method(method);
  const PlanConfig& plan = config.plan;
  run.config = {{"seed", plan.seed},
                {"batch_size", std::uint64_t{plan.batch_size}},
                {"rounds", std::uint64_t{plan.rounds}},
                {"reuse", std::uint64_t{planned.reuse()}},
                {"mix_prob", plan.mix_probability},
                {"include_originals", plan.include_originals},
                {"shard_size", plan.shard_size},
                {"limit", plan.limit},
                {"fit", std::string(to_string(config.load.fit))},
                {"max_pixels", static_cast<std::uint64_t>(config.load.limits.max_pixels)},
                {"damaged", std::string(config.load.limits.use_damaged ? "use" : "reject")}};
  run.sample_count = listing.samples.size();
  run.listing_digest = digest;
  run.classes = listing.classes;
  run.image_format = to_string(encode.format);
  run.quality = encode.quality;
  run.image_size = size;
  run.engine = engine;
  return run;
}

}  // namespace

FolderLinks links_to_outputs(const RunConfig& config) {
  return config.methods.size() == 1 ? FolderLinks::kFollow : FolderLinks::kRefuse;
}

namespace {

// Where the sources lie as seen from an output folder, so that both can move together.
std::string relative_root(const Listing& listing, const fs::path& folder) {
  // The output need not be there yet. The listing's root has no links in it, so neither may this
  // path.
  const fs::path output = fs::weakly_canonical(fs::absolute(folder));
  std::string root = fs::path(listing.root).lexically_relative(output).string();
  if (!is_utf8(root)) {
    throw UsageError(
        "the path from the output to the input, '" + printable(root) +
        "', is not valid UTF-8 and cannot be written to the manifest; rename the folder or "
        "choose another output folder");
  }
  return root;
}

// Fewer than two samples: says which rejects may be why.
void refuse_lonely_listing(const Listing& listing) {
  if (listing.samples.size() >= 2) return;
  std::string message =
      "mixing needs at least 2 samples, found " + std::to_string(listing.samples.size());
  if (!listing.rejects.empty()) {
    const ListingReject& first = listing.rejects.front();
    message += "; " + counted(listing.rejects.size(), "listed sample") +
               " cannot be used, the first is '" + printable(first.path) + "' below '" +
               printable(listing.root) + "': " + first.error.message;
  }
  throw UsageError(message);
}

std::vector<std::string> folder_names(const std::vector<Method>& methods) {
  std::vector<std::string> names;
  names.reserve(methods.size());
  for (const Method& method : methods) names.push_back(method.folder);
  return names;
}

}  // namespace

PreparedRun prepare_run(const RunConfig& config, Reporter& reporter) {
  // From the cheap to the expensive: an output in a wrong place is refused before millions of files
  // are listed, and a device that does not work before any header is read.
  refuse_inside("the output", config.output, "the input", config.input.inputs);
  Listing listing = make_listing(config.input);
  for (const std::string& note : listing.notes) reporter.note(note);
  refuse_lonely_listing(listing);
  if (config.fail_on_reject && !listing.rejects.empty()) {
    const ListingReject& first = listing.rejects.front();
    throw UnusableSamplesError("--on-error fail: cannot use " + printable(first.path) + ": " +
                               first.error.message);
  }
  PlanConfig plan_config = config.plan;
  plan_config.samples = listing.samples.size();
  const EncodeOptions encode = choose_format(config, listing);
  PreparedRun run{config, std::move(listing), {}, Plan(plan_config), {}, encode, {}, {}, {}, {}};
  std::string device_note;
  run.device = resolve_device(config.device, config.methods, device_note);
  if (!device_note.empty()) reporter.note(device_note);
  run.folders = method_folders(config.output, folder_names(config.methods));
  run.size = choose_size(config, run.listing, reporter);
  // Once for all methods: it reads the names of the whole listing.
  const std::string digest = listing_digest(run.listing);
  for (std::size_t m = 0; m < config.methods.size(); ++m) {
    run.descriptions.push_back(describe_run(config, run.plan, run.listing, config.methods[m],
                                            run.size, encode, std::string(engine_name(run.device)),
                                            digest));
    run.roots.push_back(relative_root(run.listing, run.folders[m]));
    // Looks only; the folder is locked and looked at again when the run begins.
    check_output_folder(run.folders[m], run.descriptions[m], config.mode, links_to_outputs(config));
  }
  run.samples = SampleTable(run.listing.samples);
  run.listing.samples = std::vector<Sample>();  // an empty list would keep the capacity
  // Listing took several times the memory of what is kept of it, and the run's threads take memory
  // of their own.
  give_back_memory();
  if (plan_config.batch_size == 2 || run.plan.samples() == 2) {
    reporter.note(
        "mini-batches of 2 only swap their two images: both outputs of a pair show the same "
        "mixture");
  }
  return run;
}

}  // namespace guidedmixup
