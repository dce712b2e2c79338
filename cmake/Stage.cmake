# guidedmixup_stage(NAME SOURCES ... [PUBLIC targets...] [PRIVATE targets...])
#
# One static library for each folder below src/. PUBLIC and PRIVATE name other targets; third-party
# libraries are PRIVATE to the one stage that needs them. The public headers are those in
# include/guidedmixup/NAME/.
function(guidedmixup_stage name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  set(target guidedmixup_${name})
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/guidedmixup/${name}/*.hpp)
  add_library(${target} STATIC ${arg_SOURCES})
  target_sources(${target} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target}
    PUBLIC ${arg_PUBLIC} PRIVATE guidedmixup_options ${arg_PRIVATE})
endfunction()

# guidedmixup_module(NAME SOURCES ... PRIVATE targets...)
#
# A part that is loaded only when it is needed: guidedmixup-NAME.so. The program in bin/ and the tests
# in tests/ both find it in ../lib/guidedmixup, as an installed program does.
function(guidedmixup_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PRIVATE")
  set(target guidedmixup_${name}_module)
  add_library(${target} MODULE ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE guidedmixup_core guidedmixup_options ${arg_PRIVATE})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME guidedmixup-${name}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/guidedmixup)
  install(TARGETS ${target} LIBRARY DESTINATION lib/guidedmixup)
endfunction()
