/// Marks a function whose one definition is compiled for the host and, by nvcc, for the device.
#pragma once

#ifdef __CUDACC__
#define GUIDEDMIXUP_HOST_DEVICE __host__ __device__
#else
#define GUIDEDMIXUP_HOST_DEVICE
#endif
