#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Quantization tables: the built-in ones, files, and every way of scaling them.

load common
: "${samples:?is set by common.bash}"

@test "--print-table: every quality, by the formula" {
    python << 'END'
from command import table
from lossy import ijg_scale
from published import PUBLISHED
for quality in range(101):
    got = table("-q", quality)
    assert got == ijg_scale(PUBLISHED["luma"], quality), quality
for quality in (0, 1, 2, 3, 7, 9, 11, 13, 19, 23, 24, 49, 50, 51, 74, 99, 100):
    for name in ("chroma", "imagemagick", "watson"):
        assert table("-q", quality, "-t", name) == ijg_scale(PUBLISHED[name], quality)
    for name in ("luma", "chroma", "klein"):
        got = table("-q", quality, "-t", name, "--no-baseline")
        assert got == ijg_scale(PUBLISHED[name], quality, 32767), (quality, name)
END
}

@test "--print-table: the default is quality 75 of luma" {
    jpegq --print-table > default.txt
    jpegq --print-table -q 75 -t luma > named.txt
    diff <(grep -v '^#' default.txt) <(grep -v '^#' named.txt)
}

@test "Annex K: luma and chroma are the tables in cjpeg's files" {
    for q in 1 10 30 50 75 90 100; do
        cjpeg -quality "$q" -baseline "$samples/scene.ppm" > baseline.jpg
        cjpeg -quality "$q" "$samples/scene.ppm" > wide.jpg
        python "$q" << 'END'
import sys
from command import table
from files import read_dqt
from lossy import ZIGZAG
quality = sys.argv[1]
for name, options in (("baseline.jpg", []), ("wide.jpg", ["--no-baseline"])):
    theirs = read_dqt(name, ZIGZAG)
    assert table("-q", quality, *options) == theirs[0]
    assert table("-q", quality, "-t", "chroma", *options) == theirs[1]
END
    done
}

@test "presets: all names work, at quality 50 as published" {
    python << 'END'
from command import table
from published import PUBLISHED
for name, steps in PUBLISHED.items():
    # No step of a published table is beyond 32767, some are beyond 255.
    assert table("-t", name, "-q", 50, "--no-baseline") == list(steps), name
    assert table("-t", name, "--exact-table") == list(steps), name
    assert table("-t", name, "-q", 50) == [min(step, 255) for step in steps], name
END
}

@test "presets: all names encode" {
    for table in luma chroma flat ms-ssim ms-ssim-chroma imagemagick psnr-hvs psnr-hvs-chroma \
        klein watson ahumada peterson; do
        jpegq --print-table -t "$table" -q 40 > table.txt
        reference "$samples/noise.pgm" int -qtables table.txt -baseline > want.pgm
        jpegq -t "$table" -q 40 "$samples/noise.pgm" got.pgm
        same want.pgm got.pgm || fail "$table"
    done
}

@test "--print-table is what cjpeg -qtables reads" {
    for q in 1 10 30 50 90; do
        jpegq --print-table -q "$q" > table.txt
        cjpeg -grayscale -qtables table.txt "$samples/noise.pgm" | djpeg > want.pgm
        jpegq -q "$q" "$samples/noise.pgm" got.pgm
        same want.pgm got.pgm
        jpegq --print-table --no-baseline -q "$q" > table.txt
        cjpeg -grayscale -qtables table.txt "$samples/noise.pgm" | djpeg > want.pgm
        jpegq -q "$q" --no-baseline "$samples/noise.pgm" got.pgm
        same want.pgm got.pgm
    done
}

