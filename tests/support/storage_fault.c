/* Storage that fails or lacks calls, by LD_PRELOAD.
 *
 * REFUSE_FLOCK, REFUSE_FSYNC, REFUSE_FSYNC_FOLDER, REFUSE_SYNCFS, REFUSE_RENAMEAT2, REFUSE_LINK and
 * REFUSE_RENAME_FOLDER hold the error number that the call of that name then always fails with.
 *
 * FAULT_FOLDER and FAULT_AT: below that folder, the call number FAULT_AT (from 1) of those that make,
 * move or remove a name fails with EIO, and so do all that follow; with FAULT_KILLS=1 the process is
 * killed there instead. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "fault.h"

static int refuses(const char* variable) {
  const char* text = getenv(variable);
  if (text == NULL) return 0;
  errno = atoi(text);
  return 1;
}

static int is_folder(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_folder_at(int at, const char* name) {
  struct stat status;
  return fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

/* Counts the call; not 0 when it has to fail. */
static int faulty(int at) {
  static atomic_int calls;
  const char* text = getenv("FAULT_AT");
  if (text == NULL || !is_below(at, "FAULT_FOLDER")) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 < atoi(text)) return 0;
  if (getenv("FAULT_KILLS") != NULL) kill(getpid(), SIGKILL);
  errno = EIO;
  return 1;
}

int flock(int fd, int operation) {
  return refuses("REFUSE_FLOCK") ? -1 : REAL(flock)(fd, operation);
}

int fsync(int fd) {
  return refuses(is_folder(fd) ? "REFUSE_FSYNC_FOLDER" : "REFUSE_FSYNC") ? -1 : REAL(fsync)(fd);
}

int syncfs(int fd) { return refuses("REFUSE_SYNCFS") ? -1 : REAL(syncfs)(fd); }

int renameat(int at, const char* from, int to_at, const char* to) {
  if (is_folder_at(at, from) && refuses("REFUSE_RENAME_FOLDER")) return -1;
  return faulty(at) ? -1 : REAL(renameat)(at, from, to_at, to);
}

int renameat2(int at, const char* from, int to_at, const char* to, unsigned flags) {
  if (refuses("REFUSE_RENAMEAT2")) return -1;
  return faulty(at) ? -1 : REAL(renameat2)(at, from, to_at, to, flags);
}

int linkat(int at, const char* from, int to_at, const char* to, int flags) {
  if (refuses("REFUSE_LINK")) return -1;
  return faulty(at) ? -1 : REAL(linkat)(at, from, to_at, to, flags);
}

int unlinkat(int at, const char* name, int flags) {
  return faulty(at) ? -1 : REAL(unlinkat)(at, name, flags);
}

int mkdirat(int at, const char* name, mode_t mode) {
  return faulty(at) ? -1 : REAL(mkdirat)(at, name, mode);
}
