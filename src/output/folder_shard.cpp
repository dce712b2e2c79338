// A shard as a folder: its outputs are files beside those of its lines.
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "open_output.hpp"
#include "shard_forms.hpp"

namespace guidedmixup {
namespace {

std::string file_of(ShardLines which) { return std::string(lines_file(which)); }

class FolderShardWriter final : public ShardWriter {
 public:
  FolderShardWriter(const OutputFolder& output, const ShardPlan& plan)
      : output_(output),
        open_(output.open()),
        plan_(plan),
        temporary_(temporary_name()),
        folder_(open_.images.new_folder(temporary_)) {}
  FolderShardWriter(const FolderShardWriter&) = delete;
  FolderShardWriter& operator=(const FolderShardWriter&) = delete;

  ~FolderShardWriter() override {
    if (published_) return;
    try {
      remove_folder_of_files(open_.images, temporary_);
    } catch (const RunError&) {
      return;  // a left-over is removed by the next --resume as well
    }
  }

  void write(const std::string& name, std::span<const std::uint8_t> bytes) const override {
    FileDescriptor fd = folder_.new_file(name);
    const std::filesystem::path path = folder_.path() / name;
    write_all(fd.get(), bytes, path);
    close_or_throw(std::move(fd), path);
  }

  void publish(const std::vector<std::string>& sample_lines,
               const std::vector<std::string>& reject_lines) override {
    write_lines(ShardLines::kSamples, sample_lines);
    if (!reject_lines.empty()) write_lines(ShardLines::kRejects, reject_lines);
    // One sync of the file system for the whole shard: an fsync for each file costs 30 times more.
    sync_file_system(folder_, open_.note);
    published_ = open_.images.rename_folder(temporary_, shard_name(plan_.number));
    if (!published_) return accept_other();
    sync_folder(open_.images, open_.note);
  }

 private:
  void write_lines(ShardLines which, const std::vector<std::string>& lines) const {
    const std::string text = lines_text(lines);
    write(file_of(which), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  // There was none when this one was begun. Whoever made it has written the same bytes, since they
  // follow from the plan, and has synced them before the name appeared.
  void accept_other() const {
    const ShardContent there = output_.read_shard(plan_);
    if (there.damage.empty()) return;
    throw RunError(
        "'" + printable(output_.path().string()) +
        "' has received a shard from another process that is not as planned: " + there.damage);
  }

  const OutputFolder& output_;
  const OpenOutput& open_;
  ShardPlan plan_;
  std::string temporary_;  // in images/
  Folder folder_;
  bool published_ = false;
};

class FolderShardReader final : public ShardReader {
 public:
  explicit FolderShardReader(Folder folder) : folder_(std::move(folder)) {}

  [[nodiscard]] EntryKind lines_kind(ShardLines which) const override {
    return folder_.kind(file_of(which));
  }
  [[nodiscard]] LineReader lines(ShardLines which) const override {
    return {folder_, file_of(which)};
  }
  [[nodiscard]] std::vector<FolderEntry> outputs() const override {
    std::vector<FolderEntry> entries = folder_.entries();
    std::erase_if(entries, [](const FolderEntry& entry) {
      return entry.name == kMetadataFile || entry.name == kRejectsFile;
    });
    return entries;
  }

 private:
  Folder folder_;
};

}  // namespace

std::unique_ptr<ShardWriter> new_folder_shard(const OutputFolder& output, const ShardPlan& plan) {
  return std::make_unique<FolderShardWriter>(output, plan);
}

std::unique_ptr<ShardReader> find_folder_shard(const Folder& images, std::uint64_t number) {
  const std::string name = shard_name(number);
  if (images.kind(name) != EntryKind::kFolder) return nullptr;
  return std::make_unique<FolderShardReader>(images.folder(name));
}

}  // namespace guidedmixup
