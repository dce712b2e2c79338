#include "program.hpp"

int main(int argc, char** argv) { return guidedmixup::run_program(argc, argv); }
