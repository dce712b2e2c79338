/// The forms that a shard can have in images/. Today each is a folder.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>

#include "files.hpp"
#include "folder.hpp"
#include "output_files.hpp"

namespace guidedmixup {

/// A published shard. Reads no image. All functions throw RunError that names the path.
class ShardReader {
 public:
  ShardReader() = default;
  ShardReader(const ShardReader&) = delete;
  ShardReader& operator=(const ShardReader&) = delete;
  virtual ~ShardReader() = default;
  /// A file, when all is well; kNone when there are none.
  [[nodiscard]] virtual EntryKind lines_kind(ShardLines which) const = 0;
  [[nodiscard]] virtual LineReader lines(ShardLines which) const = 0;
  /// All that it holds beside its lines, in byte order of the names.
  [[nodiscard]] virtual std::vector<FolderEntry> outputs() const = 0;
};

/// A new shard, as a folder under a temporary name. `output` outlives it.
[[nodiscard]] std::unique_ptr<ShardWriter> new_folder_shard(const OutputFolder& output,
                                                            const ShardPlan& plan);

/// The shard of that number in images/, as it is found by its name. Null when there is none, or
/// something that is no folder.
[[nodiscard]] std::unique_ptr<ShardReader> find_folder_shard(const Folder& images,
                                                             std::uint64_t number);

}  // namespace guidedmixup
