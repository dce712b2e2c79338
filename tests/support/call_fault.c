/* Any call to the file system that fails, for tests, by LD_PRELOAD.
 *
 * FAULTS holds rules, with blanks between them: CALL:EFFECT:FIRST:TIMES. A rule counts the calls
 * of its kind, and has its effect on number FIRST (1 is the first) and on those after it, TIMES of
 * them; 0: all. Counted are the calls on paths below the folder FAULT_BELOW (default: everywhere)
 * that contain FAULT_NAME (default: all).
 *
 * CALL is one of: open, stat, fstat, readdir, readlink, read, write, rename, renameat2, link,
 * mkdir, unlink, fsync, syncfs, flock, close (which closes all the same), or any. On a folder,
 * open, fstat, rename and fsync are kinds of their own: open-folder and so on.
 *
 * EFFECT is an error number; or "kill", the end of the process before the call; or "short", half of
 * what read or write was to transfer (no other call is counted then); or "none".
 *
 * What a rule has an effect on is appended to the file FAULT_LOG, if set: the call and its path. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "fault.h"

enum { kMostRules = 8 };

typedef struct {
  char call[16];
  char effect[8];
  long first;
  long times;
  atomic_long calls;
} Rule;

static Rule rules[kMostRules];
static int rule_count;

__attribute__((constructor)) static void read_rules(void) {
  const char* text = getenv("FAULTS");
  for (int used = 0; text != NULL && rule_count < kMostRules; text += used) {
    Rule* rule = &rules[rule_count];
    if (sscanf(text, " %15[^:]:%7[^:]:%ld:%ld%n", rule->call, rule->effect, &rule->first,
               &rule->times, &used) != 4) {
      break;
    }
    ++rule_count;
  }
}

static void log_call(const char* call, const char* path) {
  const char* file = getenv("FAULT_LOG");
  if (file == NULL) return;
  const int log = REAL(open)(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  char line[PATH_MAX + 64];
  const int size = snprintf(line, sizeof line, "%s %s\n", call, path);
  if (size > 0 && REAL(write)(log, line, (size_t)size) < 0) abort();
  REAL(close)(log);
}

static int is_transfer(const char* call) {
  return strcmp(call, "read") == 0 || strcmp(call, "write") == 0;
}

static int counts(const Rule* rule, const char* call) {
  if (strcmp(rule->effect, "short") == 0 && !is_transfer(call)) return 0;
  return strcmp(rule->call, "any") == 0 || strcmp(rule->call, call) == 0;
}

/* Counts the call. The effect on it, or NULL. */
static const char* effect_on(const char* call, const char* path) {
  const char* name = getenv("FAULT_NAME");
  if (getenv("FAULT_BELOW") != NULL && !begins_with_variable(path, "FAULT_BELOW")) return NULL;
  if (name != NULL && strstr(path, name) == NULL) return NULL;
  const char* effect = NULL;
  for (Rule* rule = rules; rule < rules + rule_count; ++rule) {
    if (!counts(rule, call)) continue;
    const long past = atomic_fetch_add(&rule->calls, 1) + 1 - rule->first;
    if (past < 0 || (rule->times != 0 && past >= rule->times)) continue;
    log_call(call, path);
    if (strcmp(rule->effect, "kill") == 0) kill(getpid(), SIGKILL);
    if (strcmp(rule->effect, "none") != 0) effect = rule->effect;
  }
  return effect;
}

/* Does the call have to fail? Sets errno then. */
static int fails(const char* call, const char* path) {
  const char* effect = effect_on(call, path);
  if (effect == NULL) return 0;
  errno = atoi(effect);
  return 1;
}

/* The absolute path of `name` in the folder `at`; links on the way, but for its last component, are
 * followed. */
static const char* path_at(int at, const char* name, char path[2 * PATH_MAX]) {
  char whole[2 * PATH_MAX] = "";
  if (name[0] != '/') {
    const int known = at == AT_FDCWD ? getcwd(whole, PATH_MAX) != NULL : path_of(at, whole);
    if (known) strcat(whole, "/");
  }
  strncat(whole, name, PATH_MAX - 1);
  char* last = strrchr(whole, '/');
  if (last == NULL || last == whole) return strcpy(path, whole);
  *last = '\0';
  if (realpath(whole, path) == NULL) strcpy(path, whole);
  return strcat(strcat(path, "/"), last + 1);
}

static int fails_at(const char* call, int at, const char* name) {
  char path[2 * PATH_MAX];
  return fails(call, path_at(at, name, path));
}

static int fails_open(const char* call, int fd) {
  char path[PATH_MAX];
  return path_of(fd, path) && fails(call, path);
}

