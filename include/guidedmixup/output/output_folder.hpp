/// The output folder of one method: created, locked, resumed or replaced, and filled shard by
/// shard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/records.hpp>

namespace guidedmixup {

enum class OutputMode {
  kFresh,      ///< the folder must be absent or empty
  kResume,     ///< finish what plan.json describes; a fresh start when there is nothing
  kOverwrite,  ///< replace an output of this program, and nothing else
};

/// A file descriptor that closes itself.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  /// Hands the descriptor over to the caller, who closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// The links that lead to an output folder. Below it none is ever followed.
enum class FolderLinks {
  kFollow,  ///< of the path that the user typed, which may lead anywhere
  kRefuse,  ///< the last component of the path may not be one: a method's folder
};

/// Gets a sentence about what the storage lacks, the same one perhaps several times. May be empty.
using OutputNote = std::function<void(const std::string&)>;

/// Looks at a folder without changing anything. Throws UsageError when `mode` does not allow to
/// write there: not empty, not ours, another plan (naming the first difference), foreign files
/// among ours, a link, pipe or device under a name of ours; RunError when it cannot be read.
void check_output_folder(const std::filesystem::path& folder, const RunDescription& run,
                         OutputMode mode, FolderLinks links = FolderLinks::kFollow);

/// What the plan says of a shard.
struct ShardPlan {
  std::string folder;              ///< relative to the output: "images/00003"
  std::uint64_t first_number = 0;  ///< of its outputs
  std::uint64_t outputs = 0;       ///< when none is rejected
  std::uint32_t passes = 1;        ///< outputs of each sample
};

/// A line of a shard's rejects.jsonl.
struct ShardReject {
  RejectedSample sample;
  std::string line;
};

/// What a published shard holds.
struct ShardContent {
  std::uint64_t mixed = 0;
  std::uint64_t clean = 0;
  std::uint64_t original = 0;
  std::vector<std::uint64_t> pairs;  ///< see pair_of_line
  std::vector<ShardReject> rejects;
  /// Numbers without an output: `passes` for each reject.
  std::vector<std::uint64_t> missing;
  /// The first of what is not as the plan says or as it was written; "" when the shard is sound:
  /// outputs and rejects account for all of its places, and its files are those of its outputs.
  std::string damage;
};

struct OpenOutput;

/// An output folder that this process alone may write to, until the object goes.
class OutputFolder {
 public:
  /// Creates the folder and plan.json, or takes over what is there, by `mode`; removes left-overs
  /// of a killed run. Throws RunError when another process holds it, or when the storage cannot
  /// rename folders; UsageError like check_output_folder. Where the storage has no locks it goes on
  /// after a note.
  OutputFolder(std::filesystem::path path, const RunDescription& run, OutputMode mode,
               OutputNote note = {}, FolderLinks links = FolderLinks::kFollow);

  [[nodiscard]] const std::filesystem::path& path() const;
  /// Is the shard of that relative folder ("images/00003") published?
  [[nodiscard]] bool has_shard(const std::string& shard_folder) const;
  /// Looks at a published shard, at its lines and its folder's entries but into no image. Memory
  /// holds the shard's file names. Throws RunError when the system cannot read it.
  [[nodiscard]] ShardContent read_shard(const ShardPlan& plan) const;
  /// Removes a published shard; first of all the manifest, which names its samples.
  void discard_shard(const std::string& shard_folder) const;

  /// For this stage.
  [[nodiscard]] const OpenOutput& open() const { return *open_; }

 private:
  std::shared_ptr<const OpenOutput> open_;
};

/// A shard that is being written: a folder under a temporary name, removed again unless published.
/// `write` may be called from several threads at once; the rest from one.
class PartialShard {
 public:
  /// `shard_folder` is the shard's own, relative to the output: "images/00003".
  PartialShard(const OutputFolder& output, const std::string& shard_folder);
  ~PartialShard();
  PartialShard(const PartialShard&) = delete;
  PartialShard& operator=(const PartialShard&) = delete;

  /// Writes one new file. Throws RunError that names it (a full disk, most often).
  void write(const std::string& name, std::span<const std::uint8_t> bytes) const;

  /// Writes the lines, syncs the shard's file system once, and makes the shard appear under its
  /// final name. After that it is complete and stays.
  void publish(const std::vector<std::string>& sample_lines,
               const std::vector<std::string>& reject_lines);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guidedmixup
