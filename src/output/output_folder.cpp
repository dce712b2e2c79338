// The folder of one method's output: who may write there, under which plan, and what is removed
// before. Every step leaves a folder that the next run recognises as ours, since the process may be
// killed between any two of them.
#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_file.hpp>
#include <guidedmixup/output/output_folder.hpp>

#include "description_json.hpp"
#include "files.hpp"
#include "folder.hpp"
#include "open_output.hpp"
#include "output_files.hpp"
#include "own_files.hpp"
#include "shard_forms.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

const std::string kPlan(kPlanFile);
// Marks a folder as ours while it is being emptied. It describes no run, so --resume refuses it and
// only --overwrite goes on.
constexpr std::string_view kPlanOfNothing = R"({"format": "guidedmixup-plan"})";

std::string quoted(const fs::path& path) { return "'" + printable(path.string()) + "'"; }

OrderedJson read_plan(const Folder& folder) {
  LineReader lines(folder, kPlan);
  std::string text;
  // A file without end shows by its length: the parser refuses what is longer than it takes.
  for (std::string line; text.size() <= kMostJsonBytes && lines.next(line);) text += line + "\n";
  try {
    return parse_json(text);
  } catch (const RunError& error) {
    throw UsageError(quoted(folder.path() / kPlan) + " is not a plan of guidedmixup: it " +
                     error.what() + "; use --overwrite or another output folder");
  }
}

// A resumed run may only add what the recorded plan foresees. With another option the new shards
// would not fit those that are there, and no reader could tell.
void check_plan(const Folder& folder, const RunDescription& run) {
  if (folder.kind(kPlan) == EntryKind::kNone) {
    throw UsageError(
        "--resume: " + quoted(folder.path()) +
        " has no plan.json, so there is nothing to resume; use --overwrite or another folder");
  }
  const OrderedJson there = read_plan(folder);
  const std::string difference = first_difference(there, parse_json(plan_text(run)), "in this run");
  if (difference.empty()) return;
  throw UsageError("--resume: " + quoted(folder.path() / kPlan) + " describes another run: " +
                   difference + "; use the same options, another output folder, or --overwrite");
}

RunError taken_by_another(const Folder& folder) {
  return RunError("another process has just started to write to " + quoted(folder.path()));
}

// An exclusive lock that lasts as long as the descriptor, whatever way the process ends.
void lock_or_throw(int fd, const Folder& folder, const std::string& name, const OutputNote& note) {
  const int result = repeat_interrupted([fd] { return flock(fd, LOCK_EX | LOCK_NB); });
  if (result != 0 && errno == EWOULDBLOCK) {
    throw RunError("another process is writing to " + quoted(folder.path()) +
                   "; wait for it or choose another output folder");
  }
  // Some network file systems know no locks. Refusing them would help nobody who writes from one
  // process, which is the usual case.
  if (result != 0 && note) {
    note("the output's file system has no locks (" + std::generic_category().message(errno) +
         "): make sure that no other process writes to the output");
  }
  // Between opening and locking, an overwriting process may have put another plan in its place.
  struct stat locked {};
  struct stat named {};
  if (repeat_interrupted([&] { return fstat(fd, &locked); }) == 0 &&
      repeat_interrupted(
          [&] { return fstatat(folder.fd(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW); }) == 0 &&
      locked.st_dev == named.st_dev && locked.st_ino == named.st_ino) {
    return;
  }
  throw taken_by_another(folder);
}

// O_RDWR, although nothing is written: network file systems give an exclusive lock only on a file
// that is open for writing.
FileDescriptor locked_plan(const Folder& folder, const OutputNote& note) {
  FileDescriptor fd;
  try {
    fd = folder.file(kPlan, O_RDWR);
  } catch (const RunError&) {
    // The caller has just seen it, so another process that overwrites has removed it since.
    if (folder.kind(kPlan) == EntryKind::kNone) throw taken_by_another(folder);
    throw;
  }
  lock_or_throw(fd.get(), folder, kPlan, note);
  return fd;
}

// plan.json appears whole and already locked: the lock belongs to the file, not to its name.
FileDescriptor create_plan(const Folder& folder, std::string_view text, const OutputNote& note) {
  const std::string temporary = temporary_name();
  const fs::path path = folder.path() / kPlan;
  FileDescriptor fd = folder.new_file(temporary);
  bool moved = false;
  try {
    lock_or_throw(fd.get(), folder, temporary, note);
    write_all(fd.get(), text, path);
    sync_file(fd.get(), path, note);
    moved = folder.rename_to_free(temporary, kPlan);
    if (moved) sync_folder(folder, note);
  } catch (const RunError& error) {
    repeat_interrupted([&] { return unlinkat(folder.fd(), temporary.c_str(), 0); });
    // The message tells the user to go on with --resume, so it must be true: either the plan is in
    // its place, or a fresh start is possible. Another process's plan makes it neither.
    if (moved || folder.kind(kPlan) == EntryKind::kNone) throw ResumableError(error.what());
  }
  if (moved) return fd;
  repeat_interrupted([&] { return unlinkat(folder.fd(), temporary.c_str(), 0); });
  throw taken_by_another(folder);
}

// Removes the former output, if there is one, while its plan is locked. One that has lost its plan
// gets another first, which describes no run.
void remove_former_output(const Folder& folder, const OutputNote& note) {
  FileDescriptor lock;
  if (folder.kind(kPlan) != EntryKind::kNone) {
    lock = locked_plan(folder, note);
  } else {
    const FolderState state = content_of(folder, OwnImages::kNamed).state;
    // Left-overs without a plan need no lock: they are removed once the new plan is there.
    if (state == FolderState::kFree || state == FolderState::kLeftOver) return;
    if (state == FolderState::kOurs) lock = create_plan(folder, kPlanOfNothing, note);
  }
  remove_own_files(folder);
}

// A shard becomes visible by renaming its folder. Better no run than one that fails at its first
// shard, and again whenever it is resumed.
void try_to_rename_folders(const Folder& folder) {
  const std::string from = temporary_name();
  const std::string to = temporary_name();
  if (mkdirat(folder.fd(), from.c_str(), 0777) != 0) return;  // who writes next will say why
  const bool renamed = repeat_interrupted([&] {
                         return renameat(folder.fd(), from.c_str(), folder.fd(), to.c_str());
                       }) == 0;
  // Kept, because the removal below may set it anew.
  const int error = errno;
  folder.remove_empty_folder(renamed ? to : from);
  // Other errors, such as a full disk, are not the fault of the file system's kind; the next write
  // reports them. EXDEV is what overlay file systems answer for a folder of a lower layer.
  if (renamed || (!is_refusal(error) && error != EXDEV)) return;
  throw RunError("the file system of " + quoted(folder.path()) + " cannot rename folders (" +
                 std::generic_category().message(error) +
                 "), which is how finished shards are published; write the output to another file "
                 "system and move it there afterwards");
}

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw system_error("cannot create the folder", folder.string(), error.value());
}

