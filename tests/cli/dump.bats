#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --dump: coefficients as .npy, .csv and .txt, at every stage, in both orders.

load common
: "${samples:?is set by common.bash}"

@test "npy: shape, type and the way back to the picture" {
    python "$samples/noise.pgm" "$samples/pixel.pgm" "$samples/checker.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
from lossy import ZIGZAG
for name in sys.argv[1:]:
    height, width = read_pgm(name).shape
    shape = (-(-height // 8), -(-width // 8))
    for dct in ("int", "float", "fast", "exact"):
        files = {}
        for order in ("natural", "zigzag"):
            for stage in ("quantized", "dct", "dequantized"):
                path = f"{order}-{stage}.npy"
                out = jpegq("-q", 30, "--dct", dct, "--dump", path, "--dump-stage", stage,
                            "--dump-order", order, name)
                assert out == b"", "with a dump, nothing is printed"
                data = np.load(path)
                assert data.dtype == (np.float64 if stage == "dct" else np.int16), (path, data.dtype)
                assert data.shape == shape + ((8, 8) if order == "natural" else (64,)), path
                assert data.flags.c_contiguous
                files[order, stage] = data.reshape(shape + (64,))
        for stage in ("quantized", "dct", "dequantized"):
            assert (files["natural", stage][:, :, ZIGZAG] == files["zigzag", stage]).all()
        steps = np.array(table("-q", 30))
        quantized = files["natural", "quantized"]
        assert (files["natural", "dequantized"] == quantized * steps).all()
        # What was left of a coefficient is within half a step of it; --dct fast rounds its
        # divisor, too: 8 s[v] s[u] step to a whole number, and it has 8-bit constants.
        rest = np.abs(files["natural", "dct"] - quantized * steps) / steps
        assert rest.max() < (1.0 if dct == "fast" else 0.501), (dct, rest.max())
END
}

@test "npy: the default stage is quantized, the default order natural" {
    jpegq -q 30 --dump a.npy "$samples/noise.pgm"
    jpegq -q 30 --dump b.npy --dump-stage quantized --dump-order natural --dump-format npy \
        "$samples/noise.pgm"
    same a.npy b.npy
}

@test "dct: every method in the scale of the orthonormal DCT" {
    python "$samples/noise.pgm" "$samples/noise-binary.pgm" << 'END'
import sys
import numpy as np
from command import jpegq
from files import read_pgm
from lossy import forward, to_blocks
# int has 13-bit constants and rounds to 1/8 after two more roundings; float is single
# precision; fast has 8-bit constants and no rounding, and is said to be off by a few.
for name in sys.argv[1:]:
    plane = read_pgm(name)
    model = forward(plane)
    for dct, error in (("int", 0.5), ("float", 1e-3), ("fast", 16.0), ("exact", 1e-9)):
        jpegq("--dct", dct, "--dump", "d.npy", "--dump-stage", "dct", name)
        got = np.load("d.npy")
        assert np.abs(got - model).max() < error, (name, dct, np.abs(got - model).max())
        # DC is the sum of the samples over 8, which all methods have in whole numbers.
        dc = (to_blocks(plane).astype(int) - 128).sum(axis=(2, 3)) / 8
        assert np.abs(got[:, :, 0, 0] - dc).max() < (1e-9 if dct != "float" else 1e-4), dct
END
}

@test "dct and quantization: independent of each other" {
    for dct in int float fast exact; do
        jpegq -q 1 --dct "$dct" --dump a.npy --dump-stage dct "$samples/noise.pgm"
        jpegq -q 90 -t flat --round even --dct "$dct" --dump b.npy --dump-stage dct \
            "$samples/noise.pgm"
        same a.npy b.npy
    done
}

@test "csv: a comment, names, a line per block, the numbers of the npy" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, read_csv_dump
name = sys.argv[1]
for dct in ("int", "float", "fast", "exact"):
    for stage in ("quantized", "dct", "dequantized"):
        for order in ("natural", "zigzag"):
            options = ("-q", 30, "--dct", dct, "--dump-stage", stage, "--dump-order", order, name)
            jpegq("--dump", "d.csv", *options)
            jpegq("--dump", "d.npy", *options)
            comment, shape, values = read_csv_dump(open("d.csv").read())
            want = np.load("d.npy")
            assert shape == want.shape[:2]
            # Numbers read back the same.
            assert (values == want.reshape(-1, 64)).all(), (dct, stage, order)
            if stage != "dct":
                assert "." not in open("d.csv").read().split("\n", 2)[2], "whole numbers"
END
}

@test "txt: a comment, a grid per block, the numbers of the npy" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import grids, jpegq
name = sys.argv[1]
for dct in ("int", "float", "fast", "exact"):
    for stage in ("quantized", "dct", "dequantized"):
        for order in ("natural", "zigzag"):
            options = ("-q", 30, "--dct", dct, "--dump-stage", stage, "--dump-order", order, name)
            jpegq("--dump", "d.txt", *options)
            jpegq("--dump", "d.npy", *options)
            text = open("d.txt").read()
            assert text.startswith("#")
            want = np.load("d.npy").reshape(-1, 64)
            got = grids(text).reshape(-1, 64)
            assert got.shape == want.shape, (got.shape, want.shape)
            # A person reads them: real numbers may be cut to a few places.
            error = 0.006 if stage == "dct" else 0
            assert np.abs(got - want).max() <= error, (dct, stage, order)
END
}

