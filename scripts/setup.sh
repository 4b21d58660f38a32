# Shared by ./run and ./test: what the machine needs, and how the program is built. Sourced, not run.

build_packages=(g++ cmake ninja-build pkg-config libfmt-dev libboost1.81-dev libsimdjson-dev libsodium-dev libssl-dev
    libsqlite3-dev libwslay-dev libmimalloc-dev libcli11-dev libyaml-cpp-dev libtomlplusplus-dev tzdata)
simulate_packages=(libgtest-dev libpugixml-dev)
test_packages=(libgtest-dev libpugixml-dev xz-utils curl python3 python3-venv python3-pytest python3-websockets
    chromium fiu-utils openssl e2fsprogs clang-format-19 clang-tidy-19)

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

# install_packages build|simulate|test: Debian packages that are not there yet, as root or through sudo.
install_packages() {
    local wanted=("${build_packages[@]}")
    [ "$1" = simulate ] && wanted+=("${simulate_packages[@]}")
    [ "$1" = test ] && wanted+=("${test_packages[@]}")
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "this is not a Debian system; the build looks for the equivalents of: ${wanted[*]}"
        return 0
    fi
    local missing
    missing=$(missing_packages "${wanted[@]}")
    [ -z "$missing" ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing and need root to install: $missing" >&2
            echo "Run as root: apt-get install $missing" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing Debian packages: $missing"
    # shellcheck disable=SC2086  # the list is meant to be split
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# configure_and_build PRESET [target...]: quiet when there is nothing to do, progress otherwise.
configure_and_build() {
    local preset=$1 tests=OFF log
    shift
    if pkg-config --exists gtest pugixml 2>/dev/null; then tests=ON; fi
    log=$(mktemp)
    cmake --preset "$preset" -DBW_TESTS=$tests >"$log" 2>&1 || {
        cat "$log" >&2
        rm -f "$log"
        return 1
    }
    rm -f "$log"
    if [ ! -e "build/$preset/.ninja_log" ]; then
        say "building ($preset); the first time takes some minutes"
        ninja -C "build/$preset" "$@"
        return
    fi
    # Later builds: what is compiled is shown, that there is nothing to do is not.
    ninja -C "build/$preset" "$@" | awk '!/^ninja: (Entering directory|no work to do)|^\[0\//'
    return "${PIPESTATUS[0]}"
}

# unpack_prometheus: Debian's prometheus and promtool in build/tools, for the test that scrapes the exchange. Unpacked,
# not installed: the installed package would start a server on this machine.
unpack_prometheus() {
    local tools=build/tools folder
    [ -x "$tools/usr/bin/prometheus" ] && [ -x "$tools/usr/bin/promtool" ] && return 0
    if command -v prometheus >/dev/null && command -v promtool >/dev/null; then return 0; fi
    if ! command -v apt-get >/dev/null; then
        echo "prometheus and promtool are missing; install them for the test of /metrics" >&2
        return 1
    fi
    say "unpacking Debian's prometheus (19 MB) into $tools"
    folder=$(mktemp -d)
    chmod 755 "$folder"
    local status=0 download=(apt-get -qq -o APT::Sandbox::User=root download prometheus)
    (cd "$folder" && { "${download[@]}" 2>/dev/null || { apt-get update -qq && "${download[@]}"; }; }) >/dev/null &&
        mkdir -p "$tools" && dpkg-deb -x "$folder"/prometheus_*.deb "$tools" || status=1
    rm -rf "$folder"
    return "$status"
}

# install_schemathesis: the program of the contract test in build/tools, in the versions of its lock file.
install_schemathesis() {
    local folder=build/tools/schemathesis lock=tests/contract/requirements.txt
    cmp -s "$lock" "$folder/requirements.txt" && return 0
    say "installing schemathesis into $folder (90 MB)"
    rm -rf "$folder"
    /usr/bin/python3 -m venv "$folder" &&
        "$folder/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$lock" &&
        cp "$lock" "$folder/requirements.txt"
}
