# shellcheck shell=bash
# The campaign's fuzzing: tests/campaign/fuzz, whose kept inputs lie in tests/fuzz/READER, with words
# of the format in tests/fuzz/READER.dict. Sourced after prepare.sh.

# libclang-rt-dev holds libFuzzer and the sanitizers; llvm names the functions in their reports.
FUZZ_PACKAGES=(clang libclang-rt-dev llvm)
FUZZ_HOME=build/fuzz
FUZZ_PROGRAM=$FUZZ_HOME/bin/campaign_fuzz

# fuzz_part MINUTES | --kept
fuzz_part() {
  local seconds=60
  if [[ ${1:-} =~ ^[1-9][0-9]*$ && $# == 1 ]]; then
    seconds=$((60 * $1))
  elif [[ ${1:-} != --kept || $# != 1 ]]; then
    stop "scripts/campaign fuzz: expected MINUTES or --kept"
  fi
  install_packages "${BUILD_PACKAGES[@]}" "${FUZZ_PACKAGES[@]}"
  build fuzz
  fuzz_prepare
  local readers names
  names=$(GUIDEDMIXUP_FUZZ_READER=list "$FUZZ_PROGRAM")
  mapfile -t readers <<<"$names"
  if [[ $1 == --kept ]]; then fuzz_each fuzz_kept "${readers[@]}"; fi
  # Rounds of as many readers as run at a time.
  local rounds=$(((${#readers[@]} + $(nproc) - 1) / $(nproc)))
  FUZZ_SECONDS=$((seconds / rounds > 0 ? seconds / rounds : 1))
  fuzz_each fuzz_search "${readers[@]}"
  fuzz_report "${readers[@]}"
}

# Files that the readers need lie in memory where there is such a place. What a deep recursion takes
# shows the sooner for a small stack; memory that was freed is kept apart, but not without limit.
fuzz_prepare() {
  rm -rf "$FUZZ_HOME/findings" "$FUZZ_HOME/logs"
  mkdir -p "$FUZZ_HOME/findings" "$FUZZ_HOME/logs" "$FUZZ_HOME/corpus"
  local memory=/dev/shm
  if [[ ! -w $memory ]]; then memory=${TMPDIR:-/tmp}; fi
  TMPDIR=$(mktemp -d -p "$memory" guidedmixup-fuzz-XXXXXX)
  trap 'rm -rf "$TMPDIR"' EXIT
  export TMPDIR
  export ASAN_OPTIONS=quarantine_size_mb=32:detect_stack_use_after_return=0
  export UBSAN_OPTIONS=print_stacktrace=1
  # libFuzzer looks for leaks after each input that may have one. The check at the end would add none,
  # and clang 14's is known to fail of itself now and then ("Tracer caught signal 11").
  export LSAN_OPTIONS=leak_check_at_exit=0
  ulimit -S -s 1024
}

# fuzz_each FUNCTION READER...: as many at a time as there are processors. What fails leaves an
# entry in failed.txt.
fuzz_each() {
  local function=$1 reader
  shift
  for reader in "$@"; do
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
    "$function" "$reader" &
  done
  wait
}

# fuzz_run READER NAME ARGUMENT...: one run of the program with the limits that hold for every
# input: 10 seconds and 1 GiB. What it says goes to the log of that name.
fuzz_run() {
  local reader=$1 name=$2 status=0 options=()
  shift 2
  if [[ -e tests/fuzz/$reader.dict ]]; then options+=("-dict=tests/fuzz/$reader.dict"); fi
  GUIDEDMIXUP_FUZZ_READER=$reader "$FUZZ_PROGRAM" -timeout=10 -rss_limit_mb=1024 \
    -malloc_limit_mb=1024 -print_final_stats=1 "-artifact_prefix=$FUZZ_HOME/findings/$reader-" \
    "${options[@]}" "$@" >"$FUZZ_HOME/logs/$name.txt" 2>&1 || status=$?
  if ((status != 0)); then fuzz_fail "$reader" "$status" "$name"; fi
}

# fuzz_fail READER CODE NAME: to be told in the end.
fuzz_fail() {
  printf '%s %s %s\n' "$1" "$2" "$FUZZ_HOME/logs/$3.txt" >>"$FUZZ_HOME/logs/failed.txt"
}

# fuzz_read LOG: how many inputs were not refused.
fuzz_read() {
  sed -n 's/^campaign_fuzz: [0-9]* inputs, \([0-9]*\) read.*/\1/p' "$1" | tail -n 1
}

# The kept inputs, each on its own, so that the log names the one that fails. A reader that refuses
# all of them tests nothing.
fuzz_kept() {
  local log=$FUZZ_HOME/logs/kept-$1.txt
  fuzz_run "$1" "kept-$1" "tests/fuzz/$1"/*
  if [[ $(fuzz_read "$log") == 0 ]]; then
    printf 'ERROR: the reader %s refuses each of its kept inputs\n' "$1" >>"$log"
    fuzz_fail "$1" 1 "kept-$1"
  fi
  fuzz_line "$1 kept" "$log"
}

# New inputs for FUZZ_SECONDS. Longer ones are as slow as they are long and reach little more; those
# that matter are kept.
fuzz_search() {
  local corpus=$FUZZ_HOME/corpus/$1
  mkdir -p "$corpus"
  fuzz_run "$1" "$1" -max_len=2048 "-max_total_time=$FUZZ_SECONDS" "$corpus" "tests/fuzz/$1"
  fuzz_line "$1" "$FUZZ_HOME/logs/$1.txt"
}

# fuzz_number PATTERN LOG: the number behind the last line that begins so, else 0.
fuzz_number() {
  local number
  number=$(sed -n "s/^$1[^0-9]*\\([0-9]*\\).*/\\1/p" "$2" | tail -n 1)
  printf '%s' "${number:-0}"
}

# fuzz_line WHAT LOG: one line about a run.
fuzz_line() {
  local read
  read=$(fuzz_read "$2")
  printf '%s: %s inputs (%s read to their end), %s new in the corpus, %s a second\n' "$1" \
    "$(fuzz_number stat::number_of_executed_units: "$2")" "${read:-?}" \
    "$(fuzz_number stat::new_units_added: "$2")" \
    "$(fuzz_number stat::average_exec_per_sec: "$2")"
}

# fuzz_report READER...: counts.txt ("READER INPUTS NEW FINDINGS" a line, then "total"), the
# findings, and how to repeat them.
fuzz_report() {
  local reader inputs new found all=0 all_new=0 all_found=0
  local failed=$FUZZ_HOME/logs/failed.txt
  touch "$failed"
  for reader in "$@"; do
    inputs=$(fuzz_number stat::number_of_executed_units: "$FUZZ_HOME/logs/$reader.txt")
    new=$(fuzz_number stat::new_units_added: "$FUZZ_HOME/logs/$reader.txt")
    found=$(grep -c "^$reader " "$failed" || true)
    printf '%s %s %s %s\n' "$reader" "$inputs" "$new" "$found"
    all=$((all + inputs)) all_new=$((all_new + new)) all_found=$((all_found + found))
  done >"$FUZZ_HOME/counts.txt"
  printf 'total %s %s %s\n' "$all" "$all_new" "$all_found" >>"$FUZZ_HOME/counts.txt"
  printf '%s inputs over all readers, %s findings\n' "$all" "$all_found"
  if ((all_found == 0)); then return; fi
  local status log artifact
  while read -r reader status log; do
    say "FOUND by the reader $reader (code $status), see $log:"
    grep -m 3 -E 'campaign_fuzz: does|ERROR: |runtime error:|terminate called|fatal error' "$log" >&2 || true
    for artifact in "$FUZZ_HOME/findings/$reader"-*; do
      if [[ -e $artifact ]]; then
        say "  repeat by: GUIDEDMIXUP_FUZZ_READER=$reader $FUZZ_PROGRAM $artifact"
      fi
    done
  done <"$failed"
  return 1
}
