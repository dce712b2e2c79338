# shellcheck shell=bash
# What the commands of scripts/ share: packages of the system, and the build by presets.
# Sourced; needs `set -euo pipefail`. Sets REPOSITORY and goes there, since presets are found from
# the current folder.
# shellcheck disable=SC2034  # the lists are for those who source this file

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$REPOSITORY" || exit

# The names are the same on Debian 12 and Ubuntu 24.04.
BUILD_PACKAGES=(
  g++ cmake ninja-build pkg-config
  libopencv-dev libjpeg-dev libspng-dev libwebp-dev libtiff-dev libexif-dev
  libfftw3-dev libtbb-dev libhwy-dev
  nlohmann-json3-dev libvalijson-dev libxxhash-dev
  libcli11-dev libtomlplusplus-dev libfmt-dev
  libpango1.0-dev libfontconfig-dev fonts-dejavu-core
)
TEST_PACKAGES=(doctest-dev python3 python3-jsonschema python3-numpy python3-pil)

# say TEXT: one line about what happens now.
say() { printf '%s\n' "$*" >&2; }

# stop TEXT...: one line each, then the end.
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

is_supported_system() {
  [[ -r /etc/os-release ]] || return 1
  local identity
  # shellcheck source=/dev/null
  identity=$(. /etc/os-release && printf '%s:%s' "${ID:-}" "${VERSION_ID:-}")
  [[ $identity == debian:12 || $identity == ubuntu:24.04 ]]
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
  if ! is_supported_system; then
    stop "This script installs packages on Debian 12 and Ubuntu 24.04 only." \
      "Elsewhere, please install what these Debian packages hold (C++20 compiler, CMake 3.25 or newer):" \
      "  $*" \
      "then run it again with GUIDEDMIXUP_SKIP_PACKAGES=1."
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return; fi
  say "Installing: ${missing[*]}"
  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      stop "Not root, and there is no sudo. As root, please run:" \
        "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
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
