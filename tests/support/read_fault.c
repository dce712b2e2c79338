/* A disk that fails while it is read, for tests, by LD_PRELOAD: below the folder READ_FAULT_FOLDER,
 * calls of READ_FAULT_CALL ("open", "fstat" or "read") fail with the number READ_FAULT_ERRNO, from
 * call READ_FAULT_FIRST on (1 is the first), READ_FAULT_TIMES of them. Folders are not counted. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "fault.h"

static atomic_long calls;

static int is_below_folder(const char* path) {
  char whole[PATH_MAX];
  return realpath(path, whole) != NULL && begins_with_variable(whole, "READ_FAULT_FOLDER");
}

static long number(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text == NULL ? otherwise : atol(text);
}

/* Whether this call on a file below the folder is one that fails; sets errno then. */
static int fails(const char* call) {
  const char* chosen = getenv("READ_FAULT_CALL");
  if (chosen == NULL || strcmp(chosen, call) != 0) return 0;
  const long past = atomic_fetch_add(&calls, 1) + 1 - number("READ_FAULT_FIRST", 1);
  if (past < 0 || past >= number("READ_FAULT_TIMES", LONG_MAX)) return 0;
  errno = (int)number("READ_FAULT_ERRNO", EIO);
  return 1;
}

static int descriptor_fails(const char* call, int fd) {
  return is_below(fd, "READ_FAULT_FOLDER") && fails(call);
}

static mode_t mode_argument(int flags, va_list rest) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_argument(flags, rest);
  va_end(rest);
  if ((flags & O_DIRECTORY) == 0 && is_below_folder(path) && fails("open")) return -1;
  return REAL(open)(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_argument(flags, rest);
  va_end(rest);
  if ((flags & O_DIRECTORY) == 0 && is_below_folder(path) && fails("open")) return -1;
  return REAL(open64)(path, flags, mode);
}

int fstat(int fd, struct stat* status) {
  const int result = REAL(fstat)(fd, status);
  return result == 0 && S_ISREG(status->st_mode) && descriptor_fails("fstat", fd) ? -1 : result;
}

int fstat64(int fd, struct stat64* status) {
  const int result = REAL(fstat64)(fd, status);
  return result == 0 && S_ISREG(status->st_mode) && descriptor_fails("fstat", fd) ? -1 : result;
}

ssize_t read(int fd, void* to, size_t size) {
  return descriptor_fails("read", fd) ? -1 : REAL(read)(fd, to, size);
}

ssize_t pread(int fd, void* to, size_t size, off_t offset) {
  return descriptor_fails("read", fd) ? -1 : REAL(pread)(fd, to, size, offset);
}

ssize_t pread64(int fd, void* to, size_t size, off64_t offset) {
  return descriptor_fails("read", fd) ? -1 : REAL(pread64)(fd, to, size, offset);
}
