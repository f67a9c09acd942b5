#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Measures: against scikit-image where the definitions coincide and against the models in NumPy
# everywhere, from the pictures that were written.

load common
: "${samples:?is set by common.bash}"

@test "scikit-image is there to compare with" {
    "$PYTHON" -c 'import skimage.metrics' || fail "no scikit-image for $PYTHON"
}

@test "SSIM, uniform SSIM and PSNR-B of the codec's pictures: scikit-image and the models, to 1e-9" {
    pgm_of "$samples/text.png" > text.pgm
    pgm_of "$samples/gradients.png" > gradients.pgm
    cp "$samples/noise.pgm" "$samples/noise-binary.pgm" "$samples/checker.pgm" \
        "$samples/block.pgm" "$samples/pixel.pgm" .
    python << 'END'
import glob
import os
from skimage.metrics import structural_similarity
import measures
from runs import *
os.mkdir("d")
compared = 0
for kind, height, width in (("scene", 11, 11), ("scene", 11, 40), ("noise", 40, 11), ("scene", 12, 13),
                            ("scene", 10, 40), ("noise", 8, 8), ("noise", 9, 8), ("dots", 30, 30),
                            ("scene", 1, 33), ("noise", 33, 1), ("noise", 7, 7), ("noise", 2, 2),
                            ("scene", 65, 97), ("noise", 1, 2), ("noise", 16, 3)):
    write(f"{kind}-{height}-{width}.pgm", pnm(image(kind, height, width)))
names = sorted(glob.glob("*.pgm"))
found = statistics(jpegq("-d", "d", "-s", "--format", "csv", "--output-format", "pgm",
                         "-q", "5,40,95", "--metrics", "ssim,ssim_uniform,psnr_b,psnr,mse", *names))
assert len(found) == 3 * len(names)
for row in found:
    before = samples(row["file"])
    after = samples(f"d/{row['file'][:-4]}-luma-q{row['quality']}.pgm")
    for name, model in (("ssim", measures.ssim_gaussian), ("ssim_uniform", measures.ssim_uniform),
                        ("psnr_b", measures.psnr_b), ("psnr", measures.psnr), ("mse", measures.mse)):
        got, want = float(row[name]), float(model(before, after))
        assert got == want or abs(got - want) <= 1e-9 * max(1, abs(want)), (row, name, want)
    if min(before.shape) >= 11:
        want = structural_similarity(before, after, gaussian_weights=True, sigma=1.5,
                                     use_sample_covariance=False, data_range=255)
        assert abs(float(row["ssim"]) - want) <= 1e-9, (row, want)
        compared += 1
assert compared >= 25
END
}

