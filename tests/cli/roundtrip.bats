#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The main job: the picture of `cjpeg -grayscale ... | djpeg`, byte for byte.

load common
: "${samples:?is set by common.bash}"

# compare FILE QUALITY DCT TABLE LIMIT [NAME]: TABLE luma or chroma, LIMIT baseline or no-baseline
compare() {
    local file="$1" quality="$2" dct="$3" table="$4" limit="$5" theirs=() ours=()
    [[ "$table" == luma ]] || theirs+=(-qslots 1)
    if [[ "$limit" == baseline ]]; then theirs+=(-baseline); else ours+=(--no-baseline); fi
    reference "$file" "$dct" -quality "$quality" "${theirs[@]}" > want.pgm
    jpegq -q "$quality" -t "$table" --dct "$dct" "${ours[@]}" "$file" got.pgm
    same want.pgm got.pgm || fail "$file quality $quality $dct $table $limit"
}

@test "int: every quality 0 to 100, on noise" {
    for q in {0..100}; do
        compare "$samples/noise.pgm" "$q" int luma baseline
    done
}

@test "int: every quality without --no-baseline's limit, where it matters and beyond" {
    # luma's largest step is 121: (121 * (5000 / 23) + 50) / 100 = 263 at quality 23, and
    # (121 * (5000 / 24) + 50) / 100 = 252 at 24.
    for q in {0..25} 50 75 100; do
        compare "$samples/noise.pgm" "$q" int luma no-baseline
    done
}

@test "int: chroma table, with and without baseline" {
    for q in 0 1 3 10 19 20 30 49 50 51 75 90 99 100; do
        compare "$samples/noise.pgm" "$q" int chroma baseline
        compare "$samples/noise.pgm" "$q" int chroma no-baseline
    done
}

@test "float: luma and chroma, with and without baseline" {
    for q in 0 1 5 10 23 25 49 50 62 75 88 95 99 100; do
        compare "$samples/noise.pgm" "$q" float luma baseline
        compare "$samples/noise-binary.pgm" "$q" float luma no-baseline
        compare "$samples/noise.pgm" "$q" float chroma no-baseline
        compare "$samples/noise-binary.pgm" "$q" float chroma baseline
    done
}

@test "fast: luma and chroma, with and without baseline" {
    for q in 0 1 5 10 23 25 49 50 62 75 88 95 98; do
        compare "$samples/noise.pgm" "$q" fast luma baseline
        compare "$samples/noise-binary.pgm" "$q" fast luma no-baseline
        compare "$samples/noise.pgm" "$q" fast chroma no-baseline
        compare "$samples/noise-binary.pgm" "$q" fast chroma baseline
    done
}

@test "all methods: 0/255 noise, checkers, one pixel" {
    for file in noise-binary checker pixel; do
        for dct in int float fast; do
            for q in 1 10 40 75 98; do
                compare "$samples/$file.pgm" "$q" "$dct" luma baseline
            done
        done
    done
}

@test "all methods: maximum values that are not 255" {
    for file in scene-12bit scene-4bit; do
        for dct in int float fast; do
            compare "$samples/$file.pgm" 30 "$dct" luma baseline
        done
    done
}

@test "all methods: PNG samples" {
    for file in scene text gradients gray; do
        pgm_of "$samples/$file.png" > in.pgm
        for dct in int float fast; do
            for q in 1 10 75 98; do
                reference in.pgm "$dct" -quality "$q" -baseline > want.pgm
                jpegq -q "$q" --dct "$dct" "$samples/$file.png" got.pgm
                same want.pgm got.pgm || fail "$file quality $q $dct"
            done
        done
    done
}

@test "fast at 99 and 100 on natural content" {
    pgm_of "$samples/scene.png" > scene.pgm
    for q in 99 100; do
        compare scene.pgm "$q" fast luma baseline
        compare scene.pgm "$q" fast chroma baseline
    done
}

