/// The lines of the output: one for each sample, one for each reject.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/core/checksum.hpp>
#include <guidedmixup/core/draw.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup {

enum class SampleKind { kMixed, kClean, kOriginal };

/// How many samples there are of each kind.
struct KindCounts {
  std::uint64_t mixed = 0;
  std::uint64_t clean = 0;
  std::uint64_t original = 0;

  void add(SampleKind kind);
  void add(const KindCounts& others);
  [[nodiscard]] std::uint64_t total() const { return mixed + clean + original; }
};
[[nodiscard]] std::string_view to_string(SampleKind kind);

/// One output. `label_indices`, `label_weights` and `sources` are parallel.
struct SampleRecord {
  std::string file_name;  ///< relative to the folder of the file that holds the line
  SampleKind kind = SampleKind::kMixed;
  int label = 0;  ///< the heaviest class; filled when a record is read, ignored when one is written
  std::vector<int> label_indices;
  std::vector<float> label_weights;
  std::vector<std::string> sources;  ///< relative to input.root
  std::string method;
  std::uint32_t round = 0;
  std::uint32_t batch = 0;
  std::uint32_t slot = 0;
  std::optional<float> pair_distance;  ///< absent for methods without saliency
  std::vector<Draw> draws;             ///< empty for methods without draws
  std::uint64_t xxh3 = 0;              ///< XXH3, 64 bit, of the file
};

/// The class with the largest weight once sources of one class are added up; ties go to the lower
/// index. At least one source.
[[nodiscard]] int heaviest_class(std::span<const int> indices, std::span<const float> weights);

/// The record as one line of JSON without the newline. Paths must be valid UTF-8.
[[nodiscard]] std::string sample_line(const SampleRecord& record);

/// A line of metadata.jsonl as it stands in manifest.json: `file_name` prefixed with the shard's
/// folder. Throws RunError when the line is not one of ours.
[[nodiscard]] std::string with_folder(std::string_view line, std::string_view folder);

/// The file name of a line of metadata.jsonl, read without parsing the whole; nothing when it is
/// not a whole line of ours.
[[nodiscard]] std::optional<std::string_view> file_name_of_line(std::string_view line);

/// The kind of a sample line, read without parsing the whole.
[[nodiscard]] SampleKind kind_of_line(std::string_view line);

/// Stands for the unordered pair of two sources: equal for equal pairs, and for no others as far as
/// 64 bits can tell.
[[nodiscard]] std::uint64_t pair_hash(std::string_view source, std::string_view other);

/// The pair of a line of ours that has two sources, read without parsing the whole; nothing for
/// other lines. Hashes the paths as they are escaped: to be compared with those of other lines
/// only.
[[nodiscard]] std::optional<std::uint64_t> pair_of_line(std::string_view line);

/// How many of these pairs stand among those before them.
[[nodiscard]] std::uint64_t count_repeats(std::vector<std::uint64_t> pairs);

/// One sample that could not be used. A path that is not UTF-8 is written with replacement
/// characters and, exactly, in base64. `retry` is written when it is true.
[[nodiscard]] std::string reject_line(const std::string& path, const SampleError& error);

/// What is read again of a reject line.
struct RejectedSample {
  std::string path;         ///< relative to the sources' root
  bool of_listing = false;  ///< never planned: it has no label, say
  bool retry = false;       ///< see SampleError
};
/// Throws RunError that says what is wrong with the line, without a file's name.
[[nodiscard]] RejectedSample read_reject(std::string_view line);

/// The next line of metadata.jsonl or rejects.jsonl without its newline; false at the end. Throws
/// RunError when it is longer than any of ours.
[[nodiscard]] bool next_line(std::istream& lines, std::string& line);

}  // namespace guidedmixup