@test "txt: wide numbers stay apart" {
    # A step of 20000 with offset:1 makes DC +-1 quantized and +-20000 dequantized.
    { echo 20000; yes 20000 | head -n 63; } > wide.txt
    options=(--dct exact --exact-table -t wide.txt --round offset:1 --dump-stage dequantized)
    jpegq "${options[@]}" --dump d.txt "$samples/noise.pgm"
    jpegq "${options[@]}" --dump d.npy "$samples/noise.pgm"
    jpegq "${options[@]}" --dump d.csv "$samples/noise.pgm"
    jpegq --dct exact --exact-table -t wide.txt --round offset:1 --block 1,1 "$samples/noise.pgm" \
        > block.txt
    python << 'END'
import numpy as np
from command import grids, jpegq, read_csv_dump
from files import write
want = np.load("d.npy")
assert set(np.unique(want)) <= {-20000, 0, 20000} and (want < 0).any() and (want > 0).any()
assert (grids(open("d.txt").read()) == want.reshape(-1, 8, 8)).all()
assert (read_csv_dump(open("d.csv").read())[2] == want.reshape(-1, 64)).all()
stages = grids(open("block.txt").read())
assert len(stages) == 7 and (stages[4] == want[1, 1]).all()
# Coefficients that no encoder makes come back from a dump as they are.
any_values = np.random.default_rng(4).integers(-32768, 32768, (2, 3, 8, 8)).astype(np.int16)
any_values[0, 0, 0, :2] = -32768, 32767
np.save("any.npy", any_values)
jpegq("--from-coefficients", "any.npy", "--dump", "any.txt")
assert (grids(open("any.txt").read()) == any_values.reshape(-1, 8, 8)).all()
END
}

@test "text forms name version, size, stage, order, DCT, rounding and table" {
    version="$(jpegq --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+')"
    [[ -n "$version" ]]
    jpegq --print-table -q 50 > my-table.txt
    for form in csv txt; do
        jpegq -q 30 --dump "a.$form" "$samples/noise.pgm"
        line="$(head -n 1 "a.$form")"
        for word in '#' "$version" 67 45 quantized natural int nearest luma; do
            [[ "$line" == *"$word"* ]] || fail "$form: no $word in '$line'"
        done
        jpegq -t my-table.txt --dct exact --round offset:0.35 --dump "b.$form" \
            --dump-stage dequantized --dump-order zigzag "$samples/noise.pgm"
        line="$(head -n 1 "b.$form")"
        for word in '#' "$version" 67 45 dequantized zigzag exact offset:0.35 my-table.txt; do
            [[ "$line" == *"$word"* ]] || fail "$form: no $word in '$line'"
        done
    done
}

@test "a comment stays one line whatever the name of the table" {
    jpegq --print-table -q 50 > $'t\n1 2 3 4 5 6 7 8\n,".txt'
    jpegq -t $'t\n1 2 3 4 5 6 7 8\n,".txt' --dump a.csv "$samples/noise.pgm"
    jpegq -t $'t\n1 2 3 4 5 6 7 8\n,".txt' --dump a.txt "$samples/noise.pgm"
    python << 'END'
from command import grids, read_csv_dump
# 67 x 45 has 9 x 6 blocks
assert read_csv_dump(open("a.csv").read())[1] == (6, 9)
assert len(grids(open("a.txt").read())) == 54
END
}

@test "the format follows the name, or --dump-format, and is txt for standard output" {
    jpegq -q 30 --dump a.csv "$samples/noise.pgm"
    jpegq -q 30 --dump a.txt "$samples/noise.pgm"
    jpegq -q 30 --dump a.npy "$samples/noise.pgm"
    for form in csv txt npy; do
        jpegq -q 30 --dump-format "$form" --dump noname "$samples/noise.pgm"
        same "a.$form" noname
        jpegq -q 30 --dump - --dump-format "$form" "$samples/noise.pgm" > stdout
        same "a.$form" stdout
    done
    jpegq -q 30 --dump-format csv --dump b.txt "$samples/noise.pgm"
    same a.csv b.txt
    jpegq -q 30 --dump - "$samples/noise.pgm" > stdout
    same a.txt stdout
}

@test "a dump with an output and statistics: all three" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jpegq -q 30 --dump want.npy "$samples/noise.pgm"
    jpegq -q 30 --format csv "$samples/noise.pgm" > want.csv
    jpegq -q 30 -s --format csv --dump got.npy "$samples/noise.pgm" got.pgm > got.csv
    same want.pgm got.pgm
    same want.npy got.npy
    same want.csv got.csv
}

@test "the npy header is padded so that the data is aligned" {
    # NumPy's format: the header ends with a newline at a multiple of 64 (older: 16) bytes.
    jpegq --dump a.npy "$samples/noise.pgm"
    python << 'END'
data = open("a.npy", "rb").read()
assert data[:6] == b"\x93NUMPY" and data[6] in (1, 2)
start = len(data) - 54 * 64 * 2
assert start % 16 == 0 and data[start - 1:start] == b"\n", start
END
}
