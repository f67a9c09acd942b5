#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# JPEG files: cjpeg's, byte for byte, and what other decoders make of those that cjpeg cannot write.

load common
: "${samples:?is set by common.bash}"

# identical FILE QUALITY DCT BASELINE HUFFMAN: the file is cjpeg's, and as long as statistics say
identical() {
    local file="$1" quality="$2" dct="$3" baseline="$4" huffman="$5" theirs=() ours=() column
    if [[ "$baseline" == baseline ]]; then theirs+=(-baseline); else ours+=(--no-baseline); fi
    [[ "$huffman" == standard ]] || theirs+=(-optimize)
    cjpeg -grayscale -quality "$quality" -dct "$dct" "${theirs[@]}" "$file" > want.jpg
    jpegq -q "$quality" --dct "$dct" "${ours[@]}" --huffman "$huffman" -s --format csv \
        "$file" got.jpg > row.csv
    same want.jpg got.jpg || fail "$*"
    column="$([[ "$huffman" == standard ]] && echo 15 || echo 16)"
    [[ "$(tail -n 1 row.csv | cut -d, -f "$column")" -eq "$(stat -c %s got.jpg)" ]] || fail "$*: bytes"
}

@test "int: every quality 0 to 100, standard and optimal tables, 8 and 16 bit" {
    for q in {0..100}; do
        identical "$samples/noise.pgm" "$q" int baseline standard
        identical "$samples/noise.pgm" "$q" int baseline optimal
    done
    for q in {0..25}; do
        identical "$samples/noise.pgm" "$q" int no-baseline standard
        identical "$samples/noise.pgm" "$q" int no-baseline optimal
    done
}

@test "float and fast, on noise, 0/255 noise, checkers and one pixel" {
    for q in 0 5 10 23 50 75 90 98; do
        for name in noise noise-binary checker pixel block; do
            identical "$samples/$name.pgm" "$q" float baseline standard
            identical "$samples/$name.pgm" "$q" fast no-baseline optimal
        done
    done
}

@test "the scene, gray and colour, at several qualities" {
    pgm_of "$samples/scene.png" > scene.pgm
    pgm_of "$samples/text.png" > text.pgm
    for q in 1 10 40 75 95 100; do
        for file in scene.pgm text.pgm "$samples/scene.ppm"; do
            identical "$file" "$q" int baseline standard
            identical "$file" "$q" int baseline optimal
        done
    done
}

@test "sizes 1x1 to 17x17" {
    python << 'END'
import numpy as np
from files import write_pnm
random = np.random.default_rng(3)
for width in range(1, 18):
    height = (width * 5) % 17 + 1
    write_pnm(f"{width}.pgm", random.integers(0, 256, (height, width)))
    write_pnm(f"{width}t.pgm", random.integers(0, 256, (width, height)))
END
    for file in [0-9]*.pgm; do
        identical "$file" 60 int baseline standard
        identical "$file" 90 float baseline optimal
    done
}

@test "chroma and tables from files are cjpeg -qtables" {
    for q in 5 30 80; do
        jpegq --print-table -t chroma -q "$q" --no-baseline > table.txt
        cjpeg -grayscale -qtables table.txt "$samples/noise.pgm" > want.jpg
        jpegq -t chroma -q "$q" --no-baseline "$samples/noise.pgm" got.jpg
        same want.jpg got.jpg
        jpegq -t table.txt --exact-table "$samples/noise.pgm" again.jpg
        same want.jpg again.jpg
    done
}

@test "odd tables and roundings decode to what is reconstructed, in libjpeg and stb_image" {
    python << 'END'
import numpy as np
from files import write
random = np.random.default_rng(9)
for name, most in (("small", 9), ("byte", 256), ("wide", 3000)):
    write(f"{name}.txt", " ".join(map(str, random.integers(1, most, 64))).encode())
END
    for table in small byte wide; do
        for rounding in offset:0.35 even trunc offset:1 offset:0; do
            for dct in int float; do
                jpegq -t "$table.txt" --exact-table --round "$rounding" --dct "$dct" \
                    "$samples/noise.pgm" want.pgm
                for huffman in standard optimal; do
                    jpegq -t "$table.txt" --exact-table --round "$rounding" --dct "$dct" \
                        --huffman "$huffman" "$samples/noise.pgm" got.jpg
                    djpeg -dct "$dct" got.jpg | cmp - want.pgm || fail "$table $rounding $dct"
                done
            done
            # stb's inverse DCT is its own: close, but where a step of thousands in every position
            # makes sums that overflow each decoder in its own way
            [[ "$table $rounding" != 'wide offset:1' ]] || continue
            jpegq --round none --dct exact got.jpg stb.pgm
            python << 'END'
import numpy as np
from files import read_pgm
a, b = read_pgm("stb.pgm").astype(int), read_pgm("want.pgm").astype(int)
assert a.shape == b.shape and np.abs(a - b).max() <= 3, np.abs(a - b).max()
END
        done
    done
}

