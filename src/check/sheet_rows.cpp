// The rows of a contact sheet, worked out again from the sources with the parts that the manifest
// names.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <guidedmixup/check/sheet_rows.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/mixing/recipe.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/output/output_place.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "recorded_batch.hpp"
#include "recorded_run.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// A picture among the sources would be one of them in the next run. Where the root holds the output
// as well, it is only the folder that several inputs have in common: what it holds with sources
// below counts.
void refuse_among_sources(const fs::path& picture, const fs::path& output, const fs::path& root) {
  std::set<std::string> folders;
  if (lies_inside(output, root)) {
    for_each_source(output, [&](const std::string& source) {
      const std::size_t slash = source.find('/');
      if (slash == std::string::npos && source != picture.filename()) return;
      folders.insert((root / source.substr(0, slash)).lexically_normal().string());
    });
  } else {
    folders.insert(root.lexically_normal().string());
  }
  refuse_inside("the contact sheet", picture, "the input", {folders.begin(), folders.end()});
}

fs::path root_of(const fs::path& folder, const ManifestHeader& header,
                 const SheetRequest& request) {
  return request.input_root ? fs::path(*request.input_root) : folder / header.root;
}

// The picture's path is checked first: the manifest's header tells the root, and drawing takes
// seconds.
SamplePick pick_records(const fs::path& folder, const SheetRequest& request) {
  SamplePick pick = pick_samples(folder, request.rows);
  if (request.picture) {
    refuse_among_sources(*request.picture, folder, root_of(folder, pick.header, request));
  }
  if (pick.samples.empty()) {
    throw RunError("'" + printable((folder / kManifestFile).string()) + "' has no sample to show");
  }
  return pick;
}

// Every parameter, not only those that differ from a default: a sheet outlives the version that
// made it.
std::string part_words(std::string_view kind, const PartDescription& part) {
  std::string words = std::string(kind) + " " + part.name;
  std::string parameters;
  for (const auto& [name, value] : part.parameters) {
    parameters += (parameters.empty() ? "" : ", ") + name + " " + to_text(value);
  }
  return parameters.empty() ? words : words + " (" + parameters + ")";
}

// As recorded; what is a part and what stands for none, the method knows.
std::string method_words(const MethodDescription& recorded, const Method& method) {
  std::string words;
  const auto add = [&](std::string_view kind, bool is_there, const PartDescription& part) {
    if (!is_there) return;
    words += (words.empty() ? "" : "  \u00B7  ") + part_words(kind, part);
  };
  add("saliency", method.saliency.is_there(), recorded.saliency);
  add("pairing", method.pairing.is_there(), recorded.pairing);
  add("mixing", method.mixing.is_there(), recorded.mixing);
  return words.empty() ? "images as they are" : words;
}

// Reads the rows of one method's output. The pictures are what a user can look at (the output's
// file) or what the run saw (the sources as it loaded them), never copies at another quality.
class SectionReader {
 public:
  SectionReader(fs::path folder, SamplePick picked, const SheetRequest& request)
      : folder_(std::move(folder)),
        picked_(std::move(picked)),
        run_(picked_.header.run),
        recorded_(run_, root_of(folder_, picked_.header, request).string(), request.parallel) {}

  [[nodiscard]] SheetSection read() {
    SheetSection section{
        section_title(), method_words(run_.method, recorded_.methods.method(0)), {}};
    for (const SampleRecord& record : picked_.samples) section.rows.push_back(row_of(record));
    return section;
  }
  [[nodiscard]] fs::path root() const { return recorded_.sources.root(); }

 private:
  // Two variants of one method differ only in the folder's name, which is what the user typed.
  [[nodiscard]] std::string section_title() const {
    const std::string typed = folder_.filename().string();
    const bool variant = typed.starts_with(run_.method.name + "_");
    return variant ? run_.method.name + "  \u00B7  " + typed : run_.method.name;
  }

