#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Every kind of bad input: one line that names what is wrong, the right exit status (64 for wrong
# usage, 1 for files), nothing on standard output, nothing left behind, nothing overwritten.

load common
: "${samples:?is set by common.bash}"

# A bad input in every role an input has: bad_input PATTERN FILE
bad_input() {
    local pattern="$1" file="$2" name
    name="$(basename "$file" | sed 's/\./\\./g')"
    refuses 1 "$name" "$pattern" -- "$file"
    refuses 1 "$name" "$pattern" -- "$file" out.pgm
    refuses 1 "$name" "$pattern" -- -s "$file" old.pgm
    refuses 1 "$name" "$pattern" -- --dump out.npy "$file"
}

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    printf 'old' > old.pgm # must survive
}

# ---- Usage -------------------------------------------------------------------------------------

@test "no input" {
    refuses 64 . --
    refuses 64 . -- -s
    refuses 64 . -- -q 30
    refuses 64 . -- --dump c.npy
    refuses 64 . -- --
}

@test "too many file names" {
    refuses 64 . -- "$samples/noise.pgm" a.pgm b.pgm
    refuses 64 . -- "$samples/noise.pgm" a.pgm b.pgm c.pgm
    jpegq --dump c.npy "$samples/noise.pgm"
    refuses 64 . -- --from-coefficients c.npy a.pgm b.pgm
}

@test "wrong options" {
    refuses 64 'frobnicate' -- --frobnicate "$samples/noise.pgm" out.pgm
    refuses 64 'frobnicate' -- --frobnicate=3 "$samples/noise.pgm" out.pgm
    refuses 64 "'?Z" -- -Z "$samples/noise.pgm" out.pgm
    refuses 64 . -- $'-\xff' "$samples/noise.pgm"
    refuses 64 . -- $'--line\nbreak' "$samples/noise.pgm"
    refuses 64 'stats' -- --stats=yes "$samples/noise.pgm"
    refuses 64 . -- --dump- c.npy "$samples/noise.pgm" # an abbreviation of three
}

@test "missing arguments of options" {
    for option in quality table scale dct round dump dump-format dump-stage dump-order block \
        from-coefficients size format output-format png-level max-pixels; do
        refuses 64 "$option" -- "$samples/noise.pgm" "--$option"
    done
    refuses 64 "'?q" -- "$samples/noise.pgm" -q
    refuses 64 "'?t" -- "$samples/noise.pgm" -t
}

@test "-q: a whole number 0 to 100" {
    for quality in 101 -1 7x x7 '' ' ' 10.5 1e1 0x10 99999999999999999999 -99999999999999999999 \
        4294967306 '10,' ',10' 50-10 10-20:0 10- 10-20: 10,101 '10,,20' '10 ' - nan ½ $'1\n0'; do
        refuses 64 'quality|-q' '\b0\b' '\b100\b' -- -q "$quality" "$samples/noise.pgm" out.pgm
        refuses 64 'quality|-q' '\b0\b' '\b100\b' -- "--quality=$quality" "$samples/noise.pgm"
    done
}

@test "--scale: numbers greater than 0" {
    for scale in 0 -1 nan inf -inf x '1,' ',1' 1,0 0,1 '' ',' 1,-1 1,2,3 1x 1,x 1e999 nan,1 1,nan 1,inf \
        ' ' '1 2' '1,2,'; do
        refuses 64 'scale' -- --scale "$scale" "$samples/noise.pgm" out.pgm
        refuses 64 'scale' -- "--scale=$scale" --print-table
    done
}

@test "--round: its names, offsets 0 to 1, none with exact only" {
    for rounding in foo '' offset offset: offset:x offset:1.5 offset:-0.1 offset:1.0000001 \
        offset:nan offset:inf offset:0.5x 'offset:0.5,0.5' Offset:0.5 nearest: none:1 even:0.5 \
        near; do
        refuses 64 'round' -- --round "$rounding" "$samples/noise.pgm" out.pgm
        refuses 64 'round' -- --round "$rounding" --dct exact "$samples/noise.pgm" out.pgm
    done
    for rounding in offset:1.5 offset:-0.1; do
        refuses 64 'round' '\b0\b' '\b1\b' -- --round "$rounding" "$samples/noise.pgm"
    done
    for dct in int float fast; do
        refuses 64 'none' 'exact' -- --round none --dct "$dct" "$samples/noise.pgm" out.pgm
    done
    refuses 64 'none' 'exact' -- --round none "$samples/noise.pgm" out.pgm
}

