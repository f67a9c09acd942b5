# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Every example of the README is run, and prints what the README says it prints.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    : "${BUILD:=build}"
}

# The ```console blocks: a line with "$ " is a command, the lines up to the next are its output.
@test "the README's examples print what it says" {
    here=$BATS_TEST_TMPDIR
    cp -r samples "$here/samples"
    cp "$BUILD/jpegq" "$here/jpegq"
    awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$here/transcript"
    [ "$(grep -c '^\$ ' "$here/transcript")" -ge 10 ]
    cd "$here"
    while IFS= read -r line; do
        printf '%s\n' "$line"
        # shellcheck disable=SC2016 # a dollar sign, not an expansion
        case $line in '$ '*) bash -c "set -o pipefail; ${line#??}" 2>&1 </dev/null ;; esac
    done < <(grep '^\$ ' transcript) >got
    diff transcript got
}