  SheetRow row_of(const SampleRecord& record) {
    check_record(record);
    SheetRow row;
    row.mixed_name = record.file_name;
    row.mixed = load_output(record.file_name);  // first: it proves the size for the sources
    row.source_name = record.sources[0];
    row.labels = labels_of(record);
    row.source_weight = static_cast<double>(record.label_weights[0]);
    if (record.sources.size() > 1) {
      row.partner_name = record.sources[1];
      row.partner_weight = static_cast<double>(record.label_weights[1]);
    }
    if (record.kind == SampleKind::kMixed) {
      add_mixture(record, row);
    } else {
      row.source = load_source(record.sources[0]);
    }
    return row;
  }

  // Only what the sheet relies on; `verify` checks all of it.
  void check_record(const SampleRecord& record) const {
    const std::size_t count = record.sources.size();
    bool good =
        count >= 1 && record.label_indices.size() == count && record.label_weights.size() == count;
    for (const int label : record.label_indices) {
      good = good && label >= 0 && static_cast<std::size_t>(label) < run_.classes.size();
    }
    if (!good) {
      throw RunError("the manifest's record of '" + printable(record.file_name) +
                     "' does not fit its sources and classes (guidedmixup verify shows details)");
    }
  }

  // Makes the whole mini-batch again: what a mixing decides for one output may depend on all.
  void add_mixture(const SampleRecord& record, SheetRow& row) {
    // From the shard's metadata.jsonl, which is short, instead of the whole manifest.
    const auto records = records_beside(folder_, record, [&](const SampleRecord& other) {
      return recorded_.are_together(record, other);
    });
    // Never set: a sheet has a few mini-batches, and a signal ends the command at once.
    const StopFlag stop{0};
    RecordedBatch batch(
        recorded_, records, stop, [](const SampleRecord& of, const std::string& text) {
          throw RunError("cannot show the mini-batch of '" + printable(of.file_name) + "': " +
                         printable(text) + "; give the folder of the sources with --input DIR");
        });
    // The shard's lines may differ from the manifest; then nobody knows which is right.
    const auto [pass, k] = place_of(record, batch);
    // The callback throws on any problem, so false would be our mistake.
    const bool loaded = batch.load();
    GUIDEDMIXUP_CHECK(loaded, ==, true);
    const auto partners = batch.recorded_partners(pass);
    // The image as the run saw it, not the file: its size and crop fit the mask.
    row.source = *batch.images()[k];
    const auto partner = partner_of(record, pass);
    if (partner) row.partner = *batch.images()[*partner];
    const auto outputs = batch.mix(pass, *partners);
    // A method without saliency has a mask, but no maps to show beside it.
    if (!recorded_.methods.saliencies().empty()) {
      row.source_map = batch.map(k).full_values();
      if (partner) row.partner_map = batch.map(*partner).full_values();
    }
    row.mask =
        own_share(outputs->recipe(static_cast<int>(k)), batch.recipe_images(), run_.image_size);
  }

  struct Place {
    RecordedPass pass;
    std::size_t image = 0;
  };
  [[nodiscard]] Place place_of(const SampleRecord& record, const RecordedBatch& batch) const {
    for (const RecordedPass pass : batch.passes()) {
      // Of the shard's lines, which may have been changed apart from the manifest.
      if (pass.front().round != record.round || !batch.has_samples(pass)) continue;
      for (std::size_t k = 0; k < pass.size(); ++k) {
        if (pass[k].slot == record.slot && pass[k].sources == record.sources) return {pass, k};
      }
    }
    throw RunError("the shard of '" + printable(record.file_name) +
                   "' does not have it as the manifest does (guidedmixup verify tells more)");
  }

  // The second source.
  [[nodiscard]] static std::optional<std::size_t> partner_of(const SampleRecord& record,
                                                             RecordedPass pass) {
    if (record.sources.size() < 2) return std::nullopt;
    for (std::size_t k = 0; k < pass.size(); ++k) {
      if (pass[k].sources[0] == record.sources[1]) return k;
    }
    return std::nullopt;
  }

