// A few samples out of a manifest that may be large: found by their place in the file.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_file.hpp>

#include "folder.hpp"
#include "manifest_text.hpp"
#include "output_files.hpp"
#include "sample_json.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// A shorter manifest is read whole, which gives exactly even distances.
constexpr std::uint64_t kShortManifest = std::uint64_t{1} << 20U;
// One read from the middle of a file gives about 200 lines, which hold a mixed sample almost
// always.
constexpr std::size_t kBlockBytes = std::size_t{1} << 16U;
// Far above any line of ours (paths end at 4 KiB). A manifest that is written in one line is not
// searched: it is read whole instead.
constexpr std::size_t kLongestLine = std::size_t{1} << 20U;

// Lines of an open file from any byte on. By pread, so that the position belongs to this object and
// not to the descriptor.
class LinesFrom {
 public:
  LinesFrom(int fd, std::uint64_t begin) : fd_(fd), at_(begin) {}

  // Without the newline; false at the end, or when the line is longer than any of ours.
  bool next(std::string& line) {
    line.clear();
    for (;;) {
      const std::string_view rest = std::string_view(block_).substr(used_);
      const std::size_t end = rest.find('\n');
      const std::string_view part = rest.substr(0, end);
      if (line.size() + part.size() > kLongestLine) return false;
      line += part;
      used_ += part.size();
      at_ += part.size();
      if (end != std::string_view::npos) {
        ++used_;
        ++at_;
        return true;
      }
      if (!fill()) return false;
    }
  }
  [[nodiscard]] std::uint64_t offset() const { return at_; }

 private:
  // A failed read ends the lines like the end of the file: the manifest is then read whole, and
  // that reader reports it.
  bool fill() {
    block_.resize(kBlockBytes);
    used_ = 0;
    const ssize_t count = repeat_interrupted(
        [&] { return pread(fd_, block_.data(), block_.size(), static_cast<off_t>(at_)); });
    block_.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return count > 0;
  }

  int fd_;
  std::uint64_t at_;  // of the next byte
  std::string block_;
  std::size_t used_ = 0;
};

// The sample on a line of its own; nothing for any other line.
std::optional<SampleRecord> sample_on(std::string_view line) {
  if (line.ends_with(',')) line.remove_suffix(1);
  // None for lines of the header and the end of the document, and for any other layout.
  if (!line.starts_with(R"({"file_name": ")") || !line.ends_with('}')) return std::nullopt;
  try {
    return sample_from_json(parse_json(line));
  } catch (const JsonError&) {
    return std::nullopt;  // whoever reads the whole will say why
  }
}

// How many of which. `candidates` are those to choose from.
struct Wanted {
  bool mixed_only;
  std::uint64_t candidates;
  std::uint64_t count;
};

Wanted wanted_of(const OutputCounts& counts, int count) {
  // A sheet should show mixtures; only an output without any shows its copies.
  const bool mixed_only = counts.kinds.mixed > 0;
  const std::uint64_t candidates = mixed_only ? counts.kinds.mixed : counts.samples;
  return {mixed_only, candidates, std::min(static_cast<std::uint64_t>(count), candidates)};
}

// One from each of equal stretches of the file, from the middle on. Nothing when the layout is not
// ours, or a stretch has none. Lines have nearly equal lengths, so equal distances in bytes are
// equal distances in samples as nearly as a look needs.
std::optional<std::vector<SampleRecord>> pick_by_place(const fs::path& output,
                                                       const ManifestHeader& header,
                                                       const Wanted& wanted) {
  const FileDescriptor file = Folder(output).file(std::string(kManifestFile), O_RDONLY);
  const off_t end = lseek(file.get(), 0, SEEK_END);
  if (end < 0 || static_cast<std::uint64_t>(end) < header.samples_at + kShortManifest) {
    return std::nullopt;
  }
  // A double is exact to a byte up to 2^53 bytes, and a look needs no exactness.
  const double stretch = static_cast<double>(static_cast<std::uint64_t>(end) - header.samples_at) /
                         static_cast<double>(wanted.count);
  const auto byte_of = [&](double place) {
    return header.samples_at + static_cast<std::uint64_t>(place * stretch);
  };
  std::vector<SampleRecord> picked;
  std::string line;
  for (std::uint64_t k = 0; k < wanted.count; ++k) {
    // From the middle, so that neither the first nor the last sample is always shown, and the
    // stretch has room to go on.
    LinesFrom lines(file.get(), byte_of(static_cast<double>(k) + 0.5));
    if (!lines.next(line)) return std::nullopt;  // the rest of one
    const std::uint64_t stop = byte_of(static_cast<double>(k + 1));
    while (picked.size() == k && lines.offset() < stop) {
      if (!lines.next(line)) return std::nullopt;
      auto sample = sample_on(line);
      if (!sample) return std::nullopt;
      if (wanted.mixed_only && sample->kind != SampleKind::kMixed) continue;
      picked.push_back(std::move(*sample));
    }
    if (picked.size() == k) return std::nullopt;
  }
  return picked;
}

// From the middle of each stretch of the candidates, found while the manifest passes by.
std::vector<SampleRecord> pick_by_number(const fs::path& output, const Wanted& wanted,
                                         const std::function<void(const std::string&)>& problem) {
  std::vector<SampleRecord> picked;
  std::uint64_t seen = 0;
  ManifestVisitor visitor;
  visitor.header = [](const ManifestHeader&) {};
  visitor.sample = [&](const SampleRecord& record, const std::string&) {
    if (wanted.mixed_only && record.kind != SampleKind::kMixed) return;
    const std::uint64_t position = seen++;
    const std::uint64_t next = picked.size();
    if (next < wanted.count &&
        // The middle of stretch k of n is (k + 1/2) / n of the candidates.
        position == (2 * next + 1) * wanted.candidates / (2 * wanted.count)) {
      picked.push_back(record);
    }
  };
  visitor.problem = problem;
  read_manifest(output, visitor);
  return picked;
}

// The paths in a sample's list of sources, without reading the rest of it.
void list_sources(std::string_view text, const std::function<void(const std::string&)>& use) {
  // Inside a text, quotes are escaped: so this is the key.
  static constexpr std::string_view kKey = "\"sources\"";
  const std::size_t key = text.find(kKey);
  if (key == std::string_view::npos) return;
  text.remove_prefix(std::min(text.find('[', key + kKey.size()), text.size()));
  JsonScan scan;
  std::size_t end = 0;
  do {
    if (end == text.size() || !scan.take(text[end++])) return;
  } while (scan.depth() > 0 || scan.in_string());
  for (const OrderedJson& source : try_parse_json(text.substr(0, end))) {
    if (source.is_string()) use(source.get<std::string>());
  }
}

}  // namespace

