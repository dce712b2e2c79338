#include <cerrno>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/output_folder.hpp>

#include "files.hpp"
#include "folder.hpp"
#include "open_output.hpp"
#include "output_files.hpp"

namespace guidedmixup {

struct PartialShard::State {
  const OpenOutput& output;
  std::string name;       // in images/
  std::string temporary;  // there as well
  Folder folder;
  bool published = false;
};

PartialShard::PartialShard(const OutputFolder& output, const std::string& shard_folder) {
  const OpenOutput& open = output.open();
  const std::string temporary = temporary_name();
  state_ = std::make_unique<State>(
      State{open, shard_name(shard_folder), temporary, open.images.new_folder(temporary)});
}

PartialShard::~PartialShard() {
  if (state_->published) return;
  try {
    remove_folder_of_files(state_->output.images, state_->temporary);
  } catch (const RunError&) {
    return;  // a left-over is removed by the next --resume as well
  }
}

void PartialShard::write(const std::string& name, std::span<const std::uint8_t> bytes) const {
  FileDescriptor fd = state_->folder.new_file(name);
  const std::filesystem::path path = state_->folder.path() / name;
  write_all(fd.get(), bytes, path);
  close_or_throw(std::move(fd), path);
}

void PartialShard::publish(const std::vector<std::string>& sample_lines,
                           const std::vector<std::string>& reject_lines) {
  const auto write_text = [&](std::string_view name, const std::string& text) {
    write(std::string(name), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  write_text(kMetadataFile, lines_text(sample_lines));
  if (!reject_lines.empty()) write_text(kRejectsFile, lines_text(reject_lines));
  // One sync of the file system for the whole shard: an fsync for each file costs 30 times more.
  sync_file_system(state_->folder, state_->output.note);
  state_->output.images.rename(state_->temporary, state_->name);
  state_->published = true;
  sync_folder(state_->output.images, state_->output.note);
}

}  // namespace guidedmixup