@test "--print-table is what -t reads" {
    # klein's largest step is 419: at quality 3, (419 * 1666 + 50) / 100 = 6981, which --dct int
    # can divide by.
    for q in 3 30 90; do
        jpegq --print-table --no-baseline -q "$q" -t klein > table.txt
        jpegq --print-table --exact-table -t table.txt > again.txt
        diff <(sed 's/#.*//' table.txt) <(sed 's/#.*//' again.txt)
        jpegq -t klein --no-baseline -q "$q" "$samples/noise.pgm" a.pgm
        jpegq -t table.txt --no-baseline "$samples/noise.pgm" b.pgm
        jpegq -t table.txt --exact-table "$samples/noise.pgm" c.pgm
        jpegq -t <(cat table.txt) --exact-table "$samples/noise.pgm" d.pgm
        same a.pgm b.pgm
        same a.pgm c.pgm
        same a.pgm d.pgm
    done
}

@test "--print-table: steps of five digits stay apart" {
    jpegq --print-table --no-baseline -q 1 -t klein > table.txt # up to 419 * 5000 / 100 = 20950
    jpegq --print-table --exact-table -t table.txt > again.txt
    diff <(sed 's/#.*//' table.txt) <(sed 's/#.*//' again.txt)
    cjpeg -grayscale -qtables table.txt "$samples/noise.pgm" > /dev/null
}

@test "--print-table with an input does the rest too" {
    jpegq --print-table -q 20 > alone.txt
    jpegq --print-table -q 20 "$samples/noise.pgm" got.pgm > with.txt
    same alone.txt with.txt
    jpegq -q 20 "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
    jpegq --print-table -q 20 --dump got.npy "$samples/noise.pgm" > with.txt
    same alone.txt with.txt
    [[ -s got.npy ]]
}

@test "a file: the default quality is 50, the table as it stands but for 255" {
    python << 'END'
from command import table
from files import write
from lossy import ijg_scale
steps = [1 + 7 * i for i in range(64)]  # 1 to 442
write("t.txt", " ".join(map(str, steps)).encode())
assert table("-t", "t.txt") == [min(step, 255) for step in steps]
assert table("-t", "t.txt", "--no-baseline") == steps
assert table("-t", "t.txt", "-q", 50, "--no-baseline") == steps
assert table("-t", "t.txt", "--exact-table") == steps
for quality in (0, 1, 10, 49, 51, 75, 100):
    assert table("-t", "t.txt", "-q", quality) == ijg_scale(steps, quality)
    assert table("-t", "t.txt", "-q", quality, "--no-baseline") == ijg_scale(steps, quality, 32767)
END
    # cjpeg means the same by -qtables, with a quality and without.
    cjpeg -grayscale -baseline -qtables t.txt "$samples/noise.pgm" | djpeg > want.pgm
    jpegq -t t.txt "$samples/noise.pgm" got.pgm
    same want.pgm got.pgm
    cjpeg -grayscale -qtables t.txt "$samples/noise.pgm" | djpeg > want.pgm
    jpegq -t t.txt --no-baseline "$samples/noise.pgm" got.pgm
    same want.pgm got.pgm
    cjpeg -grayscale -quality 20 -qtables t.txt "$samples/noise.pgm" | djpeg > want.pgm
    jpegq -t t.txt -q 20 --no-baseline "$samples/noise.pgm" got.pgm
    same want.pgm got.pgm
}

