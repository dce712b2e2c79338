# Sets GUIDEDMIXUP_HAS_CUDA: whether the CUDA engine is built. It is where there is a CUDA compiler,
# unless GUIDEDMIXUP_CUDA is OFF; not with sanitizers, which know nothing of what nvcc makes.
set(GUIDEDMIXUP_HAS_CUDA OFF)
if(GUIDEDMIXUP_CUDA AND NOT GUIDEDMIXUP_SANITIZE)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    # What the module is built for is said there; this is for CMake's own check of the compiler.
    set(CMAKE_CUDA_ARCHITECTURES 75)
    enable_language(CUDA)
    find_package(CUDAToolkit QUIET)
    set(GUIDEDMIXUP_HAS_CUDA ${CUDAToolkit_FOUND})
  endif()
endif()
