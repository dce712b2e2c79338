// Fontconfig 2.14 loses a few hundred bytes, once, while it reads its own configuration files. The
// leak sanitizer asks these functions what to leave alone, and how; other builds never call them.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