static int is_folder(int fd) {
  struct stat status;
  return REAL(fstat)(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_folder_at(int at, const char* name) {
  struct stat status;
  return REAL(fstatat)(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static const char* open_kind(int flags) {
  return (flags & O_DIRECTORY) != 0 ? "open-folder" : "open";
}

static mode_t mode_argument(int flags, va_list rest) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name)                                             \
  int name(const char* path, int flags, ...) {                 \
    va_list rest;                                              \
    va_start(rest, flags);                                     \
    const mode_t mode = mode_argument(flags, rest);            \
    va_end(rest);                                              \
    if (fails_at(open_kind(flags), AT_FDCWD, path)) return -1; \
    return REAL(name)(path, flags, mode);                      \
  }

#define OPENAT(name)                                     \
  int name(int at, const char* path, int flags, ...) {   \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    const mode_t mode = mode_argument(flags, rest);      \
    va_end(rest);                                        \
    if (fails_at(open_kind(flags), at, path)) return -1; \
    return REAL(name)(at, path, flags, mode);            \
  }

#define STAT(name, status_type)                            \
  int name(const char* path, struct status_type* status) { \
    if (fails_at("stat", AT_FDCWD, path)) return -1;       \
    return REAL(name)(path, status);                       \
  }

#define FSTAT(name, status_type)                                             \
  int name(int fd, struct status_type* status) {                             \
    if (fails_open(is_folder(fd) ? "fstat-folder" : "fstat", fd)) return -1; \
    return REAL(name)(fd, status);                                           \
  }

#define FSTATAT(name, status_type)                                            \
  int name(int at, const char* path, struct status_type* status, int flags) { \
    if (fails_at("stat", at, path)) return -1;                                \
    return REAL(name)(at, path, status, flags);                               \
  }

#define READDIR(name, entry_type)                                            \
  struct entry_type* name(DIR* folder) {                                     \
    return fails_open("readdir", dirfd(folder)) ? NULL : REAL(name)(folder); \
  }

/* What a transfer of `size` bytes may transfer; -1 when it has to fail. */
static ssize_t room(const char* call, int fd, size_t size) {
  char path[PATH_MAX];
  const char* effect = path_of(fd, path) ? effect_on(call, path) : NULL;
  if (effect == NULL) return (ssize_t)size;
  if (strcmp(effect, "short") == 0) return (ssize_t)(size + 1) / 2;
  errno = atoi(effect);
  return -1;
}

#define TRANSFER(name, call, bytes_type)                        \
  ssize_t name(int fd, bytes_type bytes, size_t size) {         \
    const ssize_t most = room(call, fd, size);                  \
    return most < 0 ? -1 : REAL(name)(fd, bytes, (size_t)most); \
  }

#define TRANSFER_AT(name, call, bytes_type, offset_type)                    \
  ssize_t name(int fd, bytes_type bytes, size_t size, offset_type offset) { \
    const ssize_t most = room(call, fd, size);                              \
    return most < 0 ? -1 : REAL(name)(fd, bytes, (size_t)most, offset);     \
  }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)
FSTAT(fstat, stat)
FSTAT(fstat64, stat64)
FSTATAT(fstatat, stat)
FSTATAT(fstatat64, stat64)
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)
TRANSFER(read, "read", void*)
TRANSFER_AT(pread, "read", void*, off_t)
TRANSFER_AT(pread64, "read", void*, off64_t)
TRANSFER(write, "write", const void*)
TRANSFER_AT(pwrite, "write", const void*, off_t)
TRANSFER_AT(pwrite64, "write", const void*, off64_t)

DIR* opendir(const char* path) {
  return fails_at("open-folder", AT_FDCWD, path) ? NULL : REAL(opendir)(path);
}

DIR* fdopendir(int fd) { return fails_open("open-folder", fd) ? NULL : REAL(fdopendir)(fd); }

ssize_t readlink(const char* path, char* target, size_t size) {
  /* path_of needs the call itself. */
  const int own = strncmp(path, "/proc/self/fd/", 14) == 0;
  return !own && fails_at("readlink", AT_FDCWD, path) ? -1 : REAL(readlink)(path, target, size);
}

static const char* rename_kind(int at, const char* from) {
  return is_folder_at(at, from) ? "rename-folder" : "rename";
}

int rename(const char* from, const char* to) {
  if (fails_at(rename_kind(AT_FDCWD, from), AT_FDCWD, from)) return -1;
  return REAL(rename)(from, to);
}

int renameat(int at, const char* from, int to_at, const char* to) {
  if (fails_at(rename_kind(at, from), at, from)) return -1;
  return REAL(renameat)(at, from, to_at, to);
}

int renameat2(int at, const char* from, int to_at, const char* to, unsigned flags) {
  return fails_at("renameat2", at, from) ? -1 : REAL(renameat2)(at, from, to_at, to, flags);
}

int linkat(int at, const char* from, int to_at, const char* to, int flags) {
  return fails_at("link", to_at, to) ? -1 : REAL(linkat)(at, from, to_at, to, flags);
}

int mkdir(const char* path, mode_t mode) {
  return fails_at("mkdir", AT_FDCWD, path) ? -1 : REAL(mkdir)(path, mode);
}

int mkdirat(int at, const char* path, mode_t mode) {
  return fails_at("mkdir", at, path) ? -1 : REAL(mkdirat)(at, path, mode);
}

int unlink(const char* path) {
  return fails_at("unlink", AT_FDCWD, path) ? -1 : REAL(unlink)(path);
}

int unlinkat(int at, const char* path, int flags) {
  return fails_at("unlink", at, path) ? -1 : REAL(unlinkat)(at, path, flags);
}

int rmdir(const char* path) { return fails_at("unlink", AT_FDCWD, path) ? -1 : REAL(rmdir)(path); }

int fsync(int fd) {
  return fails_open(is_folder(fd) ? "fsync-folder" : "fsync", fd) ? -1 : REAL(fsync)(fd);
}

int syncfs(int fd) { return fails_open("syncfs", fd) ? -1 : REAL(syncfs)(fd); }

int close(int fd) {
  const int failed = fails_open("close", fd);
  const int number = errno;
  const int result = REAL(close)(fd);
  if (!failed) return result;
  errno = number;
  return -1;
}

int flock(int fd, int operation) {
  return fails_open("flock", fd) ? -1 : REAL(flock)(fd, operation);
}
