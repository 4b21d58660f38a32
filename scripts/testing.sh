# The parts of ./test that both tiers run. Sourced, not run. Requires scripts/setup.sh.

passed=0
failed=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
stages=()

# stage WHAT: says what begins, and how long everything before it took.
stage() {
    stages+=("$SECONDS $1")
    say "$(clock "$SECONDS") $1"
}

# clock SECONDS: as minutes and seconds.
clock() { printf '[%d:%02d]' $(($1 / 60)) $(($1 % 60)); }

# finish: what each stage took, the totals, and the end.
finish() {
    local i next
    for i in "${!stages[@]}"; do
        next=${stages[i + 1]:-$SECONDS}
        printf '%8s  %s\n' "$(clock $((${next%% *} - ${stages[i]%% *})))" "${stages[i]#* }"
    done
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# count FILE NAME STATUS: adds the figures of a JUnit file to the totals. A run that ended badly without a failure in
# its file, or that wrote no file that can be read, counts as one failure.
count() {
    local tests=0 failures=0
    if ! read -r tests failures < <(/usr/bin/python3 scripts/junit_totals.py "$1"); then
        echo "test: $2 wrote no results" >&2
        tests=1 failures=1
    elif [ "$3" -ne 0 ]; then
        echo "test: $2 failed" >&2
        [ "$failures" -gt 0 ] || { tests=$((tests + 1)) failures=1; }
    fi
    passed=$((passed + tests - failures))
    failed=$((failed + failures))
}

# count_one NAME STATUS: a run that is one test.
count_one() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "test: $1 failed" >&2
    fi
}

# run_pytest NAME ARGUMENT...
run_pytest() {
    local name=$1
    shift
    /usr/bin/python3 -m pytest -q -p no:cacheprovider --junitxml="$results/$name.xml" "$@"
    count "$results/$name.xml" "$name" $?
}

# What needs no build comes first: it takes seconds.
style_tests=(tests/architecture/test_{acceptance_codes,style,style_rules,format,planted_faults,generated,operators}.py)
run_style() {
    stage "style"
    run_pytest style "${style_tests[@]}"
}

# The programs that take longest begin first, so that none of them is left alone at the end.
long_programs=(simulation differential exhaustive planted_faults stories_with_faults spine_faults crash_points
    event_store)

# programs_of PRESET: its test programs, the long ones first.
programs_of() {
    local program name
    for name in "${long_programs[@]}"; do
        [ ! -x "build/$1/bin/${name}_test" ] || echo "build/$1/bin/${name}_test"
    done
    for program in build/"$1"/bin/*_test; do
        name=$(basename "$program" _test)
        [[ " ${long_programs[*]} " == *" $name "* ]] || echo "$program"
    done
}

# run_program PRESET PROGRAM: what it prints is shown when it has ended, so that two do not mix.
run_program() {
    local stem status begin=$SECONDS
    stem=$results/$1-$(basename "$2")
    "$2" --gtest_brief=1 --gtest_output="xml:$stem.xml" >"$stem.log" 2>&1
    status=$?
    echo "$(clock "$SECONDS") $(basename "$2") ($1, $((SECONDS - begin)) s)"
    cat "$stem.log"
    echo "$status" >"$stem.status"
}

# build PRESET [target...]: a build that fails is one failure.
build() {
    stage "build $1"
    configure_and_build "$@" && return
    failed=$((failed + 1))
    echo "test: the $1 build failed" >&2
    return 1
}

# run_programs PRESET PROGRAM...: as many at once as there are processors.
run_programs() {
    local preset=$1 program name
    shift
    stage "tests of the $preset build, $(nproc) programs at once"
    for program in "$@"; do
        while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
        run_program "$preset" "$program" &
    done
    wait
    for program in "$@"; do
        name=$(basename "$program")
        count "$results/$preset-$name.xml" "$name ($preset)" "$(cat "$results/$preset-$name.status")"
    done
}

# run_unit PRESET [target...]: all targets of the release build, for the end-to-end tests want the program.
run_unit() {
    build "$@" || return
    # shellcheck disable=SC2046  # one word per program
    run_programs "$1" $(programs_of "$1")
}

# run_tidy ARGUMENT...: clang-tidy by scripts/tidy. Requires the release build.
run_tidy() {
    stage "clang-tidy $*"
    scripts/tidy "$@"
    count_one clang-tidy $?
}

# run_contract: one of the end-to-end tests, alone.
run_contract() {
    stage "contract of the REST API"
    export BW_PROGRAM=$PWD/build/release/bin/buttonwood
    run_pytest contract tests/end_to_end/test_contract.py
}

run_end_to_end() {
    stage "end-to-end tests on real processes"
    export BW_PROGRAM=$PWD/build/release/bin/buttonwood
    run_pytest end-to-end tests/architecture tests/end_to_end "${style_tests[@]/#/--ignore=}"
}
