#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Feature maps: arrays of floats through the codec.

load common
: "${samples:?is set by common.bash}"

@test "planes and batches of both types, in the input's shape and type" {
    python << 'END'
import numpy as np
from command import jpegq, table
import layer
random = np.random.default_rng(21)
steps = np.array(table("-q", 35)).reshape(8, 8)
for shape in ((1, 1), (8, 8), (13, 22), (1, 9, 17), (4, 5, 3)):
    for kind in ("<f4", "<f8", ">f4", ">f8"):
        for order in "CF":
            x = np.array(random.normal(128, 60, shape), dtype=kind, order=order)
            np.save("x.npy", x)
            planes = x.astype(float).reshape(-1, *shape[-2:])
            for clamp in ("both", "none"):
                jpegq("--dct", "exact", "-q", 35, "--clamp", clamp, "x.npy", "y.npy")
                y = np.load("y.npy")
                assert y.shape == shape and y.dtype == np.dtype("<" + kind[1:]), (y.shape, y.dtype)
                want = np.stack([layer.forward(p, steps, "nearest", clamp == "both")
                                 for p in planes]).reshape(shape)
                allowed = 1e-9 if kind[-1] == "8" else 1e-4  # 24 bits of some hundreds
                assert np.abs(y - want).max() < allowed, (shape, kind, clamp)
END
}

@test "int, float and fast: the samples are rounded, and then libjpeg's" {
    python << 'END'
import numpy as np
from command import jpegq
from files import write_pnm
from runs import libjpeg
x = np.random.default_rng(22).normal(128, 90, (2, 13, 22))
x[0, 0, :4] = [0.5, 1.5, 254.5, 2.5]  # half to even
np.save("x.npy", x)
for dct in ("int", "float", "fast"):
    jpegq("--dct", dct, "-q", 50, "x.npy", "y.npy")
    for n in range(2):
        write_pnm("p.pgm", np.clip(np.rint(x[n]), 0, 255).astype(np.uint8))
        assert (np.load("y.npy")[n] == libjpeg("p.pgm", 50, dct=dct)[0]).all(), dct
END
}

@test "--range: JPEG_pyTorch's mapping, minmax over the whole array" {
    python << 'END'
import numpy as np
from command import jpegq, table
import layer
random = np.random.default_rng(23)
steps = np.array(table("-q", 70)).reshape(8, 8)
for limits in ("minmax", "-5:1e0"):
    while True:  # whole samples make ties, which a model cannot tell
        v = random.normal(-2, 3, (2, 16, 24))
        low, high = (v.min(), v.max()) if limits == "minmax" else (-5, 1)
        x, scale = layer.samples_of(v, low, high)
        if all(layer.safe(p, steps, "even", 0, 0) for p in x):
            break
    np.save("v.npy", v)
    jpegq("--dct", "exact", "--round", "even", "-q", 70, "--samples", "8bit", "--clamp", "none",
          "--range", limits, "v.npy", "w.npy")
    want = np.stack([layer.forward(p, steps, "even") for p in x]) * scale + low
    assert np.abs(np.load("w.npy") - want).max() < 1e-9, limits
    # samples as reals
    jpegq("--dct", "exact", "-q", 70, "--range", limits, "v.npy", "w.npy")
    x = np.clip((v - low) / scale, 0, 255)
    want = np.stack([layer.forward(p, steps, "nearest", True) for p in x]) * scale + low
    assert np.abs(np.load("w.npy") - want).max() < 1e-9, limits
END
}

@test "--range minmax: without rounding nothing changes, and a constant array stays what it is" {
    python << 'END'
import numpy as np
from command import jpegq
v = np.random.default_rng(24).normal(0, 1e-3, (3, 9, 9))
np.save("v.npy", v)
jpegq("--dct", "exact", "--round", "none", "--range", "minmax", "v.npy", "w.npy")
assert np.abs(np.load("w.npy") - v).max() < 1e-15
for value in (0.0, -3.25, 1e300):
    np.save("c.npy", np.full((9, 9), value))
    np.save("g.npy", np.ones((9, 9)))
    for dct in ("exact", "int"):
        jpegq("--dct", dct, "--range", "minmax", "--grad-output", "g.npy", "--grad-input", "dx.npy",
              "--grad-table", "ds.npy", "c.npy", "w.npy")
        assert (np.load("w.npy") == value).all()
        assert np.isfinite(np.load("dx.npy")).all() and (np.load("ds.npy") == 0).all()
END
}

