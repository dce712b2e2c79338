/// Does a manifest hold what its plan says? The plan is a pure function of what the header records,
/// so it is made again: each place in it is a sample or a reject, once, and as planned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/dataset/listing.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

/// Samples come in manifest order. Memory: 12 bytes for each entry of the listing, one mini-batch,
/// and the rejects; with `keep_paths` the listing's paths, too.
class PlanCheck {
 public:
  /// `problem` gets each difference as a sentence; `pause` is called now and then, and may throw.
  PlanCheck(std::filesystem::path folder, RunDescription run, bool keep_paths,
            std::function<void(const std::string&)> problem, std::function<void()> pause);

  void add(const SampleRecord& record);

  /// After the last sample. Returns the number of lines of rejects.jsonl.
  std::uint64_t finish();

  /// Compares the listing that the samples show with the recorded digest, when each of its entries
  /// was seen. Needs `keep_paths`; after finish(). `root`: where the sources are.
  void check_digest(const std::filesystem::path& root);

 private:
  struct PlacedSample {
    std::string file_name;
    SampleKind kind;
    std::vector<std::string> sources;
  };
  struct Rejected {
    std::uint64_t line;  // checksum of the first shard's line
    bool retry;          // may have been read elsewhere
  };
  using Places = std::pair<std::uint64_t, std::uint64_t>;  // from, up to

  [[nodiscard]] std::uint64_t bytes_there(const std::string& name) const;
  void make_plan();
  [[nodiscard]] const PlannedBatch& planned(std::uint32_t shuffle, std::uint32_t batch);
  [[nodiscard]] bool is_in_plan(const SampleRecord& record) const;
  void check_position(const SampleRecord& record, std::uint32_t position);
  void skip_to(std::uint64_t place);
  void close_pass();
  [[nodiscard]] bool has_shard(const std::string& name) const;
  void keep_reject(const std::string& shard, const RejectedSample& reject, std::uint64_t line);
  void close_shard();
  [[nodiscard]] std::vector<std::uint32_t> rejected_here();
  std::uint64_t for_each_reject(
      const std::string& name,
      const std::function<void(const RejectedSample&, const std::string& line)>& use) const;
  void check_rejected_positions();
  [[nodiscard]] std::uint64_t check_top_rejects();

  std::filesystem::path folder_;
  RunDescription run_;
  bool keep_paths_;
  std::function<void(const std::string&)> problem_;
  std::function<void()> pause_;
  std::optional<Plan> plan_;  // none: cannot be followed, which was said
  std::uint64_t next_ = 0;    // the place after the last sample
  std::uint64_t shard_ = 0;   // the shard of next_
  std::uint64_t missing_shards_ = 0;
  std::vector<Places> missing_;  // of this shard
  std::optional<PlannedBatch> planned_;
  std::uint32_t planned_shuffle_ = 0;
  std::vector<PlacedSample> placed_;  // of one pass of a mini-batch
  std::uint32_t round_ = 0;           // and its round
  std::uint32_t batch_ = 0;
  std::vector<std::uint64_t> path_hashes_;  // of each entry of the listing; 0: not seen
  Listing listing_;                         // as far as seen
  std::set<std::uint32_t> rejected_positions_;
  std::map<std::string, Rejected> rejected_paths_;  // by shards
};

}  // namespace guidedmixup
