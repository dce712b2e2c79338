/// Does an output folder hold exactly what its manifest says: each shard's lines and files, the
/// files beside the manifest, and nothing else?
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/records.hpp>

namespace guidedmixup {

class OutputAudit {
 public:
  /// `problem` gets each difference as a sentence.
  OutputAudit(std::filesystem::path folder, RunDescription run,
              std::function<void(const std::string&)> problem);
  ~OutputAudit();
  OutputAudit(const OutputAudit&) = delete;
  OutputAudit& operator=(const OutputAudit&) = delete;

  /// The manifest's samples, in order. Memory holds one shard at a time.
  void add(const SampleRecord& record);

  /// After the last sample. Returns the number of lines of rejects.jsonl.
  [[nodiscard]] std::uint64_t finish();

 private:
  struct Shard;
  void close_shard();
  void check_top_level() const;
  void check_plan() const;
  void check_unnamed_shards() const;

  std::filesystem::path folder_;
  RunDescription run_;
  std::function<void(const std::string&)> problem_;
  std::unique_ptr<Shard> shard_;
  std::set<std::string> named_shards_;
  std::string last_name_;
};

}  // namespace guidedmixup
