/* What the libraries for LD_PRELOAD share: the call that they stand before, and where a descriptor
 * leads. */
#pragma once

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* POSIX guarantees that a function's address fits the void* that dlsym gives. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path of an open file or folder; not 0 when it is known. */
static inline int path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = '\0';
  return length >= 0;
}

/* Does `path` begin with what the environment variable holds? Not when there is none. */
static inline int begins_with_variable(const char* path, const char* variable) {
  const char* folder = getenv(variable);
  return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

/* The same for an open file or folder. */
static inline int is_below(int fd, const char* variable) {
  char path[PATH_MAX];
  return path_of(fd, path) && begins_with_variable(path, variable);
}
