#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --round: how a coefficient divided by its step becomes a whole number.

load common
: "${samples:?is set by common.bash}"

@test "int: every rounding is the exact quotient, rounded" {
    python "$samples/noise.pgm" "$samples/noise-binary.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from lossy import round_quotient
roundings = ("nearest", "even", "trunc", "offset:0", "offset:0.25", "offset:0.5", "offset:1",
             "offset:0.123456789", "offset:0.333333333", "offset:1e-9")
for name in sys.argv[1:]:
    jpegq("--dump-stage", "dct", "--dump", "dct.npy", name)
    # The integer method works in 8 times the orthonormal scale, and divides by 8 * step.
    x = np.load("dct.npy").reshape(-1, 64) * 8
    assert (x == np.rint(x)).all()
    for rounding in roundings:
        for quality in (40, 90):
            d = np.array(table("-q", quality)) * 8
            jpegq("-q", quality, "--round", rounding, "--dump", "q.npy", name)
            got = np.load("q.npy").reshape(-1, 64)
            pairs, where = np.unique(
                np.stack([x.astype(int), np.broadcast_to(d, x.shape)], 2).reshape(-1, 2),
                axis=0, return_inverse=True)
            want = np.array([round_quotient(a, b, rounding) for a, b in pairs])[where.reshape(-1)]
            assert (got.reshape(-1) == want).all(), (name, rounding, quality)
END
}

