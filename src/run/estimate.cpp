// What a run will need, before it writes anything.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <guidedmixup/core/memory_left.hpp>
#include <guidedmixup/output/output_file.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/run/augment.hpp>

#include "in_flight.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kEncoded = 4;      // inputs that are encoded to learn what they will take
constexpr std::uint64_t kHeaders = 64;     // inputs whose headers are looked at
constexpr std::uint64_t kLineBytes = 400;  // a record in metadata.jsonl, or in manifest.json

// At most `most` of the inputs, spread over the listing. A listing is sorted by folder, so its
// beginning would stand for one class only.
std::vector<std::string> some_inputs(const PreparedRun& run, std::uint64_t most) {
  const std::uint64_t count = run.samples.size();
  const std::uint64_t taken = std::min(most, count);
  std::vector<std::string> paths;
  for (std::uint64_t i = 0; i < taken; ++i) {
    paths.push_back(run.listing.root + "/" + run.samples.path(i * count / taken));
  }
  return paths;
}

// The mean size of a few encoded inputs.
std::uint64_t encoded_bytes(const PreparedRun& run) {
  std::uint64_t sum = 0;
  std::uint64_t good = 0;
  ByteBuffer bytes;
  for (const std::string& path : some_inputs(run, kEncoded)) {
    // Bad samples are left out of the mean; they will be rejects.
    const auto image = load_image(path, run.load_options());
    if (!image.ok()) continue;
    encode_image(image.value().view(), run.encode, bytes);
    sum += bytes.size();
    ++good;
  }
  return good == 0 ? 0 : sum / good;
}

// What all threads together hold while each decodes one of the largest images, as far as these may
// be decoded at once. Each header that was looked at stands for its share of the listing.
std::uint64_t decoding_bytes(const PreparedRun& run) {
  constexpr std::uint64_t kModuleBytes = 45'000'000;  // OpenCV and what it needs
  std::vector<std::uint64_t> needs;
  bool with_module = false;
  for (const std::string& path : some_inputs(run, kHeaders)) {
    const auto cost = load_cost(path, run.load_options());
    if (!cost.ok()) continue;
    needs.push_back(cost.value().bytes);
    const ImageFormat format = cost.value().format;
    with_module |= format == ImageFormat::kBmp || format == ImageFormat::kTiff;
  }
  if (needs.empty()) return 0;
  std::sort(needs.begin(), needs.end(), std::greater<>());
  const std::uint64_t budget = decode_budget(run.config.decode_memory);
  const std::uint64_t threads =
      std::min<std::uint64_t>(static_cast<unsigned>(run.config.threads), run.samples.size());
  std::uint64_t sum = needs.front();
  for (std::uint64_t i = 1; i < threads; ++i) {
    // The i-th largest of the listing, as the sorted sample shows it.
    const std::uint64_t need = needs[i * needs.size() / run.samples.size()];
    // Larger ones wait for their turn, as in the run.
    if (sum + need <= budget) sum += need;
  }
  return sum + (with_module ? kModuleBytes : 0);
}

// Images of all methods that no earlier run has written.
std::uint64_t missing_outputs(const PreparedRun& run) {
  std::uint64_t missing = run.plan.outputs() * run.folders.size();
  if (run.config.mode != OutputMode::kResume) return missing;
  for (const fs::path& folder : run.folders) {
    if (!fs::exists(folder)) continue;
    // By name, as the run itself asks: a damaged shard, which the run will remake, counts as there.
    for (std::uint64_t shard = 0; shard < run.plan.shards(); ++shard) {
      if (has_output_file(folder, shard_folder(shard))) missing -= run.plan.shard(shard).outputs;
    }
  }
  return missing;
}

}  // namespace

// Encoded inputs stand for outputs, since mixing needs partners and maps.
DiskEstimate estimate_disk(const PreparedRun& run) {
  DiskEstimate estimate;
  const std::uint64_t outputs = run.plan.outputs() * run.folders.size();
  // The manifest is written anew in any case.
  estimate.output_bytes =
      missing_outputs(run) * (encoded_bytes(run) + kLineBytes) + outputs * kLineBytes;
  fs::path place = fs::absolute(run.config.output);
  // The output need not be there yet: its file system is that of the nearest folder above it.
  while (!fs::exists(place) && place.has_relative_path()) place = place.parent_path();
  std::error_code error;
  const fs::space_info space = fs::space(place, error);
  // One that gives 0 for its whole size knows no figures.
  if (!error && space.capacity > 0) estimate.free_bytes = space.available;
  return estimate;
}

std::uint64_t estimate_memory(const PreparedRun& run) {
  // The engine is made as for the run, because only it knows how large its maps are.
  const MethodSet methods(run.config.methods, run.size);
  const auto engine = make_engine(run.device, methods, serial_for);
  const std::uint64_t samples = run.plan.samples();
  const std::uint64_t working = run_bytes(run.size, run.plan.config().batch_size,
                                          run.config.threads, samples, methods, *engine) +
                                decoding_bytes(run);
  // The two are not in memory at the same time: mini-batches have gone when pairs are counted.
  return std::max(working, finish_bytes(samples, run.plan.outputs()));
}

}  // namespace guidedmixup