@test "--dct, --format and their like: the message lists what there is" {
    refuses 64 'dct' 'int' 'float' 'fast' 'exact' -- --dct foo "$samples/noise.pgm" out.pgm
    refuses 64 'dct' 'int' 'float' 'fast' 'exact' -- --dct '' "$samples/noise.pgm" out.pgm
    refuses 64 'dct' -- --dct INT "$samples/noise.pgm" out.pgm
    refuses 64 'dct' -- --dct in "$samples/noise.pgm" out.pgm
    refuses 64 'format' 'text' 'csv' 'tsv' 'jsonl' -- --format json "$samples/noise.pgm"
    refuses 64 'output-format' 'png' 'bmp' 'pgm' 'npy' 'jpg' -- --output-format gif \
        "$samples/noise.pgm" out.pgm
    refuses 64 'dump-format' 'npy' 'csv' 'txt' -- --dump-format tsv --dump c.npy \
        "$samples/noise.pgm"
    refuses 64 'dump-stage' 'quantized' 'dct' 'dequantized' -- --dump-stage x --dump c.npy \
        "$samples/noise.pgm"
    refuses 64 'dump-order' 'natural' 'zigzag' -- --dump-order x --dump c.npy "$samples/noise.pgm"
    refuses 64 'round' 'nearest' 'even' 'trunc' 'offset' 'none' -- --round foo "$samples/noise.pgm"
}

@test "--block: malformed, or beyond the image" {
    for block in '' 0 ',' '0,' ',0' 0,0,0 x,0 0,x -1,0 0,-1 1.5,0 0x0 '0, 0x' 99999999999999999999,0 \
        ' '; do
        refuses 64 'block' -- --block "$block" "$samples/noise.pgm"
    done
    # noise.pgm has 6 rows and 9 columns of blocks: 0..5 and 0..8
    for block in 6,0 0,9 6,9 100,100 4294967296,0 0,4294967296; do
        refuses '1|64' 'block|noise\.pgm' -- --block "$block" "$samples/noise.pgm"
        refuses '1|64' 'block|noise\.pgm' -- --block "$block" "$samples/noise.pgm" out.pgm
    done
    refuses '1|64' 'block' '\b5\b|\b6\b' '\b8\b|\b9\b' -- --block 6,9 "$samples/noise.pgm"
    jpegq --block 5,8 "$samples/noise.pgm" > "$BATS_TEST_TMPDIR/last"
}

@test "--max-pixels: a whole number" {
    for number in '' x 1x -1 1.5 0x10 1e6 ' ' 99999999999999999999999; do
        refuses 64 'max-pixels' -- --max-pixels "$number" "$samples/noise.pgm" out.pgm
    done
}

@test "--size: malformed, or not of these blocks" {
    jpegq --dump c.npy "$samples/noise.pgm" # 9 x 6 blocks: widths 65 to 72, heights 41 to 48
    for size in '' 67 x 67x x45 67x45x1 67,45 -67x45 67x-45 0x45 67x0 67.5x45 ax45 67xb ' ' \
        99999999999999999999x45; do
        refuses 64 'size' -- --from-coefficients c.npy --size "$size" out.pgm
    done
    for size in 64x45 73x45 67x40 67x49 1x1 45x67 65536x65536 4294967363x45; do
        refuses '1|64' 'size|c\.npy' -- --from-coefficients c.npy --size "$size" out.pgm
    done
}

@test "options that exclude each other" {
    refuses 64 'exact-table' 'quality|-q' -- --exact-table -q 30 "$samples/noise.pgm" out.pgm
    refuses 64 'exact-table' 'quality|-q' -- -q 30 --exact-table "$samples/noise.pgm" out.pgm
    refuses 64 'exact-table' 'scale' -- --exact-table --scale 2 "$samples/noise.pgm" out.pgm
    refuses 64 'scale' 'quality|-q' -- --scale 2 -q 30 "$samples/noise.pgm" out.pgm
    refuses 64 'scale' 'quality|-q' -- -q 30 --scale 2 "$samples/noise.pgm" out.pgm
    refuses 64 'scale' 'quality|-q' -- -q 75 --scale 1 --print-table
}

@test "formats that cannot be told from the name" {
    refuses 64 'out\.xyz' 'output-format' -- "$samples/noise.pgm" out.xyz
    refuses 64 'noname' 'output-format' -- "$samples/noise.pgm" noname
    refuses 64 'out\.gif' 'output-format' -- "$samples/noise.pgm" out.gif
    refuses 64 'output-format' -- "$samples/noise.pgm" -
    refuses 64 'out\.png/x' -- "$samples/noise.pgm" out.png/x
    refuses 64 'c\.xyz' 'dump-format' -- --dump c.xyz "$samples/noise.pgm"
    refuses 64 'noname' 'dump-format' -- --dump noname "$samples/noise.pgm" out.pgm
    refuses 64 . -- "$samples/noise.pgm" ''
    refuses 64 'png' -- "$samples/noise.pgm" png
}

