/* Codecs that say they have no memory, for tests, by LD_PRELOAD: libwebp's WebPDecode and libspng's
 * spng_decode_image do nothing but say so. With CODEC_FAULT_BY_SYSTEM=1 the system has indeed
 * refused an allocation before. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static void refuse_allocation(void) {
  if (getenv("CODEC_FAULT_BY_SYSTEM") == NULL) return;
  /* volatile: the compiler must neither see the size nor leave the call out */
  volatile size_t most = PTRDIFF_MAX;
  void* volatile refused = malloc(most - 4096);
  free(refused);
}

int WebPDecode(const uint8_t* data, size_t size, void* config) {
  (void)data;
  (void)size;
  (void)config;
  refuse_allocation();
  return 1; /* VP8_STATUS_OUT_OF_MEMORY */
}

int spng_decode_image(void* context, void* out, size_t length, int format, int flags) {
  (void)context;
  (void)out;
  (void)length;
  (void)format;
  (void)flags;
  refuse_allocation();
  return 2; /* SPNG_EMEM */
}
