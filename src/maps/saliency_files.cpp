// Writes saliency maps as files: each image goes from its file to its map's file in one piece of
// work, without a plan, so an interrupted command leaves whole maps and cannot be resumed.
#include <algorithm>
#include <cmath>
#include <utility>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/listing.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/engine/worker_threads.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/image_io/source_folder.hpp>
#include <guidedmixup/maps/saliency_files.hpp>
#include <guidedmixup/method/method.hpp>
#include <guidedmixup/output/output_place.hpp>
#include <guidedmixup/output/user_file.hpp>
#include <guidedmixup/preview/map_pictures.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// How many images are handed to the threads between two reports of progress.
constexpr std::size_t kRun = 256;

ByteBuffer encode_map(const SaliencyMap& map, MapFormat format) {
  const std::vector<float> values = map.full_values();
  const Size size = map.geometry().full;
  ByteBuffer bytes;
  if (format == MapFormat::kNpy) {
    encode_npy(values, size, bytes);
    return bytes;
  }
  // Never 0: a map sums to 1.
  const float largest = *std::max_element(values.begin(), values.end());
  if (format == MapFormat::kPng16) {
    std::vector<std::uint16_t> levels(values.size());
    std::transform(values.begin(), values.end(), levels.begin(), [&](float value) {
      // Scaled to the full range, since a map's values shrink with its size: 16 bits would show a
      // large map as black. Its sum is lost; .npy keeps it.
      return static_cast<std::uint16_t>(std::lround(65535.0F * (value / largest)));
    });
    encode_png16(levels, size, bytes);
    return bytes;
  }
  encode_image(heat_map(values, size).view(), {ImageFormat::kPng, 0}, bytes);
  return bytes;
}

// What all images share. Constant, so that all threads may use one.
class MapWriter {
 public:
  explicit MapWriter(const SaliencyRequest& request)
      : request_(request), saliency_(parse_saliency(request.saliency)) {}

  // Nothing, or why the sample has no map.
  [[nodiscard]] std::optional<std::string> write(const SourceFolder& folder,
                                                 const Sample& sample) const {
    auto image = folder.load(sample.path, request_.load);
    if (!image.ok()) return printable(sample.path) + ": " + image.error().message;
    const BatchSample loaded{.image = share(std::move(image).value()), .label = sample.label};
    // Made for each image: without --size every image may have another size, and a detector has
    // one.
    const auto detector = saliency_.info->make(saliency_.values, loaded.image->size());
    const auto worker = detector->make_worker();
    // Whole in memory before it is written, so that no file is ever half a map.
    const auto bytes = encode_map(detect_one(*worker, loaded), request_.format);
    const char* extension = request_.format == MapFormat::kNpy ? ".npy" : ".png";
    const std::string file = sample.path + extension;
    // The name of the image stays in that of its map, or cat.jpg and cat.png would share one.
    if (!write_file_below(request_.output, file,
                          {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
      return printable(sample.path) + ": the name of its map, with " + extension +
             " at the end, is too long for the output's file system";
    }
    return std::nullopt;
  }

 private:
  const SaliencyRequest& request_;
  Part<SaliencyInfo> saliency_;
};

// Into an empty folder only: maps of another set or with other parameters would pass for these.
void refuse_full_output(const fs::path& output) {
  std::error_code error;
  const fs::file_type type = fs::status(output, error).type();
  if (type == fs::file_type::not_found) return;
  if (type == fs::file_type::none) {
    throw system_error("cannot look at", output.string(), error.value());
  }
  // is_empty throws nothing here but sets `error`, and then returns false.
  if (type != fs::file_type::directory || !fs::is_empty(output, error)) {
    if (error) throw system_error("cannot read the folder", output.string(), error.value());
    throw UsageError("the output '" + printable(output.string()) +
                     "' must be an empty or absent folder");
  }
}

void make_output(const fs::path& output) {
  std::error_code error;
  fs::create_directories(output, error);
  if (error) throw system_error("cannot create the folder", output.string(), error.value());
}

}  // namespace

SaliencyResult write_saliency_files(const SaliencyRequest& request, Reporter& reporter,
                                    const StopFlag& stop) {
  // First, because it checks what was typed. The output folder is made last, when all else has been
  // checked.
  const MapWriter writer(request);
  refuse_inside("the output", request.output, "the input", request.inputs);
  refuse_full_output(request.output);
  const Listing listing = list_images(request.inputs);
  for (const std::string& note : listing.notes) reporter.note(note);
  if (listing.samples.empty()) throw UsageError("no image found in the input");
  const SourceFolder folder(listing.root);
  SaliencyResult result;
  for (const ListingReject& reject : listing.rejects) {
    result.rejects.push_back(printable(reject.path) + ": " + reject.error.message);
  }
  WorkerThreads threads(request.threads, reporter);
  set_decode_memory(request.decode_memory);
  const ParallelFor parallel = tbb_parallel_for();
  make_output(request.output);
  reporter.start(listing.samples.size(), 0);
  for (std::size_t first = 0; first < listing.samples.size(); first += kRun) {
    const std::size_t count = std::min(kRun, listing.samples.size() - first);
    std::vector<std::optional<std::string>> rejects(count);
    threads.run([&] {
      parallel(static_cast<int>(count), [&](int i) {
        // Between images: each map is complete or absent.
        throw_if_stopped(stop, "stopped; maps written so far are kept");
        // One place for each image, so that threads need no lock and rejects keep the order of the
        // listing.
        rejects[i] = writer.write(folder, listing.samples[first + i]);
      });
    });
    for (auto& reject : rejects) {
      if (reject) {
        result.rejects.push_back(std::move(*reject));
      } else {
        ++result.written;
      }
    }
    reporter.advance(count);
  }
  return result;
}

}  // namespace guidedmixup