@test "help and version" {
    keep --help
    [[ "$status" -eq 0 && ! -s "$BATS_TEST_TMPDIR/stderr" ]]
    for option in quality table exact-table scale no-baseline print-table dct round dump \
        dump-format dump-stage dump-order block from-coefficients size stats format \
        output-format png-level no-clobber max-pixels verbose help version; do
        grep -q -e "--$option" "$BATS_TEST_TMPDIR/stdout" || fail "--help lacks --$option"
    done
    cp "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/long"
    keep -h
    same "$BATS_TEST_TMPDIR/long" "$BATS_TEST_TMPDIR/stdout"
    keep --version
    [[ "$status" -eq 0 && ! -s "$BATS_TEST_TMPDIR/stderr" ]]
    grep -Eq '[0-9]+\.[0-9]+\.[0-9]+' "$BATS_TEST_TMPDIR/stdout"
    cp "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/long"
    keep -V
    same "$BATS_TEST_TMPDIR/long" "$BATS_TEST_TMPDIR/stdout"
}

# ---- Inputs ------------------------------------------------------------------------------------

@test "an input that is missing, a directory, empty, or not an image" {
    mkdir folder
    : > empty
    printf 'This is a text about images.\n' > text.png
    printf 'GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > picture.gif
    printf 'P' > p
    head -c 5000 /dev/zero > zeros
    bad_input 'no such file' missing.pgm
    bad_input 'no such file' missing/in.pgm
    bad_input 'directory' folder
    bad_input '.' /
    bad_input 'empty' empty
    bad_input 'not|unknown|unsupported|recogni[sz]ed' text.png
    bad_input 'not|unknown|unsupported|recogni[sz]ed' picture.gif
    bad_input '.' p
    bad_input 'not|unknown|unsupported|recogni[sz]ed' zeros
    refuses 1 . -- '' out.pgm
}

@test "formats that stb could read but the manual does not name are not images" {
    # GIF above; TGA, PSD, HDR and PIC have holes in stb's readers and must not reach them.
    python << 'END'
import struct
from files import write
write("a.tga", struct.pack("<BBBHHBHHHHBB", 0, 0, 3, 0, 0, 0, 0, 0, 2, 2, 8, 0x20) + bytes(4))
write("a.psd", b"8BPS" + struct.pack(">H6xHIIHH", 1, 1, 2, 2, 8, 1) + bytes(14) + bytes(4))
write("a.hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\n" + bytes(16))
write("a.pic", b"\x53\x80\xf6\x34" + bytes(84) + b"PICT" + struct.pack(">HH", 2, 2) + bytes(16))
END
    for file in a.tga a.psd a.hdr a.pic; do
        bad_input . "$file"
    done
}

@test "arguments and names too long for a line keep the reason" {
    long="$(printf '%05000d' 0)"
    refuses 64 'quality|-q' '\b100\b' -- -q "1$long" "$samples/noise.pgm"
    refuses 64 'dct' 'exact' -- --dct "$long" "$samples/noise.pgm"
    refuses 64 'output-format' -- "$samples/noise.pgm" "$long"
    refuses 1 'too long' -- "$long.pgm"
    refuses 1 'too long' -- -t "$long" "$samples/noise.pgm"
}

@test "names that would break the line" {
    refuses 1 'no such file' -- $'missing\nfile.pgm' out.pgm
    refuses 1 'no such file' -- $'missing\rfile\ttab.pgm' out.pgm
    refuses 1 'no such file' -- $'missing-\xff\xfe.pgm' out.pgm
    refuses 1 'no such file' -- $'missing-\e[31mred.pgm' out.pgm
    refuses 1 . -- "$samples/noise.pgm" $'missing\nfolder/out.pgm'
    refuses 1 . -- -t $'missing\ntable' "$samples/noise.pgm"
}

@test "an unreadable input" {
    as_ordinary_user
    cp "$samples/noise.pgm" locked.pgm
    chmod 000 locked.pgm
    # The snapshot of `refuses` reads files.
    keep locked.pgm out.pgm
    refused 1 'locked\.pgm' 'permission'
    [[ ! -e out.pgm ]]
    keep -t locked.pgm "$samples/noise.pgm" out.pgm
    refused 1 'locked\.pgm' 'permission'
    [[ ! -e out.pgm ]]
}

