#!/usr/bin/env bash
# Makes tests/golden/RELEASE: a data folder as the present program writes it, compressed, and what is in it. Once before
# a release.
#   scripts/make_golden.sh 0.2
# The folder of a program that was given away is never made again: see tests/golden/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
release=${1:-}
if [[ ! $release =~ ^[0-9]+\.[0-9]+$ ]]; then
    echo "usage: scripts/make_golden.sh RELEASE, for example 0.2" >&2
    exit 2
fi
folder=tests/golden/$release
if git ls-files --error-unmatch "$folder/data.tar.xz" >/dev/null 2>&1 && [ "${BW_UNRELEASED:-}" != "$release" ]; then
    echo "$folder is there. If $release was released, it must stay as it is; if not, say BW_UNRELEASED=$release" >&2
    exit 1
fi
configure_and_build release make_golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/release/bin/make_golden "$work"
mkdir -p "$folder"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$work" -c data shortened |
    xz -9e >"$folder/data.tar.xz"
cp "$work/expected" "$folder/expected"
say "$folder: $(du -h --apparent-size "$folder/data.tar.xz" | cut -f1) of data"