@test "int: ties" {
    # An image of 8x8 blocks of one value each: DC is 8 times it, the quotient by a step of 16 is
    # half of it, and every odd value is a tie.
    python << 'END'
import math
import numpy as np
from command import jpegq
from files import write, write_pnm
values = np.arange(64, 192).reshape(8, 16)
write_pnm("flat.pgm", np.kron(values, np.ones((8, 8), int)))
write("16.txt", b"16 " * 64)
level = (values - 128).reshape(-1)
want = {
    "nearest": [int(math.copysign((abs(k) + 1) // 2, k)) for k in level],
    "even": [round(k / 2) for k in level],  # Python's round is half to even
    "trunc": [int(k / 2) for k in level],
    "offset:0.5": [int(math.copysign((abs(k) + 1) // 2, k)) for k in level],
    "offset:0.499999999": [int(k / 2) for k in level],
    "offset:0": [int(k / 2) for k in level],
    "offset:1": [int(math.copysign(abs(k) // 2 + 1, k)) if k else 0 for k in level],
}
for dct in ("int", "fast", "exact", "float"):
    for rounding, integers in want.items():
        if dct == "float" and rounding == "nearest":
            integers = want["even"]  # libjpeg's float method rounds half to even
        jpegq("--dct", dct, "--exact-table", "-t", "16.txt", "--round", rounding,
              "--dump", "q.npy", "flat.pgm")
        quantized = np.load("q.npy").reshape(-1, 64)
        assert quantized[:, 0].tolist() == integers, (dct, rounding)
        # With offset:1 whatever is not exactly zero counts: here, floating point's last bits.
        if dct in ("int", "fast") or rounding != "offset:1":
            assert not quantized[:, 1:].any(), (dct, rounding)
END
}

@test "fast: every rounding is the exact quotient, rounded" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
from lossy import AAN_SCALE, fast_divisors, fast_forward, round_quotient
name = sys.argv[1]
x = fast_forward(read_pgm(name))
jpegq("--dct", "fast", "--dump-stage", "dct", "--dump", "dct.npy", name)
# libjpeg's scale factors have nine decimal places.
assert np.abs(np.load("dct.npy") - x / AAN_SCALE).max() < 1e-5
x = x.reshape(-1, 64)
for rounding in ("nearest", "even", "trunc", "offset:0", "offset:0.25", "offset:0.7", "offset:1"):
    for quality in (30, 95):
        d = fast_divisors(table("-q", quality)).reshape(64)
        jpegq("-q", quality, "--dct", "fast", "--round", rounding, "--dump", "q.npy", name)
        got = np.load("q.npy").reshape(-1, 64)
        want = [[round_quotient(a, b, rounding) for a, b in zip(row, d)] for row in x]
        assert (got == np.array(want)).all(), (rounding, quality)
END
}

@test "float: every rounding, away from ties" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
from lossy import distance_to_step, forward, round_u
name = sys.argv[1]
model = forward(read_pgm(name))
jpegq("--dct", "float", "--dump-stage", "dct", "--dump", "dct.npy", name)
dct = np.load("dct.npy")
# Single precision has 24 bits; sums of 64 terms up to 1024: some 1e-4 at most.
assert np.abs(dct - model).max() < 1e-3
for rounding in ("nearest", "even", "trunc", "offset:0", "offset:0.25", "offset:0.7", "offset:1"):
    for quality in (30, 95):
        u = dct / np.array(table("-q", quality)).reshape(8, 8)
        jpegq("-q", quality, "--dct", "float", "--round", rounding, "--dump", "q.npy", name)
        clear = distance_to_step(u, rounding) > 1e-4
        assert clear.mean() > 0.7, (rounding, quality, clear.mean())
        assert (np.load("q.npy") == round_u(u, rounding))[clear].all(), (rounding, quality)
END
}

@test "exact: every rounding, away from ties" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
from lossy import distance_to_step, forward, round_u
name = sys.argv[1]
model = forward(read_pgm(name))
for rounding in ("nearest", "even", "trunc", "offset:0", "offset:0.25", "offset:0.7", "offset:1"):
    for quality in (1, 30, 95):
        u = model / np.array(table("-q", quality)).reshape(8, 8)
        jpegq("-q", quality, "--dct", "exact", "--round", rounding, "--dump", "q.npy", name)
        clear = distance_to_step(u, rounding) > 1e-9
        assert clear.mean() > 0.7, (rounding, quality, clear.mean())
        assert (np.load("q.npy") == round_u(u, rounding))[clear].all(), (rounding, quality)
jpegq("-q", 30, "--dct", "exact", "--round", "none", "--dump", "q.npy", name)
got = np.load("q.npy")
assert got.dtype == np.float64
assert np.abs(got - model / np.array(table("-q", 30)).reshape(8, 8)).max() < 1e-9
END
}

@test "exact: the coefficients that are rational, ties and all, as NumPy rounds" {
    # F(0,0), F(0,4), F(4,0), F(4,4) are S / 8 with S a sum of samples with signs, so S / (8 step)
    # is known in integers; gray levels in noise at small steps make many ties.
    python "$samples/noise.pgm" "$samples/checker.pgm" << 'END'
import sys
import numpy as np
from command import jpegq
from files import read_pgm, write, write_pnm
from lossy import rational_sums, round_quotient
few = np.random.default_rng(5).integers(0, 2, (160, 160)) * 8 + 120  # few levels: many ties
write_pnm("few.pgm", few)
ties = 0
for step in (1, 2, 4, 16, 32, 3):
    write("t.txt", b"%d " % step * 64)
    for name in ("few.pgm", *sys.argv[1:]):
        for rounding in ("even", "nearest", "offset:0.5", "offset:0.25"):
            jpegq("--exact-table", "-t", "t.txt", "--dct", "exact", "--round", rounding,
                  "--dump", "q.npy", name)
            got = np.load("q.npy")
            for (v, u), sums in rational_sums(read_pgm(name)).items():
                ties += np.count_nonzero(sums % (8 * step) == 4 * step)
                want = [round_quotient(s, 8 * step, rounding) for s in sums.flat]
                assert got[:, :, v, u].reshape(-1).tolist() == want, (step, name, rounding, v, u)
assert ties > 1000, ties
END
}

@test "none: quantized and dequantized are the quotient and the coefficient" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
from lossy import forward
model = forward(read_pgm(sys.argv[1]))
steps = np.array(table("-q", 10)).reshape(8, 8)
for stage, want in (("quantized", model / steps), ("dct", model), ("dequantized", model)):
    jpegq("-q", 10, "--dct", "exact", "--round", "none", "--dump-stage", stage, "--dump", "d.npy",
          sys.argv[1])
    got = np.load("d.npy")
    assert got.dtype == np.float64
    assert np.abs(got - want).max() < 1e-9, stage
END
}

@test "the default rounding is nearest, and offset:0.5 is nearest but for float" {
    for dct in int fast exact float; do
        jpegq --dct "$dct" -q 20 "$samples/noise.pgm" default.pgm
        jpegq --dct "$dct" -q 20 --round nearest "$samples/noise.pgm" nearest.pgm
        same default.pgm nearest.pgm
    done
    for dct in int fast; do
        jpegq --dct "$dct" -q 20 "$samples/noise.pgm" default.pgm
        jpegq --dct "$dct" -q 20 --round offset:0.5 "$samples/noise.pgm" offset.pgm
        same default.pgm offset.pgm
    done
}

@test "a smaller offset makes more zeros" {
    python "$samples/noise.pgm" << 'END'
import sys
from command import jpegq, statistics
shares = [float(statistics(jpegq("-q", 20, "--round", f"offset:{x}", "--format", "csv",
                                 sys.argv[1]))[0]["zeros"]) for x in (0, 0.2, 0.35, 0.5, 0.8)]
assert shares == sorted(shares, reverse=True) and len(set(shares)) == 5, shares
trunc = statistics(jpegq("-q", 20, "--round", "trunc", "--format", "csv", sys.argv[1]))
assert float(trunc[0]["zeros"]) == shares[0]
END
}