@test "empty standard input" {
    refuses 1 'standard input' 'empty' -- - out.pgm < /dev/null
    refuses 1 'standard input' -- - < <(printf 'nothing')
    refuses 1 'standard input' -- --from-coefficients - out.pgm < /dev/null
}

@test "truncated images of every format" {
    for file in noise.pgm scene.ppm scene-12bit.pgm scene-16bit.ppm scene.png scene-16bit.png \
        scene.bmp scene.jpg scene.npy; do
        size="$(stat -c %s "$samples/$file")"
        # Within the header, soon after it, in the middle, and (but for formats that end with
        # something that is no sample) one byte too short.
        lengths=(3 10 "$((size / 2))")
        case "$file" in
            *.pgm | *.ppm | *.npy) lengths+=(11 "$((size - 1))") ;;
        esac
        for length in "${lengths[@]}"; do
            head -c "$length" "$samples/$file" > "cut-$file"
            refuses 1 "cut-${file/./\\.}" -- "cut-$file" out.pgm
            refuses 1 'standard input' -- - out.pgm < "cut-$file"
        done
    done
}

@test "damaged PNG files" {
    python << 'END'
import zlib
from files import *
idat = zlib.compress(b"".join(b"\0" + bytes(range(8)) for row in range(8)))
end = png_chunk(b"IEND", b"")
write("signature.png", PNG_SIGNATURE)
write("no-data.png", png_header(8, 8) + end)
write("depth.png", png_header(8, 8, depth=3) + png_chunk(b"IDAT", idat) + end)
write("kind.png", png_header(8, 8, color=5) + png_chunk(b"IDAT", idat) + end)
write("no-palette.png", png_header(8, 8, color=PALETTE) + png_chunk(b"IDAT", idat) + end)
write("width-0.png", png_header(0, 8) + png_chunk(b"IDAT", idat) + end)
write("height-0.png", png_header(8, 0) + png_chunk(b"IDAT", idat) + end)
write("short-data.png", png_header(8, 8) + png_chunk(b"IDAT", zlib.compress(bytes(20))) + end)
write("broken-data.png", png_header(8, 8) + png_chunk(b"IDAT", b"\x78\x9c" + b"\xff" * 30) + end)
write("filter.png", png_header(8, 8) + png_chunk(b"IDAT", zlib.compress(b"\x09" * 72)) + end)
END
    for file in *.png; do
        bad_input 'png[ :]' "$file"
        JPEGQ_SANDBOX=off bad_input 'broken PNG|image' "$file"
    done
}

@test "PGM: text forms and bitmaps" {
    printf 'P2\n2 2\n255\n1 2 3 4\n' > ascii.pgm
    printf 'P3\n1 1\n255\n1 2 3\n' > ascii.ppm
    printf 'P1\n2 2\n1 0 0 1\n' > ascii.pbm
    printf 'P4\n8 1\n\252' > bitmap.pbm
    printf 'P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\nx' > any.pam
    printf 'Pf\n1 1\n-1.0\n\0\0\0\0' > float.pfm
    for file in ascii.pgm ascii.ppm ascii.pbm bitmap.pbm any.pam float.pfm; do
        bad_input 'P5|binary|not|unsupported' "$file"
    done
}

@test "PGM: bad headers" {
    python << 'END'
from files import write
pixels = bytes(range(64)) * 64
for name, header in {
        "maxval-0": b"P5\n8 8\n0\n", "maxval-65536": b"P5\n8 8\n65536\n",
        "maxval-huge": b"P5\n8 8\n4294967551\n", "maxval-minus": b"P5\n8 8\n-255\n",
        "maxval-missing": b"P5\n8 8\n", "maxval-word": b"P5\n8 8\nmax\n",
        "maxval-fraction": b"P5\n8 8\n255.0\n", "maxval-touching": b"P5\n8 8\n255x",
        "width-0": b"P5\n0 8\n255\n", "height-0": b"P5\n8 0\n255\n", "both-0": b"P5\n0 0\n255\n",
        "width-minus": b"P5\n-8 8\n255\n", "height-minus": b"P5\n8 -8\n255\n",
        "width-word": b"P5\neight 8\n255\n", "width-plus": b"P5\n+8 8\n255\n",
        "width-hex": b"P5\n0x8 8\n255\n", "nothing": b"P5", "only-newline": b"P5\n",
        "magic": b"P58 8 255\n", "comment-open": b"P5\n# no end",
        "width-wraps": b"P5\n4294967304 8\n255\n",  # 2^32 + 8
        "width-wraps-64": b"P5\n18446744073709551624 8\n255\n",  # 2^64 + 8
        "height-wraps": b"P5\n8 4294967304\n255\n",
        "digits": b"P5\n" + b"9" * 10000 + b" 8\n255\n"}.items():
    body = b"" if name in ("nothing", "only-newline", "comment-open", "maxval-missing") else pixels
    write(name + ".pgm", header + body)
    write(name + ".ppm", header.replace(b"P5", b"P6") + body)
END
    for file in *.pgm; do
        [[ "$file" == old.pgm ]] || refuses 1 "${file/./\\.}" -- "$file" out.pgm
    done
    for file in *.ppm; do
        refuses 1 "${file/./\\.}" -- "$file"
    done
    bad_input 'header' maxval-0.pgm
    bad_input . width-0.pgm
}

