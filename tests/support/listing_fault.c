/* A failing disk for tests of the listing, by LD_PRELOAD: the call LISTING_FAULT_CALL (open, stat,
 * readdir or read) fails with the error number LISTING_FAULT_ERRNO for paths that contain
 * LISTING_FAULT_NAME, the first LISTING_FAULT_TIMES times (default: always). */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "fault.h"

static atomic_long failures;

static int fails(const char* call, const char* path) {
  const char* wanted = getenv("LISTING_FAULT_CALL");
  const char* name = getenv("LISTING_FAULT_NAME");
  const char* number = getenv("LISTING_FAULT_ERRNO");
  const char* times = getenv("LISTING_FAULT_TIMES");
  if (wanted == NULL || name == NULL || number == NULL || strcmp(wanted, call) != 0) return 0;
  if (strstr(path, name) == NULL) return 0;
  if (times != NULL && atomic_fetch_add(&failures, 1) >= atol(times)) return 0;
  errno = atoi(number);
  return 1;
}

static int fails_at(const char* call, int fd) {
  char path[PATH_MAX];
  return path_of(fd, path) && fails(call, path);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return fails("open", path) ? -1 : REAL(open)(path, flags, mode);
}

int stat(const char* path, struct stat* status) {
  return fails("stat", path) ? -1 : REAL(stat)(path, status);
}

int fstatat(int folder, const char* path, struct stat* status, int flags) {
  return fails("stat", path) ? -1 : REAL(fstatat)(folder, path, status, flags);
}

struct dirent* readdir(DIR* folder) {
  return fails_at("readdir", dirfd(folder)) ? NULL : REAL(readdir)(folder);
}

ssize_t read(int fd, void* bytes, size_t size) {
  return fails_at("read", fd) ? -1 : REAL(read)(fd, bytes, size);
}
