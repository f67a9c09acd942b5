#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --gradient and --grad-...: derivatives of a loss through the codec.

load common
: "${samples:?is set by common.bash}"

@test "every rounding, mode and way of clamping is the model's" {
    python << 'END'
import numpy as np
from command import jpegq, table
import layer
random = np.random.default_rng(11)
x, g = random.normal(128, 60, (13, 22)), random.normal(size=(13, 22))
np.save("x.npy", x)
np.save("g.npy", g)
base = np.array(table("-q", 50))
for quality in (7, 30, 88):
    steps = np.array(table("-q", quality)).reshape(8, 8)
    free, by_quality = layer.steps_at(base, quality)
    for rounding in ("nearest", "even", "trunc", "offset:0.3", "none", "soft"):
        for mode in ("ste", "ste-codec", "soft", "true"):
            for clamp in ("both", "forward", "none"):
                jpegq("-q", quality, "--dct", "exact", "--round", rounding, "--gradient", mode,
                      "--clamp", clamp, "--grad-output", "g.npy", "--grad-input", "dx.npy",
                      "--grad-table", "ds.npy", "--grad-quality", "dq.npy", "x.npy", "y.npy")
                y = layer.forward(x, steps, rounding, clamp != "none")
                dx, ds = layer.backward(x, g, steps, rounding, mode, clamp == "both")
                fs = layer.backward(x, g, free, rounding, mode, clamp == "both")[1]
                dq = np.array((fs.reshape(64) * by_quality).sum())
                for name, want in (("y", y), ("dx", dx), ("ds", ds), ("dq", dq)):
                    got = np.load(f"{name}.npy")
                    assert got.shape == want.shape and got.dtype == np.float64, (name, got.shape)
                    # the quality's is a sum of 64, some of them in the thousands
                    assert np.abs(got - want).max() < 1e-8, (quality, rounding, mode, clamp, name)
END
}

@test "straight through is the default; gradients have the type of G" {
    python << 'END'
import numpy as np
from command import jpegq
random = np.random.default_rng(12)
np.save("x.npy", random.normal(128, 60, (9, 17)).astype("f4"))
g = random.normal(size=(9, 17))
for kind in ("f4", "f8", ">f4", ">f8"):
    np.save("g.npy", g.astype(kind))
    common = ("--dct", "exact", "--grad-output", "g.npy", "--grad-table", "ds.npy", "--grad-quality",
              "dq.npy", "--grad-input")
    jpegq(*common, "a.npy", "x.npy")
    jpegq(*common, "b.npy", "--gradient", "ste", "x.npy")
    assert open("a.npy", "rb").read() == open("b.npy", "rb").read()
    for name in ("a", "ds", "dq"):
        assert np.load(f"{name}.npy").dtype == np.dtype(kind[-2:]), name
np.save("g.npy", np.asfortranarray(g))
jpegq(*common, "c.npy", "x.npy")
assert np.abs(np.load("c.npy") - np.load("b.npy")).max() == 0
END
}

@test "an image has gradients as the array of its samples" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq
from files import read_pgm
x = read_pgm(sys.argv[1])
np.save("x.npy", x.astype(float))
np.save("g.npy", np.random.default_rng(13).normal(size=x.shape))
for dct in ("exact", "int", "float", "fast"):
    found = []
    for name in (sys.argv[1], "x.npy"):
        jpegq("--dct", dct, "-q", 40, "--grad-output", "g.npy", "--grad-input", "dx.npy",
              "--grad-table", "ds.npy", "--grad-quality", "dq.npy", name, "y.pgm")
        found.append([np.load(f"{n}.npy") for n in ("dx", "ds", "dq")] + [read_pgm("y.pgm")])
    for a, b in zip(*found):
        assert (a == b).all(), dct
END
    jpegq -q 40 "$samples/noise.pgm" plain.pgm
    jpegq -q 40 --grad-output g.npy --grad-input dx.npy "$samples/noise.pgm" y.pgm
    same plain.pgm y.pgm
}