SamplePick pick_samples(const fs::path& output, int count) {
  SamplePick pick;
  const auto problem = [&](const std::string& text) {
    throw RunError("'" + printable((output / kManifestFile).string()) +
                   "' is damaged: " + printable(text) + " (guidedmixup verify shows details)");
  };
  ManifestVisitor visitor;
  // Without a function for samples the reading ends at the first of them: only the header is needed
  // to know where they begin.
  visitor.header = [&](const ManifestHeader& header) { pick.header = header; };
  visitor.problem = problem;
  read_manifest(output, visitor);
  const Wanted wanted = wanted_of(pick.header.counts, count);
  if (wanted.count == 0) return pick;
  if (auto picked = pick_by_place(output, pick.header, wanted)) {
    pick.samples = std::move(*picked);
  } else {
    pick.samples = pick_by_number(output, wanted, problem);
  }
  return pick;
}

std::vector<SampleRecord> records_beside(const fs::path& output, const SampleRecord& sample,
                                         const std::function<bool(const SampleRecord&)>& together) {
  const std::string shard = fs::path(sample.file_name).parent_path().string();
  const std::string name = shard + "/" + std::string(kMetadataFile);
  std::vector<SampleRecord> records;
  try {
    OutputFile lines(output, name);
    for (std::string line; next_line(lines, line);) {
      SampleRecord record = sample_from_json(parse_json(with_folder(line, shard)));
      if (together(record)) {
        records.push_back(std::move(record));
        // The samples of one mini-batch and round stand together, so what follows need not be read.
      } else if (!records.empty()) {
        break;
      }
    }
  } catch (const JsonError& error) {
    throw RunError("'" + printable((output / name).string()) + "': a line " + error.what() +
                   " (guidedmixup verify tells more)");
  }
  return records;
}

void for_each_source(const fs::path& output, const std::function<void(const std::string&)>& use) {
  OutputFile file(output, std::string(kManifestFile));
  const ManifestPieces pieces{[](const std::string&, const std::string&) {}, [] { return true; },
                              [&](const std::string& text) { list_sources(text, use); }, nullptr};
  try {
    ManifestText(file, pieces).cut();
  } catch (const JsonError& error) {
    throw RunError("'" + printable((output / kManifestFile).string()) + "' " + error.what());
  }
}

}  // namespace guidedmixup
