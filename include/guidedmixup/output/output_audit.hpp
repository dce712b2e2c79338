/// Does an output folder hold exactly what its manifest says: each shard's lines and files, the
/// files beside the manifest, and nothing else? Rejects are left to others.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

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

  /// The manifest's samples with their JSON text, in order. Memory holds one shard at a time.
  void add(const SampleRecord& record, const std::string& text);

  /// After the last sample.
  void finish();

 private:
  struct Shard;
  template <typename Function>
  void trying(const Function& function) const;
  void compare_line(const std::string& name, const std::string& text);
  void close_shard();
  void check_unnamed_shards() const;
  void check_classes() const;
  void check_plan();
  void check_names() const;
  [[nodiscard]] std::string text_of(std::string_view name) const;

  std::filesystem::path folder_;
  RunDescription run_;
  std::function<void(const std::string&)> problem_;
  std::unique_ptr<Shard> shard_;
  std::set<std::string> named_shards_;
  std::string last_name_;
  bool by_this_version_ = false;  // as the plan says
};

}  // namespace guidedmixup
