/// The output folder of one method: created, locked, resumed or replaced, and filled shard by
/// shard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <guidedmixup/output/description.hpp>

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

/// Looks at a folder without changing anything. Throws UsageError when `mode` does not allow to
/// write there: not empty, not ours, another plan (naming the first difference), foreign files
/// among ours; RunError when it cannot be read.
void check_output_folder(const std::filesystem::path& folder, const RunDescription& run,
                         OutputMode mode);

/// A shard that is being written: a folder under a temporary name, removed again unless published.
/// `write` may be called from several threads at once; the rest from one.
class PartialShard {
 public:
  /// `final_folder` is the shard's own, for example OUT/images/00003.
  explicit PartialShard(std::filesystem::path final_folder);
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
  std::filesystem::path partial_;
  std::filesystem::path final_;
  FileDescriptor folder_;
  bool published_ = false;
};

/// An output folder that this process alone may write to, until the object goes.
class OutputFolder {
 public:
  /// Creates the folder and plan.json, or takes over what is there, by `mode`; removes left-overs
  /// of a killed run. Throws RunError when another process holds it.
  OutputFolder(std::filesystem::path folder, const RunDescription& run, OutputMode mode);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  /// Is the shard of that relative folder ("images/00003") published?
  [[nodiscard]] bool has_shard(const std::string& shard_folder) const;

 private:
  std::filesystem::path folder_;
  FileDescriptor lock_;
};

/// Is the shard of that relative folder ("images/00003") published in `folder`? Needs no lock.
[[nodiscard]] bool has_shard(const std::filesystem::path& folder, const std::string& shard_folder);

/// Replaces a file of an output in one step: written as FILE.partial, synced, renamed.
void replace_file(const std::filesystem::path& file, std::string_view content);

}  // namespace guidedmixup