@test "a batch: a gradient for each plane, and one for the table and the quality" {
    python << 'END'
import numpy as np
from command import jpegq
random = np.random.default_rng(14)
x, g = random.normal(128, 60, (3, 10, 20)), random.normal(size=(3, 10, 20))
def gradients(x, g):
    np.save("x.npy", x)
    np.save("g.npy", g)
    jpegq("--dct", "exact", "-q", 20, "--grad-output", "g.npy", "--grad-input", "dx.npy",
          "--grad-table", "ds.npy", "--grad-quality", "dq.npy", "x.npy")
    return [np.load(f"{n}.npy") for n in ("dx", "ds", "dq")]
dx, ds, dq = gradients(x, g)
each = [gradients(x[n], g[n]) for n in range(3)]
assert dx.shape == x.shape and (dx == np.stack([e[0] for e in each])).all()
assert np.abs(ds - sum(e[1] for e in each)).max() < 1e-9 and dq.shape == ()
assert np.abs(dq - sum(e[2] for e in each)) < 1e-9
END
}

@test "--range: through the mapping" {
    python << 'END'
import numpy as np
from command import jpegq, table
import layer
random = np.random.default_rng(15)
v, g = random.normal(0, 1, (12, 17)), random.normal(size=(12, 17))
np.save("v.npy", v)
np.save("g.npy", g)
steps = np.array(table("-q", 60)).reshape(8, 8)
for limits in ("minmax", "-1:1.5"):
    low, high = (v.min(), v.max()) if limits == "minmax" else (-1, 1.5)
    scale = (high - low) / 255
    raw = (v - low) / scale
    x = np.clip(raw, 0, 255)
    for samples in ("8bit", "real"):
        x = np.rint(x) if samples == "8bit" else x
    for samples, x in (("real", np.clip(raw, 0, 255)), ("8bit", np.clip(np.rint(raw), 0, 255))):
        for clamp in ("both", "forward", "none"):
            for mode in ("ste", "soft", "ste-codec"):
                jpegq("--dct", "exact", "-q", 60, "--range", limits, "--samples", samples, "--clamp",
                      clamp, "--gradient", mode, "--grad-output", "g.npy", "--grad-input", "dv.npy",
                      "--grad-table", "ds.npy", "v.npy", "out.npy")
                dx, ds = layer.backward(x, g, steps, "nearest", mode, clamp == "both")
                if clamp != "forward" and mode != "ste-codec":
                    dx = np.where((raw < -1e-9) | (raw > 255 + 1e-9), 0, dx)
                y = layer.forward(x, steps, "nearest", clamp != "none")
                for name, want in (("out", y * scale + low), ("dv", dx), ("ds", ds * scale)):
                    assert np.abs(np.load(f"{name}.npy") - want).max() < 1e-9, (limits, clamp, name)
END
}

@test "no quality to derive by, no output to start from, no result asked for" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((8, 8), 100.0))
np.save("g.npy", np.ones((8, 8)))
END
    refuses 64 'grad-output' -- --gradient ste x.npy
    refuses 64 'grad-output' -- --grad-input dx.npy x.npy
    refuses 64 'grad-output' -- --grad-table ds.npy x.npy
    refuses 64 'grad-output' -- --grad-quality dq.npy x.npy
    refuses 64 'grad-input' 'grad-table' 'grad-quality' -- --grad-output g.npy x.npy
    refuses 64 'quality' -- --scale 2 --grad-output g.npy --grad-quality dq.npy x.npy
    refuses 64 'quality' -- --exact-table --grad-output g.npy --grad-quality dq.npy x.npy
    refuses 64 'grad-output' -- -q 10,20 --grad-output g.npy --grad-input dx.npy x.npy
    refuses 64 'grad-output' -- -n --grad-output g.npy --grad-input dx.npy x.npy x.npy
    refuses 64 'compare' -- --compare "$samples/noise.pgm" --grad-output g.npy --grad-input dx.npy \
        "$samples/noise.pgm"
    jpegq --dump c.npy "$samples/block.pgm"
    refuses 64 'from-coefficients' -- --from-coefficients c.npy --grad-output g.npy \
        --grad-input dx.npy
    for mode in STE '' straight soft-codec; do
        refuses 64 'gradient' 'ste' 'ste-codec' 'soft' 'true' -- --gradient "$mode" \
            --grad-output g.npy --grad-input dx.npy x.npy
    done
    jpegq --scale 2 --grad-output g.npy --grad-table ds.npy x.npy
}