@test "--compare: every measure of what something else made" {
    cp "$samples/noise.pgm" before.pgm
    cjpeg -quality 30 "$samples/noise.pgm" | djpeg > djpeg.pgm
    python << 'END'
from skimage.metrics import structural_similarity
import measures
from runs import *
before = samples("before.pgm")
write("noise.pgm", pnm(image("noise", *before.shape)))
np.save("blurred.npy", ((before.astype(int) + np.roll(before, 1, 1)) // 2).astype(np.uint8))
write("negative.pgm", pnm(255 - before))
names = ["djpeg.pgm", "noise.pgm", "blurred.npy", "negative.pgm", "before.pgm"]
found = statistics(jpegq("--compare", "before.pgm", "--format", "csv", *names))
assert [row["file"] for row in found] == names
shown = "mse psnr psnr_b ssim ssim_uniform max_error mean_error".split()
assert [name for name in found[0] if name in METRICS] == shown
for row in found:
    after = np.load(row["file"]) if row["file"].endswith("npy") else samples(row["file"])
    error = np.abs(before.astype(int) - after)
    want = {"mse": measures.mse(before, after), "psnr": psnr(before, after),
            "psnr_b": measures.psnr_b(before, after), "ssim": measures.ssim_gaussian(before, after),
            "ssim_uniform": measures.ssim_uniform(before, after), "max_error": error.max(),
            "mean_error": error.mean()}
    for name in shown:
        assert float(row[name]) == want[name] or \
            abs(float(row[name]) - want[name]) < 1e-9 * max(1, abs(want[name])), (row, name)
    other = structural_similarity(before, after, gaussian_weights=True, sigma=1.5,
                                  use_sample_covariance=False, data_range=255)
    assert abs(float(row["ssim"]) - other) < 1e-9
    assert row["width"] == str(before.shape[1]) and row["height"] == str(before.shape[0])
    assert row["error"] == "" and row["images"] == "1" and row["pixels"] == str(before.size)
    for name in ("dct", "round", "table", "quality", "scale"):
        assert not row.get(name), (name, row)
# What the codec says of its own picture, --compare says of it as well.
jpegq("-q", "30", "before.pgm", "own.png")
own, = statistics(jpegq("--compare", "before.pgm", "--format", "csv", "own.png"))
row, = rows("-q", "30", "--metrics", ",".join(shown), "before.pgm")
assert all(own[name] == row[name] for name in shown)
assert {**own, "file": 0} == {**found[0], "file": 0}
for chosen in ("psnr", "ssim_uniform,mse", "max_error,psnr_b"):
    found = statistics(jpegq("--compare", "before.pgm", "--metrics", chosen, "--format", "csv", "own.png"))
    assert set(found[0]) & set(METRICS) == set(chosen.split(","))
    assert all(found[0][name] == own[name] for name in chosen.split(","))
END
}

@test "identical images are exactly so, at every size" {
    python << 'END'
import json
from runs import *
names = []
for height, width in ((1, 1), (1, 2), (2, 1), (1, 9), (7, 9), (8, 8), (9, 16), (11, 11), (12, 30),
                      (100, 3), (64, 64)):
    for kind in ("noise", "dots", "scene"):
        name = f"{kind}-{height}-{width}.pgm"
        write(name, pnm(image(kind, height, width)))
        row, = statistics(jpegq("--compare", name, "--format", "csv", name))
        assert row["psnr"] == row["psnr_b"] == "inf", row
        for measure in ("ssim", "ssim_uniform"):
            assert row[measure] == "1", row
        for measure in ("mse", "max_error", "mean_error"):
            assert row[measure] == "0", row
        values = json.loads(jpegq("--compare", name, "--format", "jsonl", name))
        assert values["identical"] is True and values["psnr"] is None and values["psnr_b"] is None
        assert values["ssim"] == 1 and values["mse"] == 0
for form in ("text", "tsv"):
    out = jpegq("--compare", name, "--format", form, name).decode()
    assert "inf" in out and "nan" not in out
# The codec leaves a constant 128 as it is.
write("constant.pgm", pnm(np.full((9, 30), 128)))
row, = rows("--metrics", "all", "-q", "3", "constant.pgm")
assert (row["psnr"], row["psnr_b"], row["ssim"], row["ssim_uniform"]) == ("inf", "inf", "1", "1")
values = json.loads(jpegq("-n", "-q", "3", "--metrics", "all", "--format", "jsonl", "constant.pgm"))
assert values["identical"] is True and values["ssim"] == 1
values = json.loads(jpegq("-n", "-q", "3", "--format", "jsonl", "--metrics", "all", "noise-9-16.pgm"))
assert "identical" not in values and values["psnr_b"] is not None
END
}

@test "--compare: sizes that differ, files that are broken, and the rest all the same" {
    cp "$samples/noise.pgm" before.pgm
    printf 'P5\n67 45\n255\nshort' > broken.pgm
    refuses 1 'broken\.pgm' -- --compare broken.pgm before.pgm
    refuses 1 'missing\.pgm' -- --compare missing.pgm before.pgm
    python "$samples/pixel.pgm" << 'END'
import sys
from runs import *
pixel = sys.argv[1]
out, errors = failing(1, "--compare", "before.pgm", "--format", "csv", "before.pgm", pixel,
                      "broken.pgm", "missing.pgm", "before.pgm")
assert len(errors) == 3, errors
for line, name in zip(errors, (pixel, "broken.pgm", "missing.pgm")):
    assert name in line, errors
assert "1 x 1" in errors[0] and "67 x 45" in errors[0]
found = statistics(out)
assert [bool(row["error"]) for row in found] == [False, True, True, True, False]
assert found[0] == found[4] and not any(found[1][name] for name in found[1] if name in METRICS)
out, errors = failing(1, "--compare", pixel, "before.pgm")
assert len(errors) == 1 and "before.pgm" in errors[0]
END
    for transposed in 45x67 1x3015; do
        jpegq --print-table > "$BATS_TEST_TMPDIR/t"
        { printf 'P5\n%s %s\n255\n' "${transposed%x*}" "${transposed#*x}"; tail -c 3015 before.pgm; } \
            > other.pgm
        keep --compare before.pgm other.pgm
        refused 1 'other\.pgm'
    done
}

@test "--compare: only measures" {
    cp "$samples/noise.pgm" before.pgm
    refuses 64 . -- --compare before.pgm
    refuses 64 'compare' -- before.pgm --compare
    mkdir d
    for options in '-q 10' '-t flat' '--dct float' '--round even' '--scale 2' '--exact-table' \
        '-d d' '--dump c.npy' '--block 0,0' '--bits' '--bit-map b.png' '--target-psnr 30' \
        '--target-bytes 3k' '--plot p.svg' '--sheet s.png' '--bd' '--print-table' \
        '--no-baseline' '--huffman optimal' '--from-coefficients c.npy' '--diff d.png'; do
        # shellcheck disable=SC2086 # the options are several words
        refuses 64 'compare' -- $options --compare before.pgm before.pgm
        # shellcheck disable=SC2086
        refuses 64 'compare' -- --compare before.pgm before.pgm $options
    done
}

@test "--compare: there is no coefficient and no file to measure" {
    cp "$samples/noise.pgm" before.pgm
    for metrics in bytes zeros bpp bytes_optimal mse,bytes; do
        keep --compare before.pgm --metrics "$metrics" --format csv before.pgm
        if [[ "$status" -eq 0 ]]; then
            python "$metrics" "$BATS_TEST_TMPDIR/stdout" << 'END'
import sys
from command import statistics
row, = statistics(open(sys.argv[2], newline="").read())
assert all(row.get(name, "") == "" for name in sys.argv[1].split(",") if name != "mse"), row
END
        else
            refused 64 'metrics|compare'
        fi
    done
}

@test "--compare: formats, lists of names and standard input" {
    cp "$samples/noise.pgm" before.pgm
    cjpeg -quality 30 before.pgm | djpeg > a.pgm
    cjpeg -quality 60 before.pgm | djpeg > b.pgm
    jpegq --compare before.pgm --format csv a.pgm b.pgm > direct
    printf 'b.pgm\n' | jpegq --compare before.pgm --format csv a.pgm --files-from - > listed
    same direct listed
    jpegq --compare before.pgm --format csv - < a.pgm > stdin
    jpegq --compare - --format csv a.pgm < before.pgm > reference
    cut -d , -f 2- stdin > one
    cut -d , -f 2- reference > two
    same one two
    head -n 2 direct | cut -d , -f 2- > three
    same one three
    jpegq --compare before.pgm --format csv -j 1 a.pgm b.pgm > one
    jpegq --compare before.pgm --format csv -j 8 a.pgm b.pgm > eight
    same one eight
    jpegq --compare before.pgm --format csv --no-header a.pgm b.pgm > headless
    same headless <(tail -n +2 direct)
    for form in tsv jsonl text; do
        [[ "$(jpegq --compare before.pgm --format "$form" --no-header a.pgm b.pgm | wc -l)" -eq 2 ]]
    done
}