@test "PGM: samples above the maximum value" {
    # Not legal, and the manual's formula would leave 0..255: refused, or held to white.
    printf 'P5\n2 1\n100\n\144\377' > above.pgm
    keep --dct exact --round none above.pgm out.pgm
    if [[ "$status" -eq 0 ]]; then
        python << 'END'
from files import read_pgm
assert read_pgm("out.pgm").tolist() == [[255, 255]]
END
    else
        refused 1 'above\.pgm'
        [[ ! -e out.pgm ]]
    fi
}

@test "BMP: damaged and unsupported ones" {
    python << 'END'
import struct
import numpy as np
from files import bmp, write
good = bmp(np.arange(192).reshape(8, 8, 3))
def changed(offset, form, value):
    data = bytearray(good)
    struct.pack_into(form, data, offset, value)
    return bytes(data)
write("width-0.bmp", changed(18, "<i", 0))
write("height-0.bmp", changed(22, "<i", 0))
write("width-minus.bmp", changed(18, "<i", -8))
write("bits.bmp", changed(28, "<H", 7))
write("planes.bmp", changed(26, "<H", 3))
write("rle.bmp", changed(30, "<I", 1))
write("header.bmp", changed(14, "<I", 5))
write("wide.bmp", changed(18, "<i", 2**31 - 1))
write("tall.bmp", changed(22, "<i", -2**31))
write("magic.bmp", b"BM")
write("cut.bmp", good[:-40])
END
    for file in *.bmp; do
        bad_input . "$file"
    done
}

@test "JPEG: damaged ones, and ones that lack a part" {
    cjpeg -quality 80 "$samples/noise.pgm" > "$BATS_TEST_TMPDIR/good.jpg"
    cjpeg -quality 80 -progressive "$samples/noise.pgm" > "$BATS_TEST_TMPDIR/progressive.jpg"
    printf '0;1;2;' > "$BATS_TEST_TMPDIR/scans" # a scan for each component
    cjpeg -quality 80 -scans "$BATS_TEST_TMPDIR/scans" "$samples/scene.ppm" \
        > "$BATS_TEST_TMPDIR/scans.jpg"
    python "$BATS_TEST_TMPDIR" << 'END'
import sys
from files import write
def read(name):
    return open(f"{sys.argv[1]}/{name}", "rb").read()
def segments(data):  # (marker, bytes) of each; the first scan and what follows it is one
    position, found = 2, []
    while not found or found[-1][0] != 0xDA:
        marker = data[position + 1]
        length = 2 + int.from_bytes(data[position + 2:position + 4], "big")
        end = len(data) - 2 if marker == 0xDA else position + length
        found.append((marker, data[position:end]))
        position = end
    return found
good = read("good.jpg")
def without(marker):
    return b"\xff\xd8" + b"".join(d for m, d in segments(good) if m != marker) + b"\xff\xd9"
assert without(None) == good
write("no-quantization-table.jpg", without(0xDB))
write("no-huffman-table.jpg", without(0xC4))
write("no-frame.jpg", without(0xC0))
write("no-scan.jpg", without(0xDA))
write("start.jpg", good[:2])
write("zeros.jpg", good[:2] + bytes(500))
sof = good.index(b"\xff\xc0")
write("zero-width.jpg", good[:sof + 7] + b"\0\0" + good[sof + 9:])
write("zero-height.jpg", good[:sof + 5] + b"\0\0" + good[sof + 7:])
write("precision.jpg", good[:sof + 4] + b"\x0c" + good[sof + 5:])
write("cut-scan.jpg", good[:-20])
write("no-end.jpg", good[:-200] + b"\xff\xd9")
progressive = read("progressive.jpg")
write("progressive-no-scan.jpg", progressive[:progressive.index(b"\xff\xda")] + b"\xff\xd9")
# Only the first of three components has its scan: cut where the second scan, or its table, begins.
scans = read("scans.jpg")
first = scans.index(b"\xff\xda") + 2
after = min(p for p in (scans.find(b"\xff\xda", first), scans.find(b"\xff\xc4", first)) if p > 0)
write("one-component.jpg", scans[:after] + b"\xff\xd9")
END
    # no-end.jpg lacks data within its scan, which libjpeg fills with gray and a warning: it may be
    # refused or taken, but not crash.
    keep no-end.jpg
    [[ "$status" -eq 0 ]] || refused 1 'no-end\.jpg'
    rm no-end.jpg
    for file in *.jpg; do
        bad_input . "$file"
    done
}