@test "--output-type: floats of images, samples of maps" {
    python "$samples/noise.pgm" << 'END'
import sys
import numpy as np
from command import jpegq, table
from files import read_pgm
import layer
x = read_pgm(sys.argv[1])
steps = np.array(table("-q", 25)).reshape(8, 8)
for kind in ("float32", "float64"):
    jpegq("-q", 25, "--dct", "exact", "--clamp", "none", "--output-type", kind, sys.argv[1], "y.npy")
    y = np.load("y.npy")
    assert y.dtype == kind
    assert np.abs(y - layer.forward(x.astype(float), steps, "nearest")).max() < 1e-4
jpegq("-q", 25, "--dct", "exact", sys.argv[1], "picture.pgm")
picture = read_pgm("picture.pgm")
assert (np.clip(np.rint(y), 0, 255) == picture).all()
jpegq("-q", 25, "--output-type", "float32", sys.argv[1], "y.npy")
jpegq("-q", 25, sys.argv[1], "int.pgm")
assert (np.load("y.npy") == read_pgm("int.pgm")).all()
np.save("x.npy", np.stack([x, x]).astype("f4"))
jpegq("-q", 25, "--dct", "exact", "--output-type", "uint8", "x.npy", "y.npy")
y = np.load("y.npy")
assert y.dtype == np.uint8 and (y == np.stack([picture, picture])).all()
np.save("x.npy", x.astype("f8"))
jpegq("-q", 25, "--dct", "exact", "x.npy", "y.pgm")
assert (read_pgm("y.pgm") == picture).all()
for dct in ("exact", "int"):
    jpegq("-q", 25, "--dct", dct, "x.npy", "a.jpg")
    jpegq("-q", 25, "--dct", dct, sys.argv[1], "b.jpg")
    assert open("a.jpg", "rb").read() == open("b.jpg", "rb").read()
END
}