  // Sources of one class are added up, as every reader of the manifest must.
  [[nodiscard]] std::vector<SheetLabel> labels_of(const SampleRecord& record) const {
    std::map<int, SheetLabel> by_class;
    for (std::size_t k = 0; k < record.label_indices.size(); ++k) {
      const LabelOrigin origin = k == 0   ? LabelOrigin::kSource
                                 : k == 1 ? LabelOrigin::kPartner
                                          : LabelOrigin::kOther;
      const int label = record.label_indices[k];
      const auto [place, is_new] = by_class.try_emplace(
          label, SheetLabel{run_.classes[static_cast<std::size_t>(label)], 0.0, origin});
      if (!is_new && origin == LabelOrigin::kPartner) place->second.origin = LabelOrigin::kBoth;
      place->second.weight += static_cast<double>(record.label_weights[k]);
    }
    std::vector<SheetLabel> labels;
    labels.reserve(by_class.size());
    for (auto& [label, entry] : by_class) labels.push_back(std::move(entry));
    // The map has sorted by class, so equal weights stay in the order of class indices.
    std::stable_sort(labels.begin(), labels.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
    return labels;
  }

  [[nodiscard]] Image load_source(const std::string& path) const {
    const fs::path file = root() / path;
    Result<Image> image = load_image(file.string(), recorded_.load);
    if (image.ok()) return std::move(image).value();
    throw RunError("cannot show the source '" + printable(path) + "': '" +
                   printable(file.lexically_normal().string()) + "': " + image.error().message +
                   "; give the folder of the sources with --input DIR");
  }

  [[nodiscard]] Image load_output(const std::string& file_name) const {
    const std::string name = "the output '" + printable((folder_ / file_name).string()) + "'";
    const char* const advice = " (guidedmixup verify shows details)";
    const auto bytes = output_bytes(folder_, file_name, run_);
    // By the header, before any pixels take memory.
    const auto info = bytes.ok() ? probe(bytes.value()) : bytes.error();
    if (info.ok() && info.value().size != run_.image_size) {
      throw RunError(name + " does not have the size given in the manifest" + advice);
    }
    // Decoded as the file is, in its own quality: the sheet shows what a training program gets.
    Result<Image> image = info.ok() ? decode(bytes.value(), {}) : info.error();
    if (!image.ok()) {
      throw RunError("cannot show " + name + ": " + printable(image.error().message) + advice);
    }
    return std::move(image).value();
  }

  fs::path folder_;
  SamplePick picked_;
  // A part of `picked_`, which stands before it.
  const RunDescription& run_;
  RecordedMethod recorded_;
};

// The name of the dataset's folder, with its parent's when it is only a part's name.
std::string dataset_name(const fs::path& root) {
  std::error_code error;
  fs::path folder = fs::weakly_canonical(root, error);
  if (error) folder = fs::absolute(root).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string name = folder.filename().string();
  const std::string parent = folder.parent_path().filename().string();
  // Names that say which part it is, and nothing about the data set.
  const auto parts = {"train", "val", "valid", "test", "images", "data"};
  const bool is_part = std::find(parts.begin(), parts.end(), name) != parts.end();
  return is_part && !parent.empty() ? parent + " / " + name : name;
}

// So that two sheets of one data set can be told apart.
std::string sheet_subtitle(const RunDescription& run) {
  return std::to_string(run.sample_count) + " samples in " + std::to_string(run.classes.size()) +
         (run.classes.size() == 1 ? " class" : " classes") + "  \u00B7  mini-batches of " +
         std::to_string(recorded_value<std::uint64_t>(run, "batch_size")) + "  \u00B7  " +
         std::to_string(run.image_size.width) + " \u00D7 " + std::to_string(run.image_size.height) +
         " pixels  \u00B7  seed " + std::to_string(recorded_value<std::uint64_t>(run, "seed"));
}

}  // namespace

ContactSheet read_contact_sheet(const fs::path& output, const SheetRequest& request) {
  GUIDEDMIXUP_CHECK(request.rows, >=, 1);
  ContactSheet sheet;
  for (const fs::path& folder : manifest_folders(output)) {
    SamplePick picked = pick_records(folder, request);
    // A copy: the reader takes `picked` over.
    const RunDescription run = picked.header.run;
    SectionReader reader(folder, std::move(picked), request);
    sheet.sections.push_back(reader.read());
    // Methods of one run share their sources, so the first one tells the title for all.
    if (sheet.title.empty()) {
      sheet.title = dataset_name(reader.root());
      sheet.subtitle = sheet_subtitle(run);
    }
  }
  return sheet;
}

}  // namespace guidedmixup