@test "npy: the wrong kind for an image" {
    python << 'END'
import numpy as np
from files import npy_header, write
eight = np.arange(64, dtype=np.uint8).reshape(8, 8)
for kind in ("float16", "int8", "int16", "uint16", "bool", "complex64", "int64", "S1"):
    np.save(f"{kind}.npy", eight.astype(kind))
np.save("object.npy", np.array([[None, 1], [2, 3]], dtype=object), allow_pickle=True)
np.save("flat.npy", eight.reshape(64))
np.save("three.npy", eight.reshape(2, 4, 8))
np.save("scalar.npy", np.uint8(3))
np.save("no-rows.npy", eight[:0])
np.save("no-columns.npy", eight[:, :0])
np.save("fields.npy", np.zeros((2, 2), dtype=[("a", "u1")]))
good = open("int8.npy", "rb").read()
def header(descr="'|u1'", order="False", shape="(8, 8)", version=1):
    text = "{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape)
    return npy_header(text, version)
data = eight.tobytes()
write("h-empty.npy", npy_header("") + data)
write("h-garbage.npy", npy_header("hello, world") + data)
write("h-no-shape.npy", npy_header("{'descr': '|u1', 'fortran_order': False, }") + data)
write("h-no-descr.npy", npy_header("{'fortran_order': False, 'shape': (8, 8), }") + data)
write("h-no-order.npy", npy_header("{'descr': '|u1', 'shape': (8, 8), }") + data)
write("h-minus.npy", header(shape="(-8, -8)") + data)
write("h-fraction.npy", header(shape="(8.0, 8)") + data)
write("h-word.npy", header(shape="(a, 8)") + data)
write("h-open.npy", header(shape="(8, 8") + data)
write("h-order.npy", header(order="Maybe") + data)
write("h-descr.npy", header(descr="'|u'") + data)
write("h-descr-list.npy", header(descr="[('a', '|u1')]") + data)
write("h-wrap.npy", header(shape="(4294967296, 4294967304)") + data)  # 2^32 (2^32 + 8)
write("h-wrap-64.npy", header(shape="(18446744073709551624, 8)") + data)
write("h-huge.npy", header(shape="(1000000000, 1000000000)") + data)
write("h-digits.npy", header(shape="(%s, 8)" % ("9" * 300)) + data)
write("version-9.npy", b"\x93NUMPY\x09" + good[7:])
write("magic.npy", b"\x93NUMPY")
write("length.npy", b"\x93NUMPY\x01\x00\xff\xff" + header()[10:] + data)
write("length-2.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + header()[10:] + data)
write("length-0.npy", b"\x93NUMPY\x01\x00\x00\x00")
write("short.npy", header() + data[:-1])
write("no-data.npy", header())
END
    for file in *.npy; do
        refuses 1 "${file/./\\.}" -- "$file" out.pgm
    done
}

@test "--from-coefficients: the wrong kind" {
    python << 'END'
import numpy as np
from files import npy_header, write
blocks = np.zeros((2, 3, 8, 8), np.int16)
np.save("good.npy", blocks)
for kind in ("uint8", "uint16", "int8", "int32", "int64", "float32", "bool"):
    np.save(f"{kind}.npy", blocks.astype(kind))
np.save("float64.npy", blocks.astype(float))
np.save("two.npy", blocks.reshape(48, 8))
np.save("eight.npy", np.zeros((2, 3, 8, 9), np.int16))
np.save("seven.npy", np.zeros((2, 3, 7, 8), np.int16))
np.save("five.npy", np.zeros((1, 2, 3, 8, 8), np.int16))
np.save("zigzag.npy", blocks.reshape(2, 3, 64))
np.save("sixty-three.npy", np.zeros((2, 3, 63), np.int16))
np.save("none.npy", np.zeros((0, 3, 8, 8), np.int16))
np.save("no-columns.npy", np.zeros((2, 0, 8, 8), np.int16))
data = open("good.npy", "rb").read()
write("cut.npy", data[:-1])
write("header.npy", data[:40])
def header(shape):
    return npy_header("{'descr': '<i2', 'fortran_order': False, 'shape': %s, }" % shape)
write("huge.npy", header("(100000000, 100000000, 8, 8)") + bytes(1000))
# 2^29 * 2^29 * 64 = 2^64, which wraps to 0
write("wraps.npy", header("(536870912, 536870912, 8, 8)") + bytes(1000))
# Within the default of --max-pixels (2^24 blocks), but 128 MiB are not there.
write("large.npy", header("(4096, 4096, 8, 8)") + bytes(1000))
END
    jpegq --from-coefficients good.npy "$BATS_TEST_TMPDIR/out.pgm"
    for file in uint8 uint16 int8 int32 int64 float32 bool float64 two eight seven five \
        sixty-three none no-columns cut header huge wraps large; do
        refuses 1 "$file\.npy" -- --from-coefficients "$file.npy" out.pgm
    done
    # The shape is according to --dump-order.
    refuses 1 'zigzag\.npy' -- --from-coefficients zigzag.npy out.pgm
    refuses 1 'good\.npy' -- --dump-order zigzag --from-coefficients good.npy out.pgm
    refuses 1 'noise\.pgm' -- --from-coefficients "$samples/noise.pgm" out.pgm
    refuses 1 'missing\.npy' 'no such' -- --from-coefficients missing.npy out.pgm
    refuses 1 'work' 'directory' -- --from-coefficients "$PWD" out.pgm
    refuses 1 'good\.npy' 'pixels' -- --max-pixels 383 --from-coefficients good.npy out.pgm
    # 24 x 16 = 384
    jpegq --max-pixels 384 --from-coefficients good.npy "$BATS_TEST_TMPDIR/out.pgm"
    # An image is not a table of coefficients, and coefficients are no image.
    refuses 1 'good\.npy' -- good.npy out.pgm
}

@test "huge claimed sizes are refused at once, without the memory they ask for" {
    python << 'END'
import resource
import struct
import subprocess
import time
import zlib
import numpy as np
from command import command
from files import *
idat = png_chunk(b"IDAT", zlib.compress(bytes(100))) + png_chunk(b"IEND", b"")
small = np.zeros((8, 8, 3), np.uint8)
jpeg_head = (b"\xff\xd8\xff\xdb\x00\x43\x00" + b"\x10" * 64 + b"\xff\xc0\x00\x0b\x08" +
             struct.pack(">HH", 65535, 65535) + b"\x01\x01\x11\x00")
big_bmp = bytearray(bmp(small))
struct.pack_into("<ii", big_bmp, 18, 60000, 60000)
cases = {
    "a.pgm": b"P5\n1000000000 1000000000\n255\n" + bytes(100),
    "b.pgm": b"P5\n30000 30000\n255\n" + bytes(100),  # within the default of --max-pixels
    "c.pgm": b"P5\n20000 20000\n65535\n" + bytes(100),
    "d.ppm": b"P6\n20000 20000\n65535\n" + bytes(100),
    "e.pgm": b"P5\n4294967295 1\n255\n" + bytes(100),
    "f.png": png_header(60000, 60000) + idat,
    "g.png": png_header(2**31 - 1, 2**31 - 1) + idat,
    "h.png": png_header(2**32 - 1, 1) + idat,
    "i.bmp": bytes(big_bmp),
    "j.jpg": jpeg_head,
    "k.npy": npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 60000), }"),
    "l.npy": npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (30000, 30000), }"),
}
for name, data in cases.items():
    write(name, data)
    for arguments, stdin in (([name], None), (["-"], data)):
        start = time.monotonic()
        done = subprocess.run(command("--max-pixels", 2**30, *arguments, "out.pgm"), input=data,
                              capture_output=True)
        text = done.stderr.decode()
        assert done.returncode == 1 and not done.stdout, (name, done)
        assert text.startswith("jpegq: ") and text.count("\n") == 1, (name, text)
        assert (name if stdin is None else "standard input") in text, (name, text)
        assert time.monotonic() - start < 10, name
