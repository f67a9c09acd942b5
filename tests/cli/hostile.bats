#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Files that are meant to do harm, through the command: tests/fuzz/README.md says what they are.

load common

# Every file of a corpus: taken with status 0, or refused with status 1 and one line. timeout gives
# 124 or 137 to what hangs, and a shell more than 128 to what a signal ended.
try_corpus() {
    local file
    export JPEGQ_WRAPPER="timeout --kill-after=5 20 $JPEGQ_WRAPPER"
    for file in "$root/tests/fuzz/corpus/$1"/*; do
        if [[ "${file##*/}" == good-* ]]; then
            keep -q 50 "$file" out.pgm
            [[ "$status" -eq 0 && -s out.pgm ]] || fail "$file: status $status" "$(< "$BATS_TEST_TMPDIR/stderr")"
            rm -f out.pgm
        else
            refuses 1 "^jpegq: .*/${file##*/}: ." -- -q 50 "$file" out.pgm
        fi
    done
}

@test "files by the published faults of stb_image" {
    try_corpus stb
}

@test "broken and odd images of every kind" {
    try_corpus image
}

@test "formats of which stb has faulty readers are not known" {
    local file
    for file in "$root"/tests/fuzz/corpus/stb/*.{gif,hdr,pic,psd,tga}; do
        refuses 1 'not an image of a known kind' -- "$file" out.pgm
    done
}

@test "colours beyond a palette do not come from memory" {
    local file="$root/tests/fuzz/corpus/stb/good-palette-index.png" i
    for i in 1 2 3; do
        jpegq -q 100 -t flat "$file" "$i.pgm"
        same 1.pgm "$i.pgm"
    done
}

@test "a file that stb decodes is the same picture in a cage and without" {
    local file
    for file in "$root"/tests/fuzz/corpus/{image,stb}/good-*; do
        jpegq -q 50 --sandbox off "$file" off.pgm
        jpegq -q 50 --sandbox auto "$file" auto.pgm
        same off.pgm auto.pgm || fail "$file"
    done
}