@test "statistics: one row for a batch" {
    python "$samples/noise.pgm" "$samples/text.png" << 'END'
import json
import sys
import numpy as np
from command import jpegq, statistics
from files import read_pgm, write_pnm
x = read_pgm(sys.argv[1])[:50, :90]
planes = np.stack([x, 255 - x, x // 2])
np.save("x.npy", planes.astype(float))
for n in range(3):
    write_pnm(f"{n}.pgm", planes[n])
each = statistics(jpegq("-n", "--format", "csv", "-q", 40, "0.pgm", "1.pgm", "2.pgm"))
row, = statistics(jpegq("--format", "csv", "-q", 40, "x.npy"))
for column in ("bytes", "bytes_optimal", "blocks", "pixels", "images"):
    assert int(row[column]) == sum(int(e[column]) for e in each), column
for column in ("mse", "mean_error", "zeros", "bpp"):
    assert abs(float(row[column]) - np.mean([float(e[column]) for e in each])) < 1e-9, column
assert float(row["max_error"]) == max(int(e["max_error"]) for e in each)
assert abs(float(row["psnr"]) - 10 * np.log10(255**2 / float(row["mse"]))) < 1e-12
assert (row["width"], row["height"], row["error"]) == (str(x.shape[1]), str(x.shape[0]), "")
assert "3 planes" in jpegq("x.npy").decode()
row, = statistics(jpegq("--format", "csv", "--metrics", "all", "x.npy"))
assert row["ssim"] == row["ssim_uniform"] == row["psnr_b"] == ""
total, = [r for r in statistics(jpegq("-n", "--summary", "--format", "csv", "-q", 40, "x.npy",
                                      "0.pgm")) if not r["file"]]
assert total["images"] == "4" and int(total["pixels"]) == 4 * x.size
lines = jpegq("--format", "jsonl", "--dct", "exact", "--round", "soft", "-t", "flat", "--scale",
              "1e-9", "--metrics", "mse,bytes", "x.npy")
assert json.loads(lines)["bytes"] is None
# the same memory is not for both, in either order
for names in (("x.npy", "0.pgm", "x.npy"), ("0.pgm", "x.npy", "0.pgm")):
    found = statistics(jpegq("-n", "-j", 1, "--format", "csv", "-q", 40, *names))
    assert found[0] == found[2] and found[0] != found[1]
# the error of a real output is real
np.save("y.npy", np.full((8, 8), 100.25))
row, = statistics(jpegq("--format", "csv", "--dct", "exact", "-q", 100, "y.npy"))
assert float(row["max_error"]) == 0.25 - 0.125 or float(row["max_error"]) == 0
assert row["max_error"] == row["mean_error"]
END
}

@test "targets and sweeps take feature maps" {
    python << 'END'
import numpy as np
from command import jpegq, statistics
x = 128 + np.random.default_rng(25).normal(0, 4, (2, 24, 24)).cumsum(2)
np.save("x.npy", x)
rows = statistics(jpegq("-n", "--format", "csv", "-q", "1-100", "x.npy"))
assert len(rows) == 100
best = max((r for r in rows if int(r["bytes"]) <= 1500), key=lambda r: int(r["quality"]))
found, = statistics(jpegq("--format", "csv", "--target-bytes", 1500, "x.npy"))
assert found["quality"] == best["quality"] and found["bytes"] == best["bytes"]
first = min((r for r in rows if float(r["psnr"]) >= 40), key=lambda r: int(r["quality"]))
found, = statistics(jpegq("--format", "csv", "--target-psnr", 40, "x.npy"))
assert found["quality"] == first["quality"]
jpegq("-n", "-q", "10-90:10", "-t", "luma", "-t", "flat", "--bd", "x.npy")
END
}

@test "dumps: the blocks of a batch from top to bottom" {
    python << 'END'
import numpy as np
from command import jpegq, table
import lossy
x = np.random.default_rng(26).normal(128, 60, (3, 13, 22))
np.save("x.npy", x)
steps = np.array(table("-q", 75)).reshape(8, 8)
dct = np.concatenate([lossy.BASIS @ (lossy.to_blocks(p) - 128) @ lossy.BASIS.T for p in x])
for stage, want in (("dct", dct), ("quantized", lossy.half_away(dct / steps)),
                    ("dequantized", lossy.half_away(dct / steps) * steps)):
    jpegq("--dct", "exact", "--dump-stage", stage, "--dump", "d.npy", "x.npy")
    got = np.load("d.npy")
    assert got.shape == (6, 3, 8, 8), got.shape
    assert got.dtype == (np.float64 if stage == "dct" else np.int16)
    assert np.abs(got - want).max() < 1e-9, stage
jpegq("--dump-stage", "dct", "--dump", "d.npy", "x.npy")
eight = np.clip(np.rint(x), 0, 255)
want = np.concatenate([lossy.BASIS @ (lossy.to_blocks(p) - 128) @ lossy.BASIS.T for p in eight])
assert np.abs(np.load("d.npy") - want).max() < 0.3  # the int method's own errors
jpegq("--dct", "exact", "--round", "soft", "--dump", "d.npy", "x.npy")
assert np.load("d.npy").dtype == np.float64
END
}

@test "refused: arrays that are no feature map" {
    python << 'END'
import numpy as np
good = np.full((8, 8), 100.0)
for kind in ("f2", "g", "c8", "i4"):
    np.save(f"{kind}.npy", good.astype(kind))
np.save("flat.npy", good.reshape(64))
np.save("four.npy", good.reshape(1, 1, 8, 8))
np.save("scalar.npy", 3.0)
np.save("none.npy", good[:0])
np.save("batch-none.npy", good.reshape(1, 8, 8)[:0])
for name, value in (("nan", np.nan), ("inf", np.inf), ("minus", -np.inf)):
    for kind in ("f4", "f8"):
        bad = np.full((2, 8, 8), 100, kind)
        bad[1, 2, 3] = value
        np.save(f"{name}-{kind}.npy", bad)
np.save("far.npy", np.array([[-1.7e308, 1.7e308]]))
np.save("good.npy", good)
END
    for file in f2 g c8 i4 flat four scalar none batch-none; do
        refuses 1 "$file\\.npy" 'type|pixels' -- "$file.npy" out.npy
    done
    for kind in f4 f8; do
        for name in nan inf minus; do
            refuses 1 "$name-$kind\\.npy" 'row 2, column 3 of plane 1' -- "$name-$kind.npy" out.npy
        done
    done
    refuses 1 'far\.npy' 'row 0, column 0 of plane 0' '1e\+100' -- far.npy out.npy
    refuses 1 'good\.npy' 'row 0, column 0' -- --range 0:1e-200 good.npy out.npy
    refuses 1 'far\.npy' 'far apart' -- --range minmax far.npy out.npy
    refuses 1 'good\.npy' 'max-pixels' -- --max-pixels 63 good.npy out.npy
    jpegq --max-pixels 64 good.npy out.npy
}

@test "refused: what is for images only, and what does not go together" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((8, 8), 100.0))
np.save("b.npy", np.full((2, 8, 8), 100.0))
np.save("big.npy", np.full((8, 8), 1e9))
END
    for options in '--block 0,0' '--diff d.png' '--target-ssim 0.9'; do
        # shellcheck disable=SC2086 # an option and its argument
        refuses 1 'x\.npy' "${options%% *}" -- $options x.npy
    done
    refuses 1 'x\.npy' 'sheet' -- --sheet s.png x.npy
    refuses 1 'b\.npy' 'bits' -- --bits b.npy
    refuses 1 'b\.npy' 'bit-map' -- --bit-map map.png b.npy
    refuses 1 'b\.npy' 'batch' -- b.npy out.jpg
    refuses 1 'b\.npy' 'batch' -- b.npy out.png
    refuses 1 'x\.npy' . -- --compare x.npy "$samples/noise.pgm"
    refuses 1 'range' -- --range 0:1 "$samples/noise.pgm" out.pgm
    refuses 64 'samples real' 'exact' -- --samples real x.npy
    refuses 64 'clamp none' 'exact' -- --clamp none x.npy out.npy
    refuses 64 'clamp none' -- --dct exact --clamp none x.npy out.png
    refuses 64 'clamp none' -- --dct exact --clamp none --output-type uint8 x.npy out.npy
    refuses 1 'clamp none' -- --dct exact --clamp none "$samples/noise.pgm" out.npy
    refuses 64 'output-type' -- --output-type float32 x.npy out.png
    refuses 64 'output-type' -- --output-type float32 x.npy
    refuses 1 '16 bits' -- --dct exact --dump d.npy big.npy
    refuses 1 '16 bits' -- --dct exact big.npy out.jpg
    jpegq --dct exact --dump-stage dct --dump d.npy big.npy
    rm d.npy
    for range in '' min max 1 1: :1 1:1 2:1 0:inf nan:1 0:1:2 'minmax ' MINMAX 0,1; do
        refuses 64 'range' 'minmax' -- --range "$range" x.npy
    done
    refuses 64 'samples' '8bit' 'real' -- --samples 9bit x.npy
    refuses 64 'clamp' 'both' 'forward' 'none' -- --clamp yes x.npy
    refuses 64 'output-type' 'uint8' 'float32' 'float64' -- --output-type f4 x.npy out.npy
    for dct in int float fast; do
        refuses 64 'soft' 'exact' -- --round soft --dct "$dct" x.npy
    done
    refuses 64 'soft' -- --dct exact --round soft x.npy out.jpg
    refuses 64 'soft' -- --dct exact --round soft --bits x.npy
}

@test "-v says what was read" {
    python << 'END'
import numpy as np
np.save("x.npy", np.full((3, 8, 9), 100, "f4"))
END
    keep -v x.npy
    [[ "$status" -eq 0 ]]
    grep -q '^jpegq: x\.npy: \.npy of float32, 3 planes of 9 x 8$' "$BATS_TEST_TMPDIR/stderr"
}
