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

@test "a file that stb decodes is the same picture in a cage and without, whatever was in memory" {
    local file byte
    for file in "$root"/tests/fuzz/corpus/{image,stb}/good-*; do
        jpegq -q 100 -t flat --sandbox auto "$file" auto.pgm
        for byte in 0 85 170; do # of glibc's new memory
            MALLOC_PERTURB_=$byte jpegq -q 100 -t flat --sandbox off "$file" off.pgm
            same off.pgm auto.pgm || fail "$file, $byte"
        done
    done
}
