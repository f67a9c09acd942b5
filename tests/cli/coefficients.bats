#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --from-coefficients: quantized coefficients to a picture.

load common
: "${samples:?is set by common.bash}"

@test "dump, then restore, is the direct round trip" {
    for file in noise noise-binary checker pixel; do
        size="$(sed -n 2p "$samples/$file.pgm" | tr ' ' x)"
        for dct in int float fast exact; do
            for order in natural zigzag; do
                options=(-q 30 -t chroma --dct "$dct" --dump-order "$order")
                jpegq "${options[@]}" --dump c.npy "$samples/$file.pgm" want.pgm
                jpegq "${options[@]}" --from-coefficients c.npy --size "$size" got.pgm
                same want.pgm got.pgm || fail "$file $dct $order"
            done
        done
    done
}

@test "restoring with every kind of table and rounding" {
    jpegq --print-table -q 20 -t klein --no-baseline > table.txt
    for options in '-q 3 --no-baseline' '-q 100' '--scale 2.5,1' '-t table.txt --exact-table' \
        '-t watson' '--round trunc' '--round offset:0.9'; do
        read -ra words <<< "$options"
        jpegq "${words[@]}" --dump c.npy "$samples/noise.pgm" want.pgm
        jpegq "${words[@]}" --from-coefficients c.npy --size 67x45 got.pgm
        same want.pgm got.pgm || fail "$options"
    done
}

@test "the default size is all of the blocks; --size cuts the last ones" {
    jpegq -q 30 --dump c.npy "$samples/noise.pgm"
    jpegq -q 30 --from-coefficients c.npy all.pgm
    for size in 67x45 72x48 65x41 66x48 72x41; do
        jpegq -q 30 --from-coefficients c.npy --size "$size" "$size.pgm"
    done
    python << 'END'
from files import read_pgm
whole = read_pgm("all.pgm")
assert whole.shape == (48, 72)
for size in ("67x45", "72x48", "65x41", "66x48", "72x41"):
    width, height = map(int, size.split("x"))
    cut = read_pgm(f"{size}.pgm")
    assert cut.shape == (height, width) and (cut == whole[:height, :width]).all(), size
END
}

@test "unrounded coefficients (float64) with --dct exact" {
    jpegq -q 10 --dct exact --round none --dump c.npy "$samples/noise.pgm"
    jpegq -q 10 --dct exact --from-coefficients c.npy --size 67x45 got.pgm
    same "$samples/noise.pgm" got.pgm
    jpegq -q 10 --dct exact --round none --dump-order zigzag --dump c.npy "$samples/noise.pgm"
    jpegq -q 10 --dct exact --round none --dump-order zigzag --from-coefficients c.npy \
        --size 67x45 got.pgm
    same "$samples/noise.pgm" got.pgm
}

@test "any coefficients: what djpeg makes of a file that holds them" {
    python << 'END'
import subprocess
import numpy as np
from command import jpegq
from files import jpeg, read_pgm, write
from lossy import ZIGZAG
from published import PUBLISHED
rng = np.random.default_rng(11)
def values(bound):
    return rng.integers(-bound, bound + 1, (5, 7, 8, 8))
def few(blocks):
    return blocks * (rng.random(blocks.shape) < 0.1)
def small_dc(blocks):  # differences of DC have 15 bits at most
    blocks[:, :, 0, 0] //= 4
    return blocks
random_steps = rng.integers(1, 32768, 64).tolist()
cases = {
    "what encoders make": (values(30), PUBLISHED["luma"]),
    "all that encoders make": (few(values(1023)), [1] * 64),
    "beyond 8-bit samples": (values(3000), [255] * 64),
    "few and large": (few(values(16383)), [3000] * 64),
    "full range": (small_dc(values(32767)), PUBLISHED["chroma"]),
    "full range, few": (small_dc(few(values(32767))), PUBLISHED["luma"]),
    "full range, steps of 16 bits": (small_dc(values(32767)), [32767] * 64),
    "full range, any steps": (small_dc(few(values(32767))), random_steps),
    "small, any steps": (few(values(3)), random_steps),
}
faults = []
for name, (blocks, table) in cases.items():
    write("c.jpg", jpeg(blocks, table, 53, 38, ZIGZAG))
    write("t.txt", " ".join(map(str, table)).encode())
    np.save("c.npy", blocks.astype(np.int16))
    for dct in ("int", "float", "fast"):
        subprocess.run(["djpeg", "-dct", dct, "-outfile", "want.pgm", "c.jpg"], check=True)
        jpegq("--dct", dct, "--exact-table", "-t", "t.txt", "--from-coefficients", "c.npy",
              "--size", "53x38", "got.pgm")
        differ = np.count_nonzero(read_pgm("want.pgm") != read_pgm("got.pgm"))
        if differ:
            faults.append(f"{name}, {dct}: {differ} of {53 * 38} samples")
assert not faults, faults
END
}

@test "the same coefficients as Fortran order or big-endian: the same picture, or refused" {
    jpegq -q 30 --dump c.npy "$samples/noise.pgm" want.pgm
    python << 'END'
import numpy as np
c = np.load("c.npy")
np.save("fortran.npy", np.asfortranarray(c))
np.save("big.npy", c.astype(">i2"))
END
    for file in fortran big; do
        if jpegq -q 30 --from-coefficients "$file.npy" --size 67x45 got.pgm 2> errors; then
            same want.pgm got.pgm
        else
            [[ ! -e got.pgm ]]
            grep -q "^jpegq: .*$file.npy" errors
        fi
    done
}

@test "coefficients from standard input, picture to standard output" {
    jpegq -q 30 --dump c.npy "$samples/noise.pgm" want.pgm
    jpegq -q 30 --from-coefficients - --size 67x45 --output-format pgm - < c.npy > got.pgm
    same want.pgm got.pgm
    # shellcheck disable=SC2002 # a pipe, not a file
    cat c.npy | jpegq -q 30 --from-coefficients - --size 67x45 --output-format pgm - | cat > got.pgm
    same want.pgm got.pgm
}

@test "numpy.save's version 2 header" {
    jpegq -q 30 --dump c.npy "$samples/noise.pgm" want.pgm
    python << 'END'
import numpy as np
with open("two.npy", "wb") as file:
    np.lib.format.write_array(file, np.load("c.npy"), version=(2, 0))
END
    jpegq -q 30 --from-coefficients two.npy --size 67x45 got.pgm
    same want.pgm got.pgm
}