# The largest memory that any of them took, in KiB.
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert peak < 400 * 1024, f"{peak} KiB"
END
    [[ ! -e out.pgm ]]
}

# ---- Tables ------------------------------------------------------------------------------------

@test "table files that are none" {
    python << 'END'
from files import write
def numbers(count, value=16):
    return " ".join([str(value)] * count).encode()
write("n0.txt", b"")
write("n1.txt", b"16")
write("n63.txt", numbers(63))
write("n65.txt", numbers(65))
write("n100.txt", numbers(100))
write("n127.txt", numbers(127))
write("n320.txt", numbers(320))  # five tables
write("zeros.txt", numbers(64, 0))
write("zero.txt", numbers(63) + b" 0")
write("minus.txt", b"-16 " + numbers(63))
write("plus.txt", b"+16 " + numbers(63))
write("letters.txt", b"sixteen " + numbers(63))
write("joined.txt", b"16x " + numbers(63))
write("hex.txt", b"0x10 " + numbers(63))
write("fraction.txt", b"16.5 " + numbers(63))
write("exponent.txt", b"1e1 " + numbers(63))
write("commas.txt", numbers(64).replace(b" ", b","))
write("n99999.txt", b"99999 " + numbers(63))
write("n32768.txt", b"32768 " + numbers(63))
write("wraps-16.txt", b"65552 " + numbers(63))  # 2^16 + 16
write("wraps-32.txt", b"4294967312 " + numbers(63))  # 2^32 + 16
write("wraps-64.txt", b"18446744073709551632 " + numbers(63))  # 2^64 + 16
write("digits.txt", b"9" * 100000 + b" " + numbers(63))
write("nul.txt", b"16\0 " + numbers(63))
write("comment.txt", b"# " + numbers(64))
write("later.txt", numbers(64) + b" " + numbers(63) + b" 0")
END
    for file in *.txt; do
        refuses 1 "${file/./\\.}" -- -t "$file" "$samples/noise.pgm" out.pgm
        refuses 1 "${file/./\\.}" -- -t "$file" --exact-table --dct exact "$samples/noise.pgm" old.pgm
        refuses 1 "${file/./\\.}" -- -t "$file" --print-table
    done
    refuses 1 'missing' -- -t missing "$samples/noise.pgm" out.pgm
    refuses 1 'luma2' -- -t luma2 "$samples/noise.pgm" out.pgm
    refuses 1 'LUMA' -- -t LUMA "$samples/noise.pgm" out.pgm
    refuses 1 'work' 'directory' -- -t "$PWD" "$samples/noise.pgm" out.pgm
    refuses 1 'scene\.png' -- -t "$samples/scene.png" "$samples/noise.pgm" out.pgm
    refuses '1|64' . -- -t '' "$samples/noise.pgm" out.pgm
}

