#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What jpegq reads, and how it becomes 8-bit gray. `--dct exact --round none` is the identity, so
# the output shows the samples as they were read.

load common
: "${samples:?is set by common.bash}"

# The input as 8-bit gray: as_read INPUT OUTPUT.pgm
as_read() {
    jpegq --dct exact --round none "$1" "$2"
}

@test "PGM: every kind of maximum value" {
    python << 'END'
import numpy as np
from command import jpegq
from files import read_pgm, write_pnm
from lossy import to_eight_bits
rng = np.random.default_rng(21)
for largest in (1, 2, 3, 15, 100, 127, 128, 254, 255, 256, 257, 511, 1000, 1023, 4095, 32767,
                65534, 65535):
    samples = rng.integers(0, largest + 1, (13, 21))
    samples[0, :2] = 0, largest
    write_pnm("in.pgm", samples, largest)
    jpegq("--dct", "exact", "--round", "none", "in.pgm", "out.pgm")
    assert (read_pgm("out.pgm") == to_eight_bits(samples, largest)).all(), largest
# All 65536 values
samples = np.arange(65536).reshape(256, 256)
write_pnm("in.pgm", samples, 65535)
jpegq("--dct", "exact", "--round", "none", "in.pgm", "out.pgm")
assert (read_pgm("out.pgm") == (samples * 255 + 32767) // 65535).all()
END
}

@test "PGM and PPM of every maximum value: as cjpeg reads them" {
    python << 'END'
import numpy as np
from files import write_pnm
rng = np.random.default_rng(22)
for largest in (1, 7, 100, 255, 256, 4095, 65535):
    write_pnm(f"gray-{largest}.pgm", rng.integers(0, largest + 1, (19, 26)), largest)
    write_pnm(f"color-{largest}.ppm", rng.integers(0, largest + 1, (19, 26, 3)), largest)
END
    for file in gray-* color-* "$samples"/*.ppm "$samples"/*.pgm; do
        reference "$file" int -quality 90 > want.pgm
        jpegq -q 90 "$file" got.pgm
        same want.pgm got.pgm || fail "$file"
    done
}

@test "PGM: headers of every legal form" {
    python << 'END'
import numpy as np
from command import jpegq
from files import read_pgm, write
samples = np.random.default_rng(23).integers(0, 256, (5, 7)).astype(np.uint8)
data = samples.tobytes()
# A sample that looks like white space or a comment right after the header is a sample.
tricky = np.frombuffer(b"\n # 1 2\n" + bytes(range(27)), np.uint8).reshape(5, 7)
for header in (b"P5\n7 5\n255\n", b"P5 7 5 255 ", b"P5\t7\r\n5\v255\n", b"P5\n\n  7   5\n\n255\n",
               b"P5\n# a comment\n7 5\n255\n", b"P5# touching\n7 5\n255\n",
               b"P5\n#\n#a\n7 # the width 9\n5\n# 1 2 3\n255\n", b"P5\n007 0005\n0255\n",
               b"P5\n# " + b"long " * 5000 + b"\n7 5\n255\n", b"P5\n7 5\n255\t", b"P5\n7 5\n255 "):
    for pixels in (samples, tricky):
        write("in.pgm", header + pixels.tobytes())
        jpegq("--dct", "exact", "--round", "none", "in.pgm", "out.pgm")
        assert (read_pgm("out.pgm") == pixels).all(), header
END
}

@test "PGM: only the first image of a file is read" {
    cat "$samples/noise.pgm" "$samples/checker.pgm" > two.pgm
    jpegq -q 30 two.pgm got.pgm
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
    jpegq -q 30 --output-format pgm - - < two.pgm > got.pgm
    same want.pgm got.pgm
}

@test "colour becomes gray by libjpeg's rule" {
    # Every corner and random colours; the rule is exact in whole numbers.
    python << 'END'
import numpy as np
from command import jpegq
from files import RGB, png, bmp, read_pgm, write, write_pnm
from lossy import to_gray
colors = np.random.default_rng(24).integers(0, 256, (80, 90, 3))
colors[0, :8] = [[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)]
colors[1, :16, :] = np.arange(16)[:, None] * 17
write_pnm("in.ppm", colors)
write("in.png", png(colors, color=RGB))
write("in.bmp", bmp(colors))
want = to_gray(*np.moveaxis(colors, 2, 0))
for name in ("in.ppm", "in.png", "in.bmp"):
    jpegq("--dct", "exact", "--round", "none", name, "out.pgm")
    assert (read_pgm("out.pgm") == want).all(), name
END
}

@test "colour samples: as cjpeg -grayscale" {
    for q in 10 90; do
        pgm_of "$samples/scene-color.png" > color.ppm
        reference color.ppm int -quality "$q" -baseline > want.pgm
        jpegq -q "$q" "$samples/scene-color.png" got.pgm
        same want.pgm got.pgm
        reference "$samples/scene.bmp" int -quality "$q" -baseline > want.pgm
        jpegq -q "$q" "$samples/scene.bmp" got.pgm
        same want.pgm got.pgm
        pgm_of "$samples/scene-16bit.png" > deep.pgm
        reference deep.pgm int -quality "$q" -baseline > want.pgm
        jpegq -q "$q" "$samples/scene-16bit.png" got.pgm
        same want.pgm got.pgm
        pngtopnm -quiet "$samples/scene-alpha.png" > alpha.ppm
        reference alpha.ppm int -quality "$q" -baseline > want.pgm
        jpegq -q "$q" "$samples/scene-alpha.png" got.pgm
        same want.pgm got.pgm
    done
}

@test "PNG: every kind of pixel, interlaced or not" {
    python << 'END'
import numpy as np
from command import jpegq
from files import GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, png, read_pgm, write
from lossy import to_eight_bits, to_gray
rng = np.random.default_rng(25)
height, width = 13, 21
palette = rng.integers(0, 256, (256, 3))
for interlace in (0, 1):
    for depth in (1, 2, 4, 8, 16):
        largest = 2**depth - 1
        gray = rng.integers(0, largest + 1, (height, width))
        cases = [(GRAY, gray, to_eight_bits(gray, largest), None)]
        if depth < 16:
            used = palette[:largest + 1]
            cases.append((PALETTE, gray, to_gray(*np.moveaxis(used[gray], 2, 0)), used))
        if depth >= 8:
            color = rng.integers(0, largest + 1, (height, width, 4))
            eight = np.moveaxis(to_eight_bits(color, largest), 2, 0)
            cases.append((RGB, color[:, :, :3], to_gray(*eight[:3]), None))
            cases.append((RGBA, color, to_gray(*eight[:3]), None))
            cases.append((GRAY_ALPHA, color[:, :, :2], eight[0], None))
        for kind, samples, want, used in cases:
            write("in.png", png(samples, depth, kind, interlace, used))
            jpegq("--dct", "exact", "--round", "none", "in.png", "out.pgm")
            assert (read_pgm("out.pgm") == want).all(), (interlace, depth, kind)
END
}

@test "PNG: a transparent colour is dropped like an alpha channel" {
    python << 'END'
import struct
import numpy as np
from command import jpegq
from files import GRAY, PALETTE, RGB, png, read_pgm, write
from lossy import to_gray
rng = np.random.default_rng(26)
gray = rng.integers(0, 256, (9, 11))
color = rng.integers(0, 256, (9, 11, 3))
palette = rng.integers(0, 256, (256, 3))
for kind, samples, want, used, transparent in (
        (GRAY, gray, gray, None, struct.pack(">H", gray[3, 3])),
        (RGB, color, to_gray(*np.moveaxis(color, 2, 0)), None, struct.pack(">HHH", *color[2, 2])),
        (PALETTE, gray, to_gray(*np.moveaxis(palette[gray], 2, 0)), palette, bytes(range(256)))):
    write("in.png", png(samples, 8, kind, 0, used, transparent))
    jpegq("--dct", "exact", "--round", "none", "in.png", "out.pgm")
    assert (read_pgm("out.pgm") == want).all(), kind
END
}

@test "an alpha channel is dropped, and -v says so" {
    keep -v "$samples/scene-alpha.png" out.pgm
    [[ "$status" -eq 0 && ! -s "$BATS_TEST_TMPDIR/stdout" ]]
    grep -qi alpha "$BATS_TEST_TMPDIR/stderr"
    jpegq "$samples/scene-alpha.png" quiet.pgm 2> errors
    [[ ! -s errors ]]
    same out.pgm quiet.pgm
    keep -v "$samples/scene-color.png" out.pgm
    ! grep -qi alpha "$BATS_TEST_TMPDIR/stderr" || fail "alpha, where there is none"
}

@test "-v says what was read, on standard error only" {
    for file in scene.png scene-color.png scene-16bit.png scene.ppm scene-12bit.pgm scene.bmp \
        scene.jpg scene.npy; do
        jpegq -q 20 --format csv "$samples/$file" > quiet.csv
        keep -v -q 20 --format csv "$samples/$file"
        [[ "$status" -eq 0 ]]
        same quiet.csv "$BATS_TEST_TMPDIR/stdout"
        grep -q "$file" "$BATS_TEST_TMPDIR/stderr"
    done
}

@test "BMP: every common kind" {
    python << 'END'
import numpy as np
from command import jpegq
from files import bmp, read_pgm, write
from lossy import to_gray
rng = np.random.default_rng(27)
for width in (21, 22, 23, 24):  # rows are padded to four bytes
    color = rng.integers(0, 256, (13, width, 3))
    want = to_gray(*np.moveaxis(color, 2, 0))
    for bits in (24, 32):
        write("in.bmp", bmp(color, bits=bits))
        jpegq("--dct", "exact", "--round", "none", "in.bmp", "out.pgm")
        assert (read_pgm("out.pgm") == want).all(), (width, bits)
    for bits in (1, 4, 8):
        palette = rng.integers(0, 256, (2**bits, 3)).tolist()
        indices = rng.integers(0, 2**bits, (13, width))
        want = to_gray(*np.moveaxis(np.array(palette)[indices], 2, 0))
        write("in.bmp", bmp(indices, palette, bits=bits))
        jpegq("--dct", "exact", "--round", "none", "in.bmp", "out.pgm")
        assert (read_pgm("out.pgm") == want).all(), (width, bits)
END
}

@test "BMP: rows from top to bottom" {
    python << 'END'
import numpy as np
from command import jpegq
from files import bmp, read_pgm, write
from lossy import to_gray
color = np.random.default_rng(29).integers(0, 256, (13, 21, 3))
want = to_gray(*np.moveaxis(color, 2, 0))
for bits in (24, 32):
    write("in.bmp", bmp(color, top_down=True, bits=bits))
    jpegq("--dct", "exact", "--round", "none", "in.bmp", "out.pgm")
    assert (read_pgm("out.pgm") == want).all(), bits
indices = np.random.default_rng(30).integers(0, 256, (13, 21))
write("in.bmp", bmp(indices, [(v, v, v) for v in range(256)], top_down=True))
jpegq("--dct", "exact", "--round", "none", "in.bmp", "out.pgm")
assert (read_pgm("out.pgm") == indices).all()
END
}

@test "JPEG: close to what djpeg decodes" {
    cjpeg -quality 85 -grayscale "$samples/noise.pgm" > gray.jpg
    cjpeg -quality 85 -grayscale -progressive "$samples/noise.pgm" > progressive.jpg
    cjpeg -quality 85 -grayscale -restart 1 "$samples/noise.pgm" > restart.jpg
    cjpeg -quality 85 -sample 1x1 "$samples/scene.ppm" > color.jpg
    cp "$samples/scene.jpg" scene.jpg
    for file in gray progressive restart color scene; do
        as_read "$file.jpg" "$file-got.pgm"
        djpeg -pnm "$file.jpg" > "$file-want.pnm"
    done
    python << 'END'
import numpy as np
from files import read_pgm, read_pnm
from lossy import to_gray
for name in ("gray", "progressive", "restart", "color", "scene"):
    want, largest = read_pnm(f"{name}-want.pnm")
    if want.ndim == 3:
        want = to_gray(*np.moveaxis(want, 2, 0))
    got = read_pgm(f"{name}-got.pgm").astype(int)
    assert got.shape == want.shape
    # Both inverse transforms round once or twice; conversion of colour rounds again.
    assert np.abs(got - want).max() <= 4, (name, np.abs(got - want).max())
    assert np.abs(got - want).mean() < 0.5, (name, np.abs(got - want).mean())
END
}

@test "npy: two dimensions of uint8, header versions 1 and 2" {
    python "$samples/scene.npy" << 'END'
import sys
import numpy as np
from command import jpegq
from files import npy_header, read_pgm, write
def gray(name):
    jpegq("--dct", "exact", "--round", "none", name, "out.pgm")
    return read_pgm("out.pgm")
scene = np.load(sys.argv[1])
assert (gray(sys.argv[1]) == scene).all()
for shape in ((1, 1), (1, 9), (9, 1), (17, 33)):
    samples = np.random.default_rng(28).integers(0, 256, shape).astype(np.uint8)
    for version in ((1, 0), (2, 0), (3, 0)):
        with open("in.npy", "wb") as file:
            np.lib.format.write_array(file, samples, version=version)
        if version == (3, 0):
            continue  # NumPy writes 3.0 for names of fields only; reading it is not promised
        assert (gray("in.npy") == samples).all(), (shape, version)
# Spaces and the order of the keys are Python's business.
samples = np.arange(35, dtype=np.uint8).reshape(5, 7)
for header in ("{'descr': '|u1', 'fortran_order': False, 'shape': (5, 7), }",
               "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 7)}",
               "{'shape': (5, 7), 'fortran_order': False, 'descr': '|u1'}",
               '{"descr": "|u1", "fortran_order": False, "shape": (5, 7), }'):
    write("in.npy", npy_header(header) + samples.tobytes())
    assert (np.load("in.npy") == samples).all()
    assert (gray("in.npy") == samples).all(), header
END
}

@test "npy in Fortran order: read as NumPy reads it, or refused" {
    python << 'END'
import numpy as np
np.save("f.npy", np.asfortranarray(np.arange(35, dtype=np.uint8).reshape(5, 7)))
END
    if as_read f.npy out.pgm 2> errors; then
        python << 'END'
import numpy as np
from files import read_pgm
assert (read_pgm("out.pgm") == np.load("f.npy")).all()
END
    else
        grep -q '^jpegq: .*f\.npy' errors
        [[ ! -e out.pgm ]]
    fi
}

@test "formats are told by the contents, never by the name" {
    for file in scene.png scene.bmp scene.jpg noise.pgm scene.ppm scene.npy; do
        jpegq -q 30 "$samples/$file" want.pgm
        for name in x.png x.jpg x.txt x; do
            cp "$samples/$file" "$name"
            jpegq -q 30 "$name" got.pgm
            same want.pgm got.pgm || fail "$file as $name"
            rm "$name"
        done
    done
}

@test "every format from standard input: a file and a pipe" {
    for file in scene.png scene-16bit.png scene.bmp scene.jpg noise.pgm scene-12bit.pgm scene.ppm \
        scene.npy; do
        jpegq -q 30 "$samples/$file" want.pgm
        jpegq -q 30 - got.pgm < "$samples/$file"
        same want.pgm got.pgm || fail "$file"
        # shellcheck disable=SC2002 # a pipe, not a file
        cat "$samples/$file" | jpegq -q 30 --output-format pgm - - > got.pgm
        same want.pgm got.pgm || fail "$file in a pipe"
        jpegq -q 30 <(cat "$samples/$file") got.pgm
        same want.pgm got.pgm || fail "$file in a FIFO"
    done
}

@test "a slow pipe is read to its end" {
    {
        head -c 100 "$samples/noise.pgm"
        sleep 0.1
        tail -c +101 "$samples/noise.pgm" | head -c 1000
        sleep 0.1
        tail -c +1101 "$samples/noise.pgm"
    } | jpegq -q 30 - got.pgm
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    same want.pgm got.pgm
}

@test "an input by a symbolic link, and one with odd names" {
    ln -s "$samples/noise.pgm" link
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jpegq -q 30 link got.pgm
    same want.pgm got.pgm
    for name in 'two words' -q -- -in.pgm $'new\nline' $'\xff\xfe'; do
        cp "$samples/noise.pgm" "./$name"
        jpegq -q 30 -- "$name" got.pgm
        same want.pgm got.pgm
        jpegq -q 30 "./$name" got.pgm
        same want.pgm got.pgm
    done
}

@test "--max-pixels: exactly so many are taken" {
    # noise.pgm is 67 x 45 = 3015
    jpegq --max-pixels 3015 "$samples/noise.pgm" > /dev/null
    refuses 1 'noise\.pgm' 'pixels' -- --max-pixels 3014 "$samples/noise.pgm"
    # scene.png is 509 x 381 = 193929
    jpegq --max-pixels 193929 "$samples/scene.png" > /dev/null
    refuses 1 'scene\.png' 'pixels' -- --max-pixels 193928 "$samples/scene.png" out.png
    for file in scene.jpg scene.bmp scene.npy scene.ppm; do
        refuses 1 "$file" 'pixels' -- --max-pixels 100 "$samples/$file" out.png
    done
    refuses 1 'standard input' 'pixels' -- --max-pixels 100 - out.png < "$samples/scene.png"
}
