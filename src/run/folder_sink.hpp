/// The output folders of a run: what earlier runs have left there, where new shards go, and how
/// they become manifests.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/run/augment.hpp>
#include <guidedmixup/run/pipeline.hpp>

namespace guidedmixup {

class FolderSink final : public ShardSink {
 public:
  /// Opens the folder of each method. With --resume, shards that are damaged, or that lack a sample
  /// which can be read now and could not before, are removed, to be made anew; `reporter` hears of
  /// them. Both arguments outlive the sink.
  FolderSink(const PreparedRun& run, Reporter& reporter);

  [[nodiscard]] bool has_shard(std::size_t method, std::uint64_t shard) const override;
  [[nodiscard]] std::unique_ptr<ShardWriter> open_shard(std::size_t method,
                                                        std::uint64_t shard) override;

  /// Once all shards are published: checks that each planned place is there, and writes the
  /// manifests. Throws RunError that names the shard where one is not.
  [[nodiscard]] AugmentResult finish(const StopFlag& stop) const;

 private:
  void say_once(const std::string& text);
  void discard_unusable_shards(std::size_t method);
  [[nodiscard]] bool can_be_retried(const std::vector<ShardReject>& rejects) const;
  [[nodiscard]] OutputCounts finish_method(std::size_t method, const StopFlag& stop) const;

  const PreparedRun& run_;
  Reporter& reporter_;
  std::set<std::string> said_;  // of all folders: they lie on one storage
  std::vector<OutputFolder> folders_;
};

}  // namespace guidedmixup