@test "fast at 99 and 100 refuses what overflows, and nothing else" {
    # 0/255 content with the signs of one product of cosines, for every pair of frequencies; the
    # model says where 16-bit sums wrap to more than the 1023 that T.81 table F.2 has codes for.
    python << 'END'
import numpy as np
from lossy import *
from files import write_pnm
from published import PUBLISHED

refused = open("refused", "w")
taken = open("taken", "w")
for v in range(8):
    for u in range(8):
        for sign in (1, -1):
            name = f"block-{v}-{u}-{'plus' if sign > 0 else 'minus'}.pgm"
            block = np.where(sign * np.outer(BASIS[v], BASIS[u]) > 0, 255, 0)
            write_pnm(name, block)
            for quality in (98, 99, 100):
                x = fast_forward(block)
                d = fast_divisors(ijg_scale(PUBLISHED["luma"], quality))
                quantized = np.sign(x) * ((np.abs(x) + d // 2) // d)
                largest = np.abs(quantized.reshape(64)[1:]).max()
                print(quality, name, file=refused if largest > 1023 else taken)
END
    [[ -s refused && -s taken ]]
    ! grep -q '^98' refused || fail "the model overflows at 98"
    while read -r q file; do
        refuses 1 "$file" 'fast|range|coefficient' -- -q "$q" --dct fast "$file" out.pgm
    done < refused
    # A cut of the others: every fifth.
    awk 'NR % 5 == 1' taken > some
    while read -r q file; do
        compare "$file" "$q" fast luma baseline
    done < some
}

@test "int: every size from 1x1 to 17x17" {
    python << 'END'
import numpy as np
from files import write_pnm
noise = np.random.default_rng(17).integers(0, 256, (17, 17))
for height in range(1, 18):
    for width in range(1, 18):
        write_pnm(f"{width}x{height}.pgm", noise[:height, :width])
END
    for file in *x*.pgm; do
        compare "$file" 60 int luma baseline
    done
}

@test "float and fast: sizes around the block" {
    python << 'END'
import numpy as np
from files import write_pnm
noise = np.random.default_rng(18).integers(0, 256, (17, 17))
for height in (1, 7, 8, 9, 16, 17):
    for width in (1, 7, 8, 9, 16, 17):
        write_pnm(f"{width}x{height}.pgm", noise[:height, :width])
END
    for file in *x*.pgm; do
        compare "$file" 60 float luma baseline
        compare "$file" 60 fast luma baseline
    done
}

@test "long and narrow images" {
    python << 'END'
import numpy as np
from files import write_pnm
noise = np.random.default_rng(19).integers(0, 256, (3, 20001))
write_pnm("wide.pgm", noise)
write_pnm("tall.pgm", noise.T)
END
    compare wide.pgm 75 int luma baseline
    compare tall.pgm 75 int luma baseline
}

@test "the default is quality 75, luma, int, baseline" {
    jpegq "$samples/noise.pgm" default.pgm
    jpegq -q 75 -t luma --dct int --round nearest "$samples/noise.pgm" named.pgm
    same default.pgm named.pgm
    reference "$samples/noise.pgm" int -quality 75 > want.pgm
    same default.pgm want.pgm
}

@test "exact: samples and coefficients agree with a double-precision model" {
    pgm_of "$samples/scene.png" > scene.pgm
    cp "$samples/noise-binary.pgm" "$samples/pixel.pgm" .
    python << 'END'
import numpy as np
from lossy import *
from files import read_pgm
from command import jpegq
from published import PUBLISHED

for name in ("scene.pgm", "noise-binary.pgm", "pixel.pgm"):
    plane = read_pgm(name)
    height, width = plane.shape
    model = forward(plane)
    jpegq("--dct", "exact", "--dump", "dct.npy", "--dump-stage", "dct", name)
    dct = np.load("dct.npy")
    assert dct.dtype == np.float64 and dct.shape == model.shape
    assert np.abs(dct - model).max() < 1e-9, np.abs(dct - model).max()
    for quality in (1, 10, 50, 90, 100):
        table = np.array(ijg_scale(PUBLISHED["luma"], quality)).reshape(8, 8)
        jpegq("-q", quality, "--dct", "exact", "--dump", "q.npy", name, "out.pgm")
        u = model / table
        quantized, want = np.load("q.npy"), round_u(u, "nearest")
        clear = distance_to_step(u, "nearest") > 1e-9
        assert clear.mean() > 0.5
        assert (quantized == want)[clear].all()
        assert (np.abs(quantized - u) <= 0.5 + 1e-9).all()
        # From the coefficients that were dumped, so that a tie does not spread.
        samples = from_blocks(inverse(quantized * table), width, height)
        off = np.abs(samples - np.floor(samples) - 0.5) > 1e-9
        got = read_pgm("out.pgm")
        assert (got == to_samples(samples))[off].all()
        assert (np.abs(got.astype(float) - np.clip(samples, 0, 255)) <= 0.5 + 1e-9).all()
END
}

@test "exact: samples are rounded half to even" {
    # Coefficients (0,0) and (4,4) with steps 4: DC alone gives DC * 4 / 8 + 128, so odd DC is a
    # tie; halves are exact in binary.
    python << 'END'
import numpy as np
from files import read_pgm, write
from command import jpegq
dc = np.arange(-40, 40).reshape(8, 10)
blocks = np.zeros((8, 10, 8, 8), np.int16)
blocks[:, :, 0, 0] = dc
np.save("dc.npy", blocks)
write("four.txt", b"4 " * 64)
jpegq("--dct", "exact", "--exact-table", "-t", "four.txt", "--from-coefficients", "dc.npy",
      "out.pgm")
got = read_pgm("out.pgm").reshape(8, 8, 10, 8)[:, 0, :, 0]
want = np.array([round(__import__("fractions").Fraction(int(c), 2)) + 128 for c in dc.flat])
assert (got.reshape(-1) == want).all(), (got, want)
END
}

@test "exact without rounding is the identity" {
    for file in scene.png text.png; do
        pgm_of "$samples/$file" > want.pgm
        jpegq --round none --dct exact -q 1 "$samples/$file" got.pgm
        same want.pgm got.pgm
    done
    for file in noise noise-binary checker pixel; do
        for q in 1 50 100; do
            jpegq --round none --dct exact -q "$q" "$samples/$file.pgm" got.pgm
            same "$samples/$file.pgm" got.pgm
        done
    done
}

@test "options mean the same in any order and on either side of the file names" {
    jpegq -q 20 -t chroma --no-baseline --dct fast --round trunc "$samples/noise.pgm" a.pgm
    jpegq --round trunc "$samples/noise.pgm" --dct fast b.pgm --no-baseline -t chroma -q 20
    jpegq "$samples/noise.pgm" c.pgm -t chroma --round=trunc --quality=20 --dct=fast --no-baseline
    jpegq --no-baseline --dct fast --table chroma -q20 --round trunc -- "$samples/noise.pgm" d.pgm
    same a.pgm b.pgm
    same a.pgm c.pgm
    same a.pgm d.pgm
}

@test "the examples of the manual" {
    cp "$samples/scene.png" in.png
    pgm_of in.png > in.pgm
    jpegq -q 10 -s in.png out.png | grep -q PSNR
    reference in.pgm int -quality 10 -baseline > want.pgm
    pgm_of out.png > got.pgm
    same want.pgm got.pgm
    jpegq -q 30 --dump c.npy in.png
    jpegq -q 30 --from-coefficients c.npy --size 509x381 out.png
    reference in.pgm int -quality 30 -baseline > want.pgm
    pgm_of out.png > got.pgm
    same want.pgm got.pgm
    jpegq --print-table -q 30 > t.txt
    cjpeg -grayscale -qtables t.txt in.pgm > out.jpg
    djpeg out.jpg > got.pgm
    same want.pgm got.pgm
    jpegq --dct exact --scale 2,1 in.png out.png
    pgm_of out.png > got.pgm
    python << 'END'
import numpy as np
from files import read_pgm
from lossy import *
from published import PUBLISHED
plane = read_pgm("in.pgm")
table = np.array(textbook_scale(PUBLISHED["luma"], 2, 1)).reshape(8, 8)
u = forward(plane) / table
samples = inverse(half_away(u) * table)
got = to_blocks(read_pgm("got.pgm"))
# A tie goes either way in floating point: compare the blocks and samples without one.
clear = (distance_to_step(u, "nearest") > 1e-9).all(axis=(2, 3))[:, :, None, None]
off = np.abs(samples - np.floor(samples) - 0.5) > 1e-9
inside = to_blocks(np.ones_like(plane)) == 1
inside[-1, :, plane.shape[0] % 8 or 8:] = False
inside[:, -1, :, plane.shape[1] % 8 or 8:] = False
assert (clear & off & inside).mean() > 0.5
assert (got == to_samples(samples))[clear & off & inside].all()
END
}

@test "the result does not depend on the locale" {
    jpegq -q 30 -s --format csv "$samples/noise.pgm" a.pgm > a.csv
    for locale in C POSIX de_DE.UTF-8 tr_TR.UTF-8; do
        LC_ALL="$locale" jpegq -q 30 -s --format csv "$samples/noise.pgm" b.pgm > b.csv
        same a.pgm b.pgm
        same a.csv b.csv
    done
}
