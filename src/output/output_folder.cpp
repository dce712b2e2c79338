#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_folder.hpp>

#include "description_json.hpp"
#include "files.hpp"
#include "output_files.hpp"
#include "own_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

std::string quoted(const fs::path& path) { return "'" + printable(path.string()) + "'"; }

void check_plan(const fs::path& folder, const RunDescription& run) {
  if (!fs::exists(folder / kPlanFile)) {
    throw UsageError(
        "--resume: " + quoted(folder) +
        " has a manifest but no plan.json to go by; use --overwrite or another folder");
  }
  const OrderedJson there = read_plan(folder / kPlanFile);
  const std::string difference = first_difference(there, OrderedJson::parse(plan_text(run)));
  if (difference.empty()) return;
  throw UsageError("--resume: " + quoted(folder / kPlanFile) + " describes another run: " +
                   difference + "; use the same options, another output folder, or --overwrite");
}

// An exclusive lock that lasts as long as the descriptor, whatever way the process ends.
void lock_or_throw(int fd, const fs::path& file) {
  const fs::path folder = file.parent_path();
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
    // Between opening and locking, an overwriting process may have put another plan in its place.
    struct stat locked {};
    struct stat named {};
    if (fstat(fd, &locked) == 0 && stat(file.c_str(), &named) == 0 &&
        locked.st_dev == named.st_dev && locked.st_ino == named.st_ino) {
      return;
    }
    throw RunError("another process has just begun to write to " + quoted(folder));
  }
  if (errno == EWOULDBLOCK) {
    throw RunError("another process is writing to " + quoted(folder) +
                   "; wait for it or choose another output folder");
  }
  throw system_error("cannot lock", file.string(), errno);
}

// plan.json appears whole and already locked: the lock belongs to the file, not to its name.
FileDescriptor create_plan(const fs::path& folder, const RunDescription& run) {
  fs::path partial = folder / kPlanFile;
  partial += kPartialSuffix;
  FileDescriptor fd = open_or_throw(partial, O_RDWR | O_CREAT);
  lock_or_throw(fd.get(), partial);
  try {
    if (ftruncate(fd.get(), 0) != 0) throw system_error("cannot write", partial.string(), errno);
    write_all(fd.get(), plan_text(run), partial);
    if (fsync(fd.get()) != 0) throw system_error("cannot sync", partial.string(), errno);
    if (!moved_without_replacing(partial, folder / kPlanFile)) {
      throw RunError("another process has just begun to write to " + quoted(folder));
    }
  } catch (const RunError& error) {
    unlink(partial.c_str());
    if (fs::exists(folder / kPlanFile)) throw;  // somebody else's
    throw ResumableError(error.what());
  }
  sync_folder(folder);
  return fd;
}

}  // namespace

OrderedJson read_plan(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw system_error("cannot read", file.string(), errno);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try {
    return parse_json(text);
  } catch (const RunError& error) {
    throw UsageError(quoted(file) + " is not a plan of guidedmixup: it " + error.what() +
                     "; choose another output folder");
  }
}

void check_output_folder(const fs::path& folder, const RunDescription& run, OutputMode mode) {
  const FolderContent content = content_of(folder);
  if (content.state == FolderState::kFree) return;
  if (content.state == FolderState::kNotAFolder) {
    throw UsageError("the output " + quoted(folder) + " is not a folder");
  }
  if (mode == OutputMode::kFresh) {
    throw UsageError(
        "the output folder " + quoted(folder) + " is not empty; " +
        (content.state == FolderState::kForeign
             ? "choose another one"
             : "use --resume to finish that run, --overwrite to replace it, or another folder"));
  }
  if (content.state == FolderState::kLeftOver) return;
  if (content.state == FolderState::kForeign) {
    throw UsageError("the output folder " + quoted(folder) +
                     " holds something that is not an output of guidedmixup" +
                     (content.first_foreign.empty() ? "" : ": " + quoted(content.first_foreign)) +
                     "; nothing was changed; choose another folder");
  }
  if (mode == OutputMode::kResume) check_plan(folder, run);
}

OutputFolder::OutputFolder(fs::path folder, const RunDescription& run, OutputMode mode)
    : folder_(std::move(folder)) {
  make_folder(folder_);
  const fs::path plan = folder_ / kPlanFile;
  if (mode == OutputMode::kResume && fs::exists(plan)) {
    lock_ = open_or_throw(plan, O_RDWR);
    lock_or_throw(lock_.get(), plan);
    check_plan(folder_, run);
  } else {
    FileDescriptor old_lock;
    if (mode == OutputMode::kOverwrite && fs::exists(plan)) {
      old_lock = open_or_throw(plan, O_RDWR);
      lock_or_throw(old_lock.get(), plan);
    }
    if (mode == OutputMode::kOverwrite) remove_own_files(folder_);
    lock_ = create_plan(folder_, run);
  }
  remove_partial_files(folder_);
  make_folder(folder_ / kImagesFolder);
}

bool OutputFolder::has_shard(const std::string& shard_folder) const {
  return guidedmixup::has_shard(folder_, shard_folder);
}

bool has_shard(const fs::path& folder, const std::string& shard_folder) {
  // The lines are written last, so they stand for the whole.
  return fs::exists(folder / shard_folder / kMetadataFile);
}

}  // namespace guidedmixup
