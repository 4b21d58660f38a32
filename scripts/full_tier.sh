# ./test --full: everything, campaign by campaign. Sourced by ./test. A further campaign is a function
# `full_NAME` and a word in `full_stages`.
#
# Each one is a row of the page that scripts/write_full_results.py makes: bounds, result, commit, seconds, and what the
# programs themselves said about what they met. build/campaigns keeps the last run of each, so that the stages of a run
# that takes many hours can be run one by one.

full_stages=(each-change kills contract simulation differential crash-points clang fuzz tsan tidy floods power-cuts)
full_packages=(clang-19 libclang-rt-19-dev llvm-19 nginx-light)
read -ra fuzz_targets <<<"${BW_FUZZ_TARGETS:-codec record_scan rest_request websocket_text calendar http_parser \
websocket_frames}"

run_full_tier() {
    local name wanted=("$@")
    [ ${#wanted[@]} -gt 0 ] || wanted=("${full_stages[@]}")
    for name in "${wanted[@]}"; do
        declare -F "full_${name//-/_}" >/dev/null && continue
        echo "test: there is no stage \"$name\"; there are: ${full_stages[*]}" >&2
        exit 2
    done
    test_packages+=("${full_packages[@]}")
    install_packages test && unpack_prometheus && install_schemathesis || exit 1
    mkdir -p build/campaigns
    for name in "${wanted[@]}"; do "full_${name//-/_}"; done
    local page=docs/internals/full-test-results.md
    /usr/bin/python3 scripts/write_full_results.py build/campaigns "$page"
    say "results are in $page"
}

# version: the commit that is tested, with a + if something is changed beside the page of results.
version() {
    git diff --quiet HEAD -- . ':!docs/internals/full-test-results.md' || local changed=+
    echo "$(git rev-parse --short=12 HEAD)${changed:-}"
}

# campaign NAME BOUNDS COMMAND...: runs and remembers it. What it prints goes to the page. It runs in a shell of its
# own, so that the output can be shared and its background jobs are nobody else's; the totals come back in a file.
campaign() {
    local name=$1 bounds=$2 before=$failed begin=$SECONDS tested log=build/campaigns/$1.log
    tested=$(version)
    shift 2
    stages+=("$SECONDS $name")
    rm -f "${log%.log}.row"
    { "$@"; echo "$passed $failed" >"$results/totals"; } 2>&1 | tee "$log"
    read -r passed failed <"$results/totals"
    printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$bounds" $((SECONDS - begin)) $((failed - before)) "$tested" \
        >"${log%.log}.row"
}

# fresh_seed: BW_SEED, or one that no run had before.
fresh_seed() { echo "${BW_SEED:-$(date +%s%N | cut -c1-16)}"; }

# long_run PROGRAM [VARIABLE=VALUE...]: one test program of the release build with its bounds.
long_run() {
    local program=$1
    shift
    say "$(clock "$SECONDS") $program $*"
    build release "${program}" || return
    (export "${@:-BW_NOTHING=}" && run_program release "build/release/bin/$program")
    count "$results/release-$program.xml" "$program" "$(cat "$results/release-$program.status")"
}

full_each_change() {
    campaign style "all files" run_style
    campaign release "every test program, as each change runs it" run_unit release
    campaign sanitizers "every test program, with AddressSanitizer and UndefinedBehaviorSanitizer" \
        run_unit dev unit_tests
}

full_kills() {
    export BW_KILLS=${BW_KILLS:-2000} BW_SPLIT_STORM=${BW_SPLIT_STORM:-500}
    build release || return
    campaign end-to-end "$BW_KILLS kills of one process, $BW_SPLIT_STORM of several" run_end_to_end
}

full_contract() {
    export BW_CONTRACT_EXAMPLES=${BW_CONTRACT_EXAMPLES:-500}
    build release buttonwood || return
    campaign contract "$BW_CONTRACT_EXAMPLES random requests for each operation in each phase" run_contract
}

full_simulation() {
    local seeds=${BW_SEEDS:-200000} seed
    seed=$(fresh_seed)
    campaign simulation "$seeds lives from seed $seed" long_run simulation_test "BW_SEEDS=$seeds" "BW_SEED=$seed"
}

full_differential() {
    local commands=${BW_COMMANDS:-100000000} seed
    seed=$(fresh_seed)
    campaign differential "$commands commands, seed $seed" \
        long_run differential_test "BW_COMMANDS=$commands" "BW_SEED=$seed"
}

full_crash_points() {
    campaign crash-points "BW_CRASH_POINTS=${BW_CRASH_POINTS:-all}" \
        long_run crash_points_test "BW_CRASH_POINTS=${BW_CRASH_POINTS:-all}"
}

full_clang() {
    campaign clang "every test program, built by clang 19" run_unit clang
}

full_fuzz() {
    local name seconds=${BW_FUZZ_SECONDS:-600}
    build clang "${fuzz_targets[@]/%/_fuzz}" || return
    for name in "${fuzz_targets[@]}"; do
        campaign "fuzz-$name" "$seconds s" fuzz "$name" "$seconds"
    done
}

# fuzz NAME SECONDS: the corpus stays in the build folder and grows.
fuzz() {
    local corpus=build/corpus/$1
    mkdir -p "$corpus"
    stage "fuzz $1, $2 s"
    "build/clang/bin/${1}_fuzz" -max_total_time="$2" -print_final_stats=1 -print_funcs=0 -verbosity=0 \
        -artifact_prefix="$corpus-" "$corpus"
    count_one "fuzz $1" $?
}

# component_tests: the test programs of the components.
component_tests() {
    local folder
    find src -type d -name tests | sort | while read -r folder; do
        folder=${folder#src/}
        folder=${folder%/tests}
        echo "${folder//\//_}_test"
    done
}

# The components' own tests: the proofs about the whole have one thread each.
full_tsan() {
    local programs
    read -ra programs <<<"${BW_TSAN_PROGRAMS:-$(component_tests | tr '\n' ' ')}"
    build tsan "${programs[@]}" || return
    campaign tsan "the components' tests with ThreadSanitizer" run_programs tsan "${programs[@]/#/build/tsan/bin/}"
}

full_tidy() {
    configure_and_build release buttonwood || return
    campaign clang-tidy "all files" run_tidy --all
}

full_floods() {
    local pairs=${BW_FLOOD_PAIRS:-5}
    build release buttonwood || return
    campaign floods "$pairs pairs of each crowd, in one process and in several" measure_floods "$pairs"
}

measure_floods() {
    stage "floods beside a trader"
    /usr/bin/python3 tests/floods/measure.py --pairs "$1"
    count_one floods $?
}

# Where there is no QEMU, the page says so.
full_power_cuts() {
    local mode cuts=${BW_CUTS:-50}
    for mode in sync memory; do campaign "power-cuts-$mode" "$cuts cuts" cut_power_in "$mode" "$cuts"; done
    campaign power-cuts-prove "a planted fault and a lying disk: both must be found" prove_power_cuts
}

cut_power_in() {
    stage "power cuts, mode $1"
    scripts/power_cut/run --mode "$1" --cuts "$2"
    count_one "power cuts ($1)" $?
}

prove_power_cuts() {
    stage "power cuts that must be found"
    scripts/power_cut/run --prove
    count_one "power cuts (prove)" $?
}