@test "ImageMagick opens the files" {
    jpegq -q 30 --huffman optimal "$samples/noise.pgm" a.jpg
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    [[ "$(identify -format '%m %w %h %[channels] %Q' a.jpg)" == "JPEG 67 45 gray 30" ]]
    [[ "$(compare -metric AE a.jpg want.pgm null: 2>&1)" -eq 0 ]]
}

@test "--from-coefficients writes the same file" {
    for dct in int float; do
        jpegq -q 40 --dct "$dct" --dump c.npy "$samples/noise.pgm" want.jpg
        jpegq -q 40 --dct "$dct" --from-coefficients c.npy --size 67x45 got.jpg
        same want.jpg got.jpg
    done
}

@test "standard output, and the name .jpeg" {
    jpegq -q 40 "$samples/noise.pgm" want.jpg
    jpegq -q 40 "$samples/noise.pgm" got.jpeg
    same want.jpg got.jpeg
    jpegq -q 40 "$samples/noise.pgm" - --output-format jpg | cmp - want.jpg
}

@test "what no baseline file can hold is refused" {
    python << 'END'
import numpy as np
def save(name, **values):
    c = np.zeros((1, 2, 8, 8), "<i2")
    for place, value in values.items():
        c[tuple(int(digit) for digit in place[1:])] = value
    np.save(name, c)
save("good.npy", p0000=2047, p0100=0, p0077=1023, p0101=-1023)
save("ac.npy", p0101=1024)
save("minus.npy", p0110=-1024)
save("dc.npy", p0000=2048)
save("difference.npy", p0000=1024, p0100=-1024)
np.save("real.npy", np.full((1, 1, 8, 8), 0.5))
END
    jpegq --from-coefficients good.npy good.jpg
    jpegq --from-coefficients good.npy --huffman optimal good.jpg
    for name in ac minus dc difference; do
        for huffman in standard optimal; do
            refuses 1 "$name\.npy" 'baseline' -- --from-coefficients "$name.npy" \
                --huffman "$huffman" out.jpg
        done
        refuses 1 "$name\.npy" 'baseline' -- --from-coefficients "$name.npy" --bits
        # pictures and statistics are still to be had; sizes of files are not
        jpegq --from-coefficients "$name.npy" --format csv > row.csv
        [[ "$(tail -n 1 row.csv)" == *,,,,1,* ]]
    done
    refuses 1 'ac\.npy' 'block 0,1' -- --from-coefficients ac.npy out.jpg
    refuses 1 'real\.npy' -- --from-coefficients real.npy --dct exact out.jpg
    refuses 64 'round none' -- --dct exact --round none "$samples/noise.pgm" out.jpg
}

@test "sides over 65500 are refused" {
    { printf 'P5\n65500 1\n255\n'; head -c 65500 /dev/zero; } > fits.pgm
    { printf 'P5\n1 65501\n255\n'; head -c 65501 /dev/zero; } > tall.pgm
    jpegq fits.pgm fits.jpg
    cjpeg -grayscale -quality 75 -baseline fits.pgm | cmp - fits.jpg
    refuses 1 'tall\.pgm' '65500' -- tall.pgm out.jpg
    refuses 1 'tall\.pgm' '65500' -- --huffman optimal tall.pgm out.jpg
    refuses 1 'tall\.pgm' '65500' -- --bits tall.pgm
    jpegq tall.pgm out.pgm
    jpegq --format csv tall.pgm > row.csv
    [[ "$(tail -n 1 row.csv)" == *,,,,1,* ]]
}

@test "--huffman: its names, and bpp goes with it" {
    refuses 64 'huffman' 'standard' 'optimal' -- --huffman best "$samples/noise.pgm" out.jpg
    python "$samples/noise.pgm" << 'END'
import sys
from command import jpegq, statistics
for huffman, column in (("standard", "bytes"), ("optimal", "bytes_optimal")):
    row, = statistics(jpegq("--huffman", huffman, "--format", "csv", sys.argv[1]))
    assert float(row["bpp"]) == 8 * int(row[column]) / (67 * 45)
    assert int(row["bytes_optimal"]) < int(row["bytes"])
END
}