@test "a file: comments, white space of every kind, up to four tables" {
    python << 'END'
from command import table
from files import read_dqt, write
from lossy import ZIGZAG
import os
import subprocess
steps = [2 * i + 3 for i in range(64)]
other = [200 - i for i in range(64)]
words = [str(step) for step in steps]
text = {
    "one.txt": " ".join(words),
    "lines.txt": "\n".join(words) + "\n",
    "mixed.txt": "\t" + "\v\f \t".join(words) + "\r\n",
    "dos.txt": "".join(" ".join(words[i:i + 8]) + "\r\n" for i in range(0, 64, 8)),
    "comment.txt": "# a table: 1 2 3\n" + " ".join(words[:30]) + " # the half 99\n#\n" +
                   " ".join(words[30:]) + "\n# the end, without a newline",
    "touching.txt": "# x\n" + " ".join(words[:9]) + "# 7 8 9\n" + " ".join(words[9:]),
    "zeros.txt": " ".join(word.rjust(6, "0") for word in words),
    "two.txt": " ".join(words) + "\n# second\n" + " ".join(map(str, other)),
    "three.txt": "\n".join([" ".join(words)] + 2 * [" ".join(map(str, other))]),
    "four.txt": "\n".join([" ".join(words)] + 3 * [" ".join(map(str, other))]),
}
picture = os.path.join(os.environ["PYTHONPATH"], "../../samples/noise.pgm")
for name, content in text.items():
    write(name, content.encode())
    assert table("-t", name) == steps, name
    # cjpeg reads the same.
    subprocess.run(["cjpeg", "-grayscale", "-qtables", name, "-outfile", "t.jpg", picture],
                   check=True)
    assert read_dqt("t.jpg", ZIGZAG)[0] == steps, name
END
}

@test "a file with the name of a built-in table is reached by a path" {
    yes 33 | head -n 64 > flat
    python << 'END'
from command import table
assert table("-t", "flat", "--exact-table") == [16] * 64
assert table("-t", "./flat", "--exact-table") == [33] * 64
END
}

@test "--exact-table: the table as it stands, up to 32767" {
    python << 'END'
from command import table
from files import write
steps = [1, 255, 256, 8191] + [300 + i for i in range(60)]
write("t.txt", " ".join(map(str, steps)).encode())
assert table("--exact-table", "-t", "t.txt") == steps
write("wide.txt", b"32767 8192 " + b"5 " * 62)
assert table("--exact-table", "-t", "wide.txt", "--dct", "exact") == [32767, 8192] + [5] * 62
END
    cjpeg -grayscale -qtables t.txt "$samples/noise.pgm" | djpeg > want.pgm
    jpegq -t t.txt --exact-table "$samples/noise.pgm" got.pgm
    same want.pgm got.pgm
}

@test "--scale: factors, a factor for DC, bounds" {
    python << 'END'
from command import table
from lossy import textbook_scale
from published import PUBLISHED
for text in ("1", "2", "0.5", "1.5", "0.1", "3.14159", "0.03125", "1e-3", "1e-300", "7", "100",
             "1e6", "1e300", "0.25,4", "2,1", "1,0.0625", "1e-9,1e9", "1e9,1e-9", ".5", "2.,.5"):
    factors = [float(factor) for factor in text.split(",")]
    for name in ("luma", "chroma", "klein"):
        base = PUBLISHED[name]
        assert table("-t", name, "--scale", text) == textbook_scale(base, *factors), text
    got = table("--scale", text, "--no-baseline", "--dct", "exact")
    dc_factor = factors[-1]
    assert got == textbook_scale(PUBLISHED["luma"], factors[0], dc_factor, 32767), text
END
}

@test "--scale works on a file and changes what is done" {
    yes 10 | head -n 64 > ten.txt
    yes 25 | head -n 64 > want.txt
    jpegq --scale 2.5 -t ten.txt "$samples/noise.pgm" got.pgm
    jpegq --exact-table -t want.txt "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
    { echo 40; yes 25 | head -n 63; } > want.txt
    jpegq --scale 2.5,4 -t ten.txt "$samples/noise.pgm" got.pgm
    jpegq --exact-table -t want.txt "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
}

@test "steps of 8192 and more: exact divides by them" {
    { echo 8192; yes 16 | head -n 62; echo 32767; } > wide.txt
    jpegq --dct exact --exact-table -t wide.txt --dump q.npy "$samples/noise.pgm" out.pgm
    python << 'END'
import numpy as np
# |DC| is at most 1024 and |AC| at most 1020: by such steps, less than a half.
quantized = np.load("q.npy")
assert not quantized[:, :, 0, 0].any() and not quantized[:, :, 7, 7].any()
assert quantized.any()
END
}
