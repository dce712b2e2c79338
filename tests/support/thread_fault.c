/* A system that gives no more threads, by LD_PRELOAD: after GUIDEDMIXUP_THREADS_LEFT of them each
 * pthread_create fails. So a library is refused one that the program had been promised. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>

#include "fault.h"

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                   void* data) {
  static int created = 0;
  const char* left = getenv("GUIDEDMIXUP_THREADS_LEFT");
  if (left != NULL && __sync_add_and_fetch(&created, 1) > atoi(left)) return EAGAIN;
  return REAL(pthread_create)(thread, attributes, run, data);
}
