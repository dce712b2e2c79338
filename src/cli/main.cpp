// All else is a library, so that tests can link it.
#include "program.hpp"

int main(int argc, char** argv) { return guidedmixup::run_program(argc, argv); }
