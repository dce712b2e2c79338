# shellcheck shell=bash
# What the commands of scripts/ share: packages of the system, and the build by presets.
# Sourced; needs `set -euo pipefail`. Sets REPOSITORY and goes there, since presets are found from
# the current folder.
# shellcheck disable=SC2034  # the lists are for those who source this file

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$REPOSITORY" || exit

# The names are the same on Debian 12, Debian 13 and Ubuntu 24.04.
BUILD_PACKAGES=(
  g++ cmake ninja-build pkg-config
  libopencv-dev libjpeg-dev libspng-dev libwebp-dev libtiff-dev zlib1g-dev
  libfftw3-dev libtbb-dev libhwy-dev libutf8proc-dev
  nlohmann-json3-dev libvalijson-dev libxxhash-dev
  libcli11-dev libtomlplusplus-dev libfmt-dev
  libpango1.0-dev libfontconfig-dev fonts-dejavu-core
)
TEST_PACKAGES=(doctest-dev libopencv-contrib-dev python3 python3-jsonschema python3-numpy python3-pil)

# say TEXT...: one line each about what happens now.
say() { printf '%s\n' "$@" >&2; }

# stop TEXT...: one line each, then the end.
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

# system_name: "debian:13" and the like; "unknown" where the system does not say.
system_name() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s:%s\n' "${ID:-unknown}" "${VERSION_ID:-}") 2>/dev/null ||
    printf 'unknown\n'
}

# is_tried_system NAME: the build and its tests are known to work there.
is_tried_system() {
  [[ $1 == debian:12 || $1 == debian:13 || $1 == ubuntu:24.04 ]]
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
  local name
  for name in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
      printf '%s\n' "$name"
    fi
  done
}

# install_packages NAME...: installs what is missing, by the system's own packages, with sudo only
# when needed. Does nothing, and asks for nothing, when all are there.
install_packages() {
  # Somebody who brought the libraries another way says so, and the build looks for them itself.
  if [[ ${GUIDEDMIXUP_SKIP_PACKAGES:-} == 1 ]]; then return; fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    stop "This script installs packages with apt, which is not here." \
      "Please install what these Debian packages hold (C++20 compiler, CMake 3.25 or newer):" \
      "  $*" \
      "then run it again with GUIDEDMIXUP_SKIP_PACKAGES=1."
  fi
  local absent missing system
  # Not by <(...), which needs /proc.
  absent=$(missing_packages "$@")
  if [[ -z $absent ]]; then return; fi
  mapfile -t missing <<<"$absent"
  system=$(system_name)
  if ! is_tried_system "$system"; then
    say "Tried on Debian 12, Debian 13 and Ubuntu 24.04; this system is $system." \
      "Trying the same package names here."
  fi
  say "Installing: ${missing[*]}"
  apt_install "${missing[@]}" || stop "apt could not install them (see above). Please install what they hold" \
    "(C++20 compiler, CMake 3.25 or newer), then run this again with GUIDEDMIXUP_SKIP_PACKAGES=1."
}

# apt_install NAME...: as root, or with sudo.
apt_install() {
  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      stop "Not root, and there is no sudo. As root, please run:" \
        "  apt-get update && apt-get install --no-install-recommends $*"
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq >&2 || return
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

# build PRESET [-D...]: configures and builds by the preset of this name, on all cores.
build() {
  local preset=$1
  shift
  say "Building ($preset); the first time takes a few minutes"
  local launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  cmake --preset "$preset" "${launcher[@]}" "$@"
  cmake --build --preset "$preset" --parallel "$(nproc)"
}

# run_tests PRESET [OPTION...]: runs the tests of a build; at the end names those that were skipped.
run_tests() {
  local preset=$1
  shift
  local log=build/$preset/test-output.txt status=0
  ctest --preset "$preset" --no-tests=error --parallel "$(nproc)" "$@" 2>&1 | tee "$log" || status=$?
  report_skipped "$log" "build/$preset/Testing/Temporary/LastTest.log"
  return "$status"
}

# report_skipped OUTPUT LAST_LOG: whole tests that ctest skipped, and single cases within tests:
# "SKIPPED: why" of our own, "... skipped 'why'" of Python's unittest.
report_skipped() {
  local tests cases
  tests=$(grep -E '\*\*\*(Skipped|Not Run)' "$1" || true)
  cases=$(grep -hE "^SKIPPED: |\.\.\. skipped " "$2" 2>/dev/null | sort -u || true)
  if [[ -z $tests && -z $cases ]]; then
    say "No test was skipped."
    return
  fi
  say "SKIPPED, and so not proved by this run:"
  if [[ -n $tests ]]; then say "$tests"; fi
  if [[ -n $cases ]]; then say "$cases"; fi
}