// For a folder that is not there: could it be made? A first look tells before a long listing.
void refuse_below_a_file(const fs::path& folder) {
  fs::path above = fs::absolute(folder);
  std::error_code error;
  fs::file_status status;
  do {
    // The root is a folder, always.
    if (!above.has_relative_path()) return;
    above = above.parent_path();
    status = fs::status(above, error);
  } while (status.type() == fs::file_type::not_found);
  if (status.type() == fs::file_type::none || fs::is_directory(status)) return;
  throw UsageError("cannot create the output " + quoted(folder) + ": " + quoted(above) +
                   " is not a folder");
}

OwnImages own_images(OutputMode mode) {
  // A resumed run makes shards anew whose lines and files do not agree.
  return mode == OutputMode::kResume ? OwnImages::kNumbered : OwnImages::kNamed;
}

}  // namespace

void check_output_folder(const fs::path& folder, const RunDescription& run, OutputMode mode,
                         FolderLinks links) {
  const FolderContent content = content_of(folder, links, own_images(mode));
  if (content.state == FolderState::kFree) return refuse_below_a_file(folder);
  if (content.state == FolderState::kNotAFolder) {
    throw UsageError("the output " + quoted(folder) + " is not a folder");
  }
  if (content.state == FolderState::kForeign &&
      // A fresh run gets the shorter message below, unless a link or a pipe bears one of our names:
      // then "not empty" would not say what is wrong.
      (mode != OutputMode::kFresh || !content.why.empty())) {
    throw UsageError(
        "the output folder " + quoted(folder) +
        " contains something that guidedmixup did not write: " + quoted(content.first_foreign) +
        content.why + "; nothing was changed; choose another folder");
  }
  if (mode == OutputMode::kFresh) {
    throw UsageError(
        "the output folder " + quoted(folder) + " is not empty; " +
        (content.state == FolderState::kForeign
             ? "choose another one"
             : "use --resume to complete that run, --overwrite to replace it, or another folder"));
  }
  if (content.state == FolderState::kLeftOver || mode == OutputMode::kOverwrite) return;
  check_plan(Folder(folder, links), run);
}

OutputFolder::OutputFolder(fs::path path, const RunDescription& run, OutputMode mode,
                           OutputNote note, FolderLinks links) {
  // The folder may have changed since check_output_folder looked, perhaps hours ago, before a long
  // listing. So everything is asked again here, under the lock.
  make_folders(path);
  Folder folder(std::move(path), links);
  try_to_rename_folders(folder);
  FileDescriptor lock;
  if (mode == OutputMode::kResume && folder.kind(kPlan) != EntryKind::kNone) {
    lock = locked_plan(folder, note);
    check_plan(folder, run);
  } else {
    if (mode == OutputMode::kOverwrite) remove_former_output(folder, note);
    lock = create_plan(folder, plan_text(run), note);
  }
  // Whoever holds the plan is alone: what bears a temporary name is no other process's work.
  remove_partial_files(folder);
  Folder images = folder.made_folder(std::string(kImagesFolder));
  open_ = std::make_unique<const OpenOutput>(OpenOutput{
      std::move(folder), std::move(images), std::move(lock), run.image_format, std::move(note)});
}

OutputFolder::~OutputFolder() = default;

const fs::path& OutputFolder::path() const { return open_->top.path(); }

// By its name alone: a shard gets its name only when it is complete and synced.
bool OutputFolder::has_shard(std::uint64_t number) const {
  return open_->images.kind(shard_name(number)) != EntryKind::kNone;
}

std::unique_ptr<ShardWriter> OutputFolder::open_shard(const ShardPlan& plan) {
  return new_folder_shard(*this, plan);
}

void OutputFolder::discard_shard(std::uint64_t number) const {
  // A manifest never names what is not there, not even for the moment until the shard is remade.
  open_->top.remove_file(std::string(kManifestFile));
  remove_shard(open_->images, shard_name(number));
}

}  // namespace guidedmixup
