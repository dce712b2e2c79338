# One interface target carries the language standard, the warnings and the sanitizers.
add_library(guidedmixup_options INTERFACE)
target_compile_features(guidedmixup_options INTERFACE cxx_std_20)
set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor
  # g++ 12 reports overlapping copies in plain std::string code (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Fused multiply-adds would let two machines of one kind round differently.
  -ffp-contract=off
  $<$<BOOL:${GUIDEDMIXUP_WERROR}>:-Werror>)
# nvcc has options of its own.
target_compile_options(guidedmixup_options INTERFACE
  "$<$<NOT:$<COMPILE_LANGUAGE:CUDA>>:${warnings}>")
# -O3 for the numeric loops: g++ 12 does not vectorise loops of unknown length at -O2. (A build with
# sanitizers brings its own level: it is there to check, and should compile soon.)
if(NOT GUIDEDMIXUP_SANITIZE)
  target_compile_options(guidedmixup_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-O3>)
endif()

if(GUIDEDMIXUP_SANITIZE)
  target_compile_options(guidedmixup_options INTERFACE
    -fsanitize=${GUIDEDMIXUP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(guidedmixup_options INTERFACE -fsanitize=${GUIDEDMIXUP_SANITIZE})
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
