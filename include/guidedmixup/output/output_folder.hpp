/// The output folder of one method: created, locked, resumed or replaced, and filled shard by
/// shard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/shards.hpp>

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

struct OpenOutput;

/// An output folder that this process alone may write to, until the object goes.
class OutputFolder final : public ShardSink {
 public:
  /// Creates the folder and plan.json, or takes over what is there, by `mode`; removes left-overs
  /// of a killed run. Throws RunError when another process holds it, or when the storage cannot
  /// rename folders; UsageError like check_output_folder. Where the storage has no locks it goes on
  /// after a note.
  OutputFolder(std::filesystem::path path, const RunDescription& run, OutputMode mode,
               OutputNote note = {}, FolderLinks links = FolderLinks::kFollow);

  ~OutputFolder() override;
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] bool has_shard(std::uint64_t number) const override;
  [[nodiscard]] std::unique_ptr<ShardWriter> open_shard(const ShardPlan& plan) override;
  /// Looks at a published shard, at its lines and the names of its outputs but into no image.
  /// Memory holds those names. Throws RunError when the system cannot read it.
  [[nodiscard]] ShardContent read_shard(const ShardPlan& plan) const;
  /// Removes a published shard; first of all the manifest, which names its samples.
  void discard_shard(std::uint64_t number) const;

  /// For this stage.
  [[nodiscard]] const OpenOutput& open() const { return *open_; }

 private:
  std::unique_ptr<const OpenOutput> open_;
};

}  // namespace guidedmixup
