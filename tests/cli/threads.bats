#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Threads within one picture: whatever is made of it is the same, byte for byte.

load common

# Pictures of several strips, with partial blocks.
setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    pgm_of "$samples/scene.png" > scene.pgm
    pnmtile 1003 901 scene.pgm > in.pgm
    pnmtile 1003 901 "$samples/noise.pgm" > other.pgm
}

# The same output, and the same FILES, with any number of threads: the_same FILES -- ARGUMENT...
the_same() {
    local files=() file threads
    while [[ "$1" != -- ]]; do
        files+=("$1")
        shift
    done
    shift
    jpegq -j 1 "$@" > text-1
    for file in "${files[@]}"; do
        mv "$file" "one-$file"
    done
    for threads in 2 3 7 64; do
        jpegq -j "$threads" "$@" > text
        same text-1 text
        for file in "${files[@]}"; do
            same "one-$file" "$file"
        done
    done
}

@test "reconstructions are those of cjpeg and djpeg" {
    for dct in int float fast; do
        reference in.pgm "$dct" -quality 30 > want.pgm
        for threads in 1 2 5; do
            jpegq -j "$threads" -q 30 --dct "$dct" in.pgm got.png
            pgm_of got.png | cmp - want.pgm
            jpegq -j "$threads" -q 30 --dct "$dct" -s in.pgm got.pgm > text
            same want.pgm got.pgm
        done
    done
    cjpeg -grayscale -quality 30 in.pgm > want.jpg
    for threads in 1 2 5; do
        jpegq -j "$threads" -q 30 in.pgm got.jpg
        same want.jpg got.jpg
    done
}

@test "statistics, and what is made beside them" {
    the_same out.pgm -- --metrics all --format csv -s in.pgm out.pgm
    the_same out.png -- --metrics psnr,zeros -s in.pgm out.png
    the_same out.bmp c.npy -- --dump c.npy in.pgm out.bmp
    the_same map.pgm -- --bits --bit-map map.pgm in.pgm
    the_same diff.pgm -- --diff diff.pgm in.pgm
    the_same sheet.pgm -- -q 10,20 --sheet sheet.pgm in.pgm
    the_same -- --metrics all --compare in.pgm other.pgm
}

@test "every method and rounding, from pixels and from coefficients" {
    for options in "--dct int" "--dct float" "--dct fast" "--dct exact" "--round trunc" \
        "--dct exact --round none"; do
        # shellcheck disable=SC2086 # several words
        {
            the_same out.npy c.npy -- $options --dump c.npy in.pgm out.npy
            the_same out.npy -- $options in.pgm out.npy
            [[ "$options" == *none* ]] || the_same -- $options -q 10,90 --format csv in.pgm
        }
    done
    jpegq -q 20 --dump c.npy in.pgm want.pgm
    for threads in 1 2 7; do
        jpegq -j "$threads" -q 20 --from-coefficients c.npy --size 1003x901 got.pgm
        same want.pgm got.pgm
    done
}

@test "targets" {
    the_same out.png -- --target-psnr 30 -s in.pgm out.png
    the_same out.jpg -- --target-bytes 100k -s in.pgm out.jpg
}

@test "fast refuses what overflows, wherever it is" {
    overflowing_pgm in.pgm
    for threads in 1 2 7; do
        refuses 1 'in\.pgm.*fast overflows' -- -j "$threads" -q 100 --dct fast in.pgm out.png
        refuses 1 'in\.pgm.*fast overflows' -- -j "$threads" -q 100 --dct fast -s in.pgm
    done
}
