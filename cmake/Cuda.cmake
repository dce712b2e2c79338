# Sets GUIDEDMIXUP_HAS_CUDA: whether the CUDA engine is built. Not with sanitizers, which know nothing
# of what nvcc makes.
set(GUIDEDMIXUP_HAS_CUDA OFF)
set(why_not "")
if(GUIDEDMIXUP_SANITIZE)
  set(why_not "this is a build with sanitizers")
elseif(GUIDEDMIXUP_CUDA)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    # What the module is built for is said below; this is for CMake's own check of the compiler.
    set(CMAKE_CUDA_ARCHITECTURES 75)
    enable_language(CUDA)
    find_package(CUDAToolkit QUIET)
    set(GUIDEDMIXUP_HAS_CUDA ${CUDAToolkit_FOUND})
    set(why_not "its CUDA Toolkit was not found")
  else()
    set(why_not "there is no CUDA compiler")
  endif()
endif()
if(GUIDEDMIXUP_HAS_CUDA)
  message(STATUS "CUDA engine: yes, by ${CMAKE_CUDA_COMPILER}")
elseif(GUIDEDMIXUP_CUDA STREQUAL "ON")
  message(FATAL_ERROR "GUIDEDMIXUP_CUDA is ON, but ${why_not}")
elseif(GUIDEDMIXUP_CUDA)
  message(STATUS "CUDA engine: no, ${why_not}")
endif()

# guidedmixup_cuda_sources(TARGET): what a target with .cu sources needs.
function(guidedmixup_cuda_sources target)
  target_link_libraries(${target} PRIVATE CUDA::cudart_static CUDA::cufft)
  set_target_properties(${target} PROPERTIES
    CUDA_RUNTIME_LIBRARY Static INSTALL_RPATH_USE_LINK_PATH ON
    # CMake pads the other path for its own use, and the loader takes the empty rest of it for the
    # current folder.
    BUILD_WITH_INSTALL_RPATH ON
    CUDA_VISIBILITY_PRESET hidden
    CUDA_ARCHITECTURES "75-real;80-real;86-real;90")  # the last also as PTX for later ones
  # CMake 3.25 does not know C++20 for CUDA. Products and sums are not fused, as on the host.
  target_compile_options(${target} PRIVATE
    "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20;--fmad=false;--expt-relaxed-constexpr>")
endfunction()