@test "an endless table is refused" {
    [[ -c /dev/zero ]]
    refuses 1 '/dev/zero' -- -t /dev/zero "$samples/noise.pgm" out.pgm
    mkfifo endless
    yes 16 > endless 2> /dev/null &
    writer=$!
    refuses 1 'endless' -- -t endless "$samples/noise.pgm" out.pgm
    wait "$writer" || : # killed by the closed pipe
}

@test "steps of 8192 and more: not for int; for exact they are" {
    { echo 8192; yes 16 | head -n 63; } > wide.txt
    { echo 8191; yes 16 | head -n 63; } > widest.txt
    jpegq --exact-table -t widest.txt "$samples/noise.pgm" "$BATS_TEST_TMPDIR/out.pgm"
    jpegq --no-baseline -t widest.txt "$samples/noise.pgm" "$BATS_TEST_TMPDIR/out.pgm"
    jpegq -t wide.txt "$samples/noise.pgm" "$BATS_TEST_TMPDIR/out.pgm" # held to 255
    refuses 1 'wide\.txt' '819[12]' 'int' -- --exact-table -t wide.txt "$samples/noise.pgm" out.pgm
    refuses 1 'wide\.txt' '819[12]' 'int' -- --no-baseline -t wide.txt "$samples/noise.pgm" old.pgm
    refuses 1 'wide\.txt' '819[12]' 'int' -- --exact-table -t wide.txt --dump c.npy "$samples/noise.pgm"
    jpegq --dct exact --exact-table -t wide.txt "$samples/noise.pgm" "$BATS_TEST_TMPDIR/out.pgm"
    # luma's smallest step is 10, its largest 121: 121 * 70 = 8470
    refuses '1|64' 'step' 'int' -- --scale 70 --no-baseline "$samples/noise.pgm" out.pgm
    jpegq --dct exact --scale 70 --no-baseline "$samples/noise.pgm" "$BATS_TEST_TMPDIR/out.pgm"
}