@test "G of another shape, type or content, and files that are not there" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((16, 8), 100.0))
np.save("batch.npy", np.full((2, 16, 8), 100.0))
np.save("transposed.npy", np.ones((8, 16)))
np.save("smaller.npy", np.ones((15, 8)))
np.save("flat.npy", np.ones(128))
np.save("four.npy", np.ones((1, 1, 16, 8)))
np.save("one.npy", np.ones((1, 16, 8)))
for kind in ("u1", "i2", "i8", "f2", "c16", "?"):
    np.save(f"{kind[0]}{kind[1:]}.npy", np.ones((16, 8), kind))
for name, value in (("nan", np.nan), ("inf", np.inf), ("minus", -np.inf)):
    g = np.ones((16, 8))
    g[3, 5] = value
    np.save(f"{name}.npy", g)
open("text.npy", "w").write("hello")
open("short.npy", "wb").write(open("smaller.npy", "rb").read()[:-8])
END
    for g in transposed smaller one; do
        refuses 1 "$g\\.npy" 'shape' '\(16, 8\)' -- --grad-output "$g.npy" --grad-input dx.npy x.npy
    done
    for g in x smaller; do
        refuses 1 "$g\\.npy" 'shape' '\(2, 16, 8\)' -- --grad-output "$g.npy" --grad-input dx.npy \
            batch.npy out.npy
    done
    for g in flat four u1 i2 i8 f2 c16 '?'; do
        refuses 1 "f4 or f8" -- --grad-output "$g.npy" --grad-input dx.npy x.npy out.npy
    done
    for g in nan inf minus; do
        refuses 1 "$g\\.npy" 'row 3, column 5' 'finite' -- --grad-output "$g.npy" --grad-table \
            ds.npy x.npy out.npy
    done
    refuses 1 'text\.npy' -- --grad-output text.npy --grad-input dx.npy x.npy out.npy
    refuses 1 'short\.npy' 'truncated' -- --grad-output short.npy --grad-input dx.npy x.npy out.npy
    refuses 1 'missing\.npy' -- --grad-output missing.npy --grad-input dx.npy x.npy out.npy
    refuses 1 'nowhere' -- --grad-output x.npy --grad-input nowhere/dx.npy x.npy out.npy
}

@test "outputs: not over an input, not twice, not two on standard output, clobbering" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((8, 8), 100.0))
np.save("g.npy", np.ones((8, 8)))
END
    for option in --grad-input --grad-table --grad-quality; do
        refuses 1 'x\.npy' 'input' -- --grad-output g.npy "$option" x.npy x.npy
        refuses 1 'g\.npy' 'input' -- --grad-output g.npy "$option" g.npy x.npy
        refuses 1 'out\.npy' 'twice' -- --grad-output g.npy "$option" out.npy x.npy out.npy
        refuses 64 'standard output' -- --grad-output g.npy "$option" - -s x.npy
        : > there.npy
        refuses 1 'there\.npy' -- --no-clobber --grad-output g.npy "$option" there.npy x.npy
    done
    refuses 1 'twice' -- --grad-output g.npy --grad-input a.npy --grad-table a.npy x.npy
    refuses 64 'standard output' -- --grad-output g.npy --grad-input - --grad-table - x.npy
    refuses 64 'standard input' -- --grad-output - --grad-input dx.npy - < x.npy
    jpegq --grad-output g.npy --grad-input a.npy x.npy
    jpegq --grad-output - --grad-input - x.npy < g.npy > b.npy
    same a.npy b.npy
    jpegq --grad-output g.npy --grad-input b.npy - < x.npy
    same a.npy b.npy
}

@test "a full disk leaves no gradient behind" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((8, 8), 100.0))
np.save("g.npy", np.ones((8, 8)))
END
    full="$(full_device)"
    refuses 1 'full' -- --grad-output g.npy --grad-input dx.npy --grad-table "$full" x.npy out.npy
}
