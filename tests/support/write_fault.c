/* A full disk for tests, by LD_PRELOAD: below the folder WRITE_FAULT_FOLDER, only WRITE_FAULT_BYTES
 * bytes can be written in all; then write() and its relatives write what still fits and after that
 * fail with ENOSPC. With WRITE_FAULT_AT_SYNC=1 it is the syncs that fail instead, as on a file
 * system that allocates late. With WRITE_FAULT_NO_SPACE_FIGURES=1 nobody says how much is free. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "fault.h"

static atomic_llong written;

static long long limit(void) {
  const char* text = getenv("WRITE_FAULT_BYTES");
  return text == NULL ? LLONG_MAX : atoll(text);
}

static int fails_at_sync(void) { return getenv("WRITE_FAULT_AT_SYNC") != NULL; }

/* How many of `size` bytes may still be written to `fd`. */
static size_t room_for(int fd, size_t size) {
  if (!is_below(fd, "WRITE_FAULT_FOLDER")) return size;
  const long long before = atomic_fetch_add(&written, (long long)size);
  if (fails_at_sync()) return size;
  const long long room = limit() - before;
  if (room <= 0) return 0;
  return room < (long long)size ? (size_t)room : size;
}

static int full(void) {
  errno = ENOSPC;
  return -1;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  const size_t room = room_for(fd, size);
  return room == 0 && size > 0 ? full() : REAL(write)(fd, bytes, room);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  const size_t room = room_for(fd, size);
  return room == 0 && size > 0 ? full() : REAL(pwrite)(fd, bytes, room, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  const size_t room = room_for(fd, size);
  return room == 0 && size > 0 ? full() : REAL(pwrite64)(fd, bytes, room, offset);
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  return room_for(fd, size) < size ? full() : REAL(writev)(fd, parts, count);
}

static int tells_no_figures(void) {
  if (getenv("WRITE_FAULT_NO_SPACE_FIGURES") == NULL) return 0;
  errno = ENOSYS;
  return 1;
}

int statvfs(const char* path, struct statvfs* figures) {
  return tells_no_figures() ? -1 : REAL(statvfs)(path, figures);
}

int statvfs64(const char* path, struct statvfs64* figures) {
  return tells_no_figures() ? -1 : REAL(statvfs64)(path, figures);
}

static int sync_fails(int fd) {
  return fails_at_sync() && is_below(fd, "WRITE_FAULT_FOLDER") && atomic_load(&written) > limit();
}

int fsync(int fd) { return sync_fails(fd) ? full() : REAL(fsync)(fd); }

int fdatasync(int fd) { return sync_fails(fd) ? full() : REAL(fdatasync)(fd); }

int syncfs(int fd) { return sync_fails(fd) ? full() : REAL(syncfs)(fd); }
