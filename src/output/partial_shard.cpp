#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/output_folder.hpp>

#include "files.hpp"
#include "output_files.hpp"

namespace guidedmixup {

namespace fs = std::filesystem;

PartialShard::PartialShard(fs::path final_folder)
    : partial_(final_folder), final_(std::move(final_folder)) {
  partial_ += kPartialSuffix;
  make_folder(partial_);
  folder_ = open_or_throw(partial_, O_RDONLY | O_DIRECTORY);
}

PartialShard::~PartialShard() {
  if (published_) return;
  std::error_code ignored;  // a left-over is removed by the next --resume as well
  fs::remove_all(partial_, ignored);
}

void PartialShard::write(const std::string& name, std::span<const std::uint8_t> bytes) const {
  const fs::path path = partial_ / name;
  FileDescriptor fd(
      openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (fd.get() < 0) throw system_error("cannot create", path.string(), errno);
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
  if (syncfs(folder_.get()) != 0) throw system_error("cannot sync", partial_.string(), errno);
  rename_or_throw(partial_, final_);
  published_ = true;
  sync_folder(final_.parent_path());
}

}  // namespace guidedmixup
