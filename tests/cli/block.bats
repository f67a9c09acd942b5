#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --block: one block at every stage.

load common
: "${samples:?is set by common.bash}"

@test "the seven stages of a block, in order, against model and dumps" {
    python "$samples/noise.pgm" "$samples/noise-binary.pgm" "$samples/pixel.pgm" << 'END'
import sys
import numpy as np
from command import grids, jpegq, table
from files import read_pgm
from lossy import to_blocks
for name in sys.argv[1:]:
    plane = read_pgm(name)
    original = to_blocks(plane).astype(int)
    rows, columns = original.shape[:2]
    for dct in ("int", "float", "fast", "exact"):
        options = ("-q", 35, "--dct", dct, name)
        jpegq(*options, "out.pgm")
        jpegq(*options, "--dump", "q.npy")
        jpegq(*options, "--dump", "d.npy", "--dump-stage", "dct")
        height, width = plane.shape
        picture = read_pgm("out.pgm").astype(int)
        for row, column in {(0, 0), (rows - 1, columns - 1), (rows // 2, columns - 1), (rows - 1, 0)}:
            text = jpegq(*options, "--block", f"{row},{column}").decode()
            stages = grids(text)
            assert len(stages) == 7, len(stages)
            samples, coefficients, steps, quantized, dequantized, result, difference = stages
            assert (samples == original[row, column]).all()
            assert np.abs(coefficients - np.load("d.npy")[row, column]).max() < 0.06
            assert steps.reshape(-1).tolist() == table("-q", 35)
            assert (quantized == np.load("q.npy")[row, column]).all()
            assert (dequantized == quantized * steps).all()
            assert (difference == result - samples).all()
            assert result.min() >= 0 and result.max() <= 255
            part = picture[8 * row:8 * row + 8, 8 * column:8 * column + 8]
            assert (result[:part.shape[0], :part.shape[1]] == part).all()
END
}

@test "samples beyond the edge are reconstructed too" {
    # 3x5 completed by hand to 8x8 gives the same block.
    python << 'END'
import numpy as np
from command import grids, jpegq
from files import write_pnm
from lossy import to_blocks
small = np.random.default_rng(3).integers(0, 256, (5, 3))
write_pnm("small.pgm", small)
write_pnm("whole.pgm", to_blocks(small)[0, 0])
for dct in ("int", "float", "fast", "exact"):
    a = grids(jpegq("--dct", dct, "--block", "0,0", "small.pgm").decode())
    b = grids(jpegq("--dct", dct, "--block", "0,0", "whole.pgm").decode())
    assert (a == b).all()
END
}

@test "the stages have their names" {
    jpegq --block 0,0 "$samples/noise.pgm" > block.txt
    grep -v '^[-+0-9. ]*$' block.txt | tr '[:upper:]' '[:lower:]' > words.txt
    last=0
    for stage in samples dct table quantized dequantized reconstructed difference; do
        grep -q "$stage" words.txt || fail "no '$stage' in" "$(cat words.txt)"
        line="$(grep -nw "$stage" words.txt | awk -F: -v last="$last" '$1 > last { print $1; exit }')"
        [[ -n "$line" ]] || fail "'$stage' is out of order in" "$(cat words.txt)"
        last="$line"
    done
}

@test "a block with rounding none" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import grids, jpegq, table
from files import read_pgm
from lossy import forward, to_blocks
model = forward(read_pgm(sys.argv[1]))[1, 2]
text = jpegq("--dct", "exact", "--round", "none", "-q", 10, "--block", "1,2", sys.argv[1])
samples, dct, steps, quantized, dequantized, result, difference = grids(text.decode())
assert np.abs(dct - model).max() < 0.06
assert np.abs(quantized - model / steps).max() < 0.06
assert np.abs(dequantized - model).max() < 0.06
assert (samples == to_blocks(read_pgm(sys.argv[1]))[1, 2]).all()
assert np.abs(result - samples).max() < 0.06 and np.abs(difference).max() < 0.06
END
}

@test "a block does not print statistics, and the output is still made" {
    jpegq -q 30 --block 0,0 "$samples/noise.pgm" > alone.txt
    jpegq -q 30 --block 0,0 "$samples/noise.pgm" got.pgm > with.txt
    same alone.txt with.txt
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
    python << 'END'
from command import grids
assert len(grids(open("alone.txt").read())) == 7
END
}
