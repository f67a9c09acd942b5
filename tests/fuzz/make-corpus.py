#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make the files of tests/fuzz/corpus that were made by hand: make-corpus.py FOLDER

Files that a fuzzer found are not made here: see README.md. Files that exist are left alone.
"""
import os
import struct
import sys
import zlib

root = sys.argv[1]


def save(target, name, data):
    folder = os.path.join(root, target)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    if isinstance(data, str):
        data = data.encode("latin-1")
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(data)


# ---- PNG (ISO/IEC 15948) -------------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, rows, between=b"", interlace=0, level=9):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + between
            + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b""))


def ramp(count, step=37):
    return bytes(i * step & 255 for i in range(count))


def png_of(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pngs():
    save("image", "good-gray.png", png(9, 3, 8, 0, b"".join(b"\0" + ramp(9) for _ in range(3))))
    filters = b"".join(bytes([f]) + ramp(9, 11) for f in range(5))
    save("image", "good-filters.png", png(3, 5, 8, 2, filters))
    save("image", "good-gray-alpha.png", png(2, 2, 8, 4, b"\0\1\2\3\4\1\5\6\7\x08"))
    save("image", "good-rgb-alpha.png", png(2, 1, 8, 6, b"\0" + ramp(8)))
    save("image", "good-16bit.png", png(2, 2, 16, 0, b"\0\1\2\3\4\2\5\6\7\x08"))
    save("image", "good-16bit-rgb.png", png(1, 2, 16, 2, b"\0" + ramp(6) + b"\4" + ramp(6)))
    for depth in 1, 2, 4:
        save("image", f"good-{depth}bit.png", png(5, 2, depth, 0, (b"\0" + ramp((5 * depth + 7) // 8)) * 2))
    palette = chunk(b"PLTE", ramp(12))
    save("image", "good-palette.png", png(4, 1, 2, 3, b"\0\x1b", palette))
    save("image", "good-palette-alpha.png", png(4, 1, 2, 3, b"\0\x1b", palette + chunk(b"tRNS", b"\1\2")))
    save("image", "good-transparent.png", png(2, 1, 8, 2, b"\0" + ramp(6), chunk(b"tRNS", b"\0\0\0%\0J")))
    # a picture of 8 x 8: passes of 1x1, 1x1, 2x1, 2x2, 4x2, 4x4, 8x4
    rows = [1] + [1] + [2] + [2, 2] + [4, 4] + [4, 4, 4, 4] + [8, 8, 8, 8]
    adam7 = b"".join(b"\0" + ramp(n) for n in rows)
    save("image", "good-interlaced.png", png(8, 8, 8, 0, adam7, interlace=1))
    save("image", "good-stored.png", png(3, 1, 8, 0, b"\0abc", level=0))

    save("image", "bad-no-idat.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
         + chunk(b"IEND", b""))
    save("image", "bad-short-idat.png", png(9, 3, 8, 0, b"\0abc"))
    save("image", "bad-zero.png", png(0, 0, 8, 0, b"\0"))
    save("image", "bad-depth.png", png(1, 1, 3, 0, b"\0\0"))
    save("image", "bad-color.png", png(1, 1, 8, 5, b"\0\0"))
    save("image", "bad-filter.png", png(1, 1, 8, 0, b"\5\0"))
    save("image", "bad-palette-missing.png", png(4, 1, 2, 3, b"\0\x1b"))
    save("image", "bad-bomb.png", png(65500, 65500, 8, 0, bytes(4096)))
    save("image", "bad-huge.png", png(2**31 - 1, 2**31 - 1, 8, 0, b"\0"))
    save("image", "bad-chunk-length.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
         + b"\xff\xff\xff\xf0IDAT")
    # found by fuzz_image: stb asks for as much memory as a chunk claims to have
    save("image", "bad-chunk-2-31.png", png_of(chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 6, 0, 0, 0)),
                                               b"\x7f\xff\xff\xf0IDAT\x0d\x48\x44", chunk(b"IEND", b"")))
    save("image", "bad-no-end.png", png(1, 1, 8, 0, b"\0\1")[:-12])
    # stb issue 312: more code lengths than a dynamic deflate block may have
    block = b"\x78\x01" + bytes([0x05 | 0xf8, 0xff, 0xff]) + b"\xff" * 40
    save("image", "bad-code-lengths.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
         + chunk(b"IDAT", block) + chunk(b"IEND", b""))
    far = b"\x78\x01" + bytes([0x4b, 0x04, 0x83, 0x00])  # a match before the beginning
    save("image", "bad-distance.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
         + chunk(b"IDAT", far) + chunk(b"IEND", b""))


# ---- BMP -----------------------------------------------------------------------------------------


def bmp(width, height, bits, data, palette=b"", compression=0, colors=0, header=40, extra=b"", offset=None):
    body = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, 0, 0, 0, colors, 0)
    start = 14 + len(body) + len(extra) + len(palette) if offset is None else offset
    size = 14 + len(body) + len(extra) + len(palette) + len(data)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, start) + body + extra + palette + data


def bmps():
    save("image", "good-24.bmp", bmp(2, 2, 24, ramp(16)))
    save("image", "good-32.bmp", bmp(2, 1, 32, ramp(8)))
    save("image", "good-top-down.bmp", bmp(2, -2, 24, ramp(16)))
    four = b"".join(bytes([i * 40, i * 20, i * 10, 0]) for i in range(4))
    save("image", "good-8.bmp", bmp(3, 2, 8, b"\0\1\2\0\3\2\1\0", four, colors=4))
    save("image", "good-4.bmp", bmp(3, 1, 4, b"\x01\x20\0\0", four, colors=4))
    save("image", "good-1.bmp", bmp(9, 1, 1, b"\xa5\x80\0\0", four[:8], colors=2))
    save("image", "good-16.bmp", bmp(2, 1, 16, ramp(4)))
    masks = struct.pack("<III", 0xf800, 0x07e0, 0x001f)
    save("image", "good-565.bmp", bmp(2, 1, 16, ramp(4), compression=3, extra=masks))
    core = struct.pack("<IHHHH", 12, 2, 1, 1, 24)
    save("image", "good-os2.bmp", b"BM" + struct.pack("<IHHI", 34, 0, 0, 26) + core + ramp(8))

    save("image", "bad-short.bmp", bmp(2, 2, 24, ramp(15)))
    save("image", "bad-rle.bmp", bmp(2, 2, 8, ramp(16), four, compression=1, colors=4))
    save("image", "bad-bits.bmp", bmp(2, 2, 5, ramp(64)))
    save("image", "bad-offset.bmp", bmp(2, 2, 24, ramp(16), offset=0xfffffff0))
    save("image", "bad-offset-negative.bmp", bmp(2, 2, 24, ramp(64), offset=0x80000000))
    save("image", "bad-height.bmp", bmp(2, -2**31, 24, ramp(16)))
    save("image", "bad-width.bmp", bmp(-2, 2, 24, ramp(16)))
    save("image", "bad-huge.bmp", bmp(2**31 - 1, 2**31 - 1, 32, ramp(16)))
    # found by fuzz_image: rows without pixels, 2^31 of them
    save("image", "bad-no-columns.bmp", bmp(0, 2**31 - 1, 8, b"", ramp(16)))
    save("image", "bad-masks.bmp", bmp(2, 1, 16, ramp(4), compression=3, extra=bytes(12)))
    # stb issue 1929: pixels beyond the palette were stack memory
    save("image", "bad-palette-index.bmp", bmp(4, 1, 8, b"\0\1\xfe\xff", four, colors=4))


# ---- JPEG (ITU-T T.81) ---------------------------------------------------------------------------


def segment(marker, data):
    return bytes([0xff, marker]) + struct.pack(">H", len(data) + 2) + data


def dqt(step=1, identifier=0, wide=False):
    return segment(0xdb, bytes([identifier | wide << 4]) + struct.pack(">H" if wide else "B", step) * 64)


def dht(kind, bits, values):
    return segment(0xc4, bytes([kind]) + bytes(bits) + bytes(values))


# two codes of one bit would leave none: a category of 0 is 0, one of 2 is 10
DC = dht(0x00, [1, 1] + [0] * 14, [0, 2])
AC = dht(0x10, [1, 1] + [0] * 14, [0, 1])


def sof(width, height, components=((1, 0x11, 0),), marker=0xc0, precision=8):
    data = struct.pack(">BHHB", precision, height, width, len(components))
    return segment(marker, data + b"".join(bytes(c) for c in components))


def sos(data, components=((1, 0),), spectral=(0, 63, 0)):
    head = bytes([len(components)]) + b"".join(bytes(c) for c in components) + bytes(spectral)
    return segment(0xda, head) + data


def jpg(*parts, end=b"\xff\xd9"):
    return b"\xff\xd8" + b"".join(parts) + end


def coded(bits):
    """Entropy-coded data: completed by ones, zeros stuffed behind FF."""
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def jpegs():
    gray = sof(8, 8)
    block = sos(b"\x3f")  # DC 0, EOB: 0 0, then ones
    color = sof(16, 16, ((1, 0x22, 0), (2, 0x11, 0), (3, 0x11, 0)))
    three = ((1, 0), (2, 0), (3, 0))
    blocks = sos(b"\0\x0f", three)  # 4 + 1 + 1 blocks of two bits
    save("image", "good-gray.jpg", jpg(dqt(), gray, DC, AC, block))
    save("image", "good-dc.jpg", jpg(dqt(9), gray, DC, AC, sos(b"\xb7")))  # 10 11 0: DC 3, EOB
    save("image", "good-420.jpg", jpg(dqt(), color, DC, AC, blocks))
    save("image", "good-wide-table.jpg", jpg(dqt(999, 0, True), gray, DC, AC, block))
    save("image", "good-restart.jpg",
         jpg(dqt(), sof(16, 8), segment(0xdd, b"\0\1"), DC, AC, sos(b"\x3f\xff\xd0\x3f")))
    save("image", "good-progressive.jpg",
         jpg(dqt(), sof(8, 8, marker=0xc2), DC, AC, sos(b"\xbf", spectral=(0, 0, 0)),
             sos(b"\x7f", spectral=(1, 63, 0))))
    save("image", "good-comment.jpg", jpg(segment(0xfe, b"comment"), dqt(), gray, DC, AC, block))
    save("image", "good-adobe.jpg",
         jpg(segment(0xee, b"Adobe\0\x64\0\0\0\0\0"), dqt(), sof(8, 8, ((1, 0x11, 0), (2, 0x11, 0), (3, 0x11, 0))),
             DC, AC, sos(b"\x03", three)))

    save("image", "bad-empty.jpg", jpg())
    save("image", "bad-no-scan.jpg", jpg(dqt(), gray, DC, AC))
    save("image", "bad-no-table.jpg", jpg(gray, DC, AC, block))
    save("image", "bad-no-huffman.jpg", jpg(dqt(), gray, block))
    save("image", "bad-arithmetic.jpg", jpg(dqt(), sof(8, 8, marker=0xc9), DC, AC, block))
    save("image", "bad-12bit.jpg", jpg(dqt(), sof(8, 8, precision=12), DC, AC, block))
    save("image", "bad-bomb.jpg", jpg(dqt(), sof(65500, 65500), DC, AC, block))
    # found by fuzz_image: a scan by a table that is not there
    save("image", "bad-no-ac.jpg", jpg(dqt(), gray, DC, block))
    save("image", "bad-no-dc.jpg", jpg(dqt(), gray, AC, block))
    save("image", "bad-other-dc.jpg", jpg(dqt(), gray, DC, AC, sos(b"\x3f", ((1, 0x10),))))
    save("image", "bad-other-ac.jpg", jpg(dqt(), gray, DC, AC, sos(b"\x3f", ((1, 0x01),))))
    save("image", "bad-other-steps.jpg", jpg(dqt(), sof(8, 8, ((1, 0x11, 1),)), DC, AC, block))
    save("image", "bad-progressive-ac.jpg",
         jpg(dqt(), sof(8, 8, marker=0xc2), DC, sos(b"\xbf", spectral=(0, 0, 0)), sos(b"\x7f", spectral=(1, 63, 0))))
    save("image", "good-progressive-refined.jpg",
         jpg(dqt(), sof(8, 8, marker=0xc2), DC, sos(b"\xbf", spectral=(0, 0, 1)), sos(b"\x7f", spectral=(0, 0, 0x10)),
             AC, sos(b"\x7f", spectral=(1, 63, 0))))
    save("image", "bad-zero.jpg", jpg(dqt(), sof(0, 8), DC, AC, block))
    save("image", "bad-sampling.jpg", jpg(dqt(), sof(8, 8, ((1, 0x55, 0),)), DC, AC, block))
    return gray, block, three


# ---- Faults published for stb_image 2.27 ---------------------------------------------------------


def published(gray, block, three):
    # CVE-2021-28021 (stb issue 1108), CVE-2022-28041's family: DC categories above 15 make
    # stbi__extend_receive read behind its tables (fixed in Debian's)
    wide = dht(0x00, [1, 1] + [0] * 14, [0, 0x7f])
    save("stb", "bad-cve-2021-28021.jpg", jpg(dqt(), gray, wide, AC, sos(coded("10" + "1" * 30 + "0"))))
    # CVE-2022-28042 (stb issues 1289, 1291): a DHT of more than 256 symbols
    save("stb", "bad-cve-2022-28042.jpg",
         jpg(dqt(), gray, dht(0x00, [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 99, 99, 99, 99, 255], ramp(654)), AC, block))
    save("stb", "bad-cve-2022-28042-ac.jpg",
         jpg(dqt(), gray, DC, dht(0x10, [0] * 15 + [255], ramp(255))
             + dht(0x10, [0] * 10 + [255, 255, 255, 255, 255, 255], ramp(1530)), block))
    # CVE-2022-28041 (stb issue 1292): stbi__jpeg_decode_block_prog_dc shifts DC beyond int
    large = dht(0x00, [1, 1] + [0] * 14, [0, 15])
    most = "10" + "1" * 15
    for low in 13, 15:
        save("stb", f"{'good' if low < 14 else 'bad'}-cve-2022-28041-{low}.jpg",
             jpg(dqt(), sof(40, 40, marker=0xc2), large, AC, sos(coded(most * 25), spectral=(0, 0, low))))
    save("stb", "good-cve-2022-28041-negative.jpg",
         jpg(dqt(), sof(40, 40, marker=0xc2), large, AC, sos(coded(("10" + "0" * 15) * 25), spectral=(0, 0, 13))))
    # CVE-2022-28048 (stb issue 1293): a successive approximation that shifts too far
    for high, low in (0, 13), (0, 15), (15, 14), (14, 13):
        save("stb", f"{'good' if high + low < 14 else 'bad'}-cve-2022-28048-{high}-{low}.jpg",
             jpg(dqt(), sof(8, 8, marker=0xc2), DC, dht(0x10, [1, 1] + [0] * 14, [0x00, 0x0f]),
                 sos(coded("1011"), spectral=(0, 0, 0)), sos(coded(most * 63), spectral=(1, 63, high << 4 | low))))
    # CVE-2021-37789 (stb issue 1178): sampling factors that do not divide each other
    for name, factors in (("3-2", (0x11, 0x32, 0x23)), ("2-1-3", (0x21, 0x12, 0x31)), ("3-2-1", (0x31, 0x21, 0x11)),
                          ("1-4-3", (0x14, 0x13, 0x12)), ("v3", (0x13, 0x12, 0x11))):
        parts = tuple((i + 1, f, 0) for i, f in enumerate(factors))
        for width, height in (1, 1), (17, 33):
            save("stb", f"bad-cve-2021-37789-{name}-{width}.jpg",
                 jpg(dqt(), sof(width, height, parts), DC, AC, sos(b"\0" * 60, three)))
    # CVE-2021-42715: an HDR file whose runs are too long; CVE-2021-42716: a 16-bit PNM that is read
    # as 8 bits; stb's readers of both are not built
    save("stb", "bad-cve-2021-42715.hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 8 +X 8\n\2\2\0\x08" + b"\xff\0" * 40)
    save("stb", "bad-cve-2021-42716.pgm", b"P5 4 4 65535\n" + ramp(7))
    save("stb", "bad-cve-2021-42716.ppm", b"P6 1000 1000 65535\n" + ramp(40))
    # CVE-2023-43898, CVE-2021-45340 (stb issues 1452, 1546): Softimage PIC
    save("stb", "bad-cve-2023-43898.pic",
         b"\x53\x80\xf6\x34" + bytes(84) + b"PICT" + struct.pack(">HHfHH", 12336, 12336, 1.0, 3, 0) + b"\0\x08\2\xe0" + b"\xff" * 9)
    # CVE-2023-45661, 45664, 45666, 45667 (stb issues 1538, 1544, 1548, 1550): GIF
    head = struct.pack("<HHBBB", 4, 4, 0x80, 0, 0) + ramp(6)
    frame = b"\x21\xf9\4\x0c\0\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 4, 4, 0) + b"\2\3\x84\x51\x05\0"
    save("stb", "bad-cve-2023-45661.gif", b"GIF89a" + head + frame * 3 + b";")
    save("stb", "bad-cve-2023-45664.gif", b"GIF89a" + struct.pack("<HHBBB", 0, 0, 0x80, 0, 0) + ramp(6) + frame + b";")
    save("stb", "bad-cve-2023-45666.gif", b"GIF87a" + head + b"\x2c")
    # CVE-2023-45662 (stb issue 1540): vertical flips, which are never asked for; any file of channels
    # that are not those asked for. CVE-2023-45663 (1542): TGA, short
    save("stb", "good-cve-2023-45662.png", png(2, 3, 8, 4, b"\0" + ramp(4) + b"\0" + ramp(4) + b"\0" + ramp(4)))
    save("stb", "bad-cve-2023-45663.tga", struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 64, 64, 24, 0))
    # CVE-2023-45675 and its like are of stb_vorbis, which is not used.
    # PSD has had faults of its own (stb issue 1166 and 1437: 16 bits)
    save("stb", "bad-issue-1166.psd", b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 64, 64, 16, 3) + bytes(12) + b"\0\1")
    # stb issue 1533: DC times step beyond int
    save("stb", "good-issue-1533.jpg", jpg(dqt(65535, 0, True), sof(16, 8), large, AC, sos(coded((most + "0") * 2))))
    # stb issue 617: negative values shifted left
    save("stb", "good-issue-617.jpg",
         jpg(dqt(255), gray, DC, dht(0x10, [1, 1] + [0] * 14, [0x00, 0x0f]), sos(coded("1000" + ("10" + "0" * 15) * 63))))
    # stb issue 1929: palette indices beyond the palette of a BMP; the same for PNG
    save("stb", "bad-issue-1929.bmp", bmp(8, 1, 8, b"\0\1\2\3\4\x80\xfe\xff", ramp(16)))
    save("stb", "good-palette-index.png", png(8, 1, 8, 3, b"\0\0\1\2\3\4\x80\xfe\xff", chunk(b"PLTE", ramp(12))))
    # found by fuzz_image: distance code 30, which stb takes for 0, copies memory to itself; behind
    # what a picture without interlacing has it came from a block that stb has made larger
    packed = "110" + "11000101" + "11110" + "0000000"
    packed = int(packed[::-1], 2).to_bytes(3, "little")
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
    save("stb", "good-distance-30.png", png_of(header, chunk(b"IDAT", b"\x78\x01" + packed), chunk(b"IEND", b"")))
    # found by fuzz_image: samples and coefficients that stb never writes to came from memory
    save("stb", "good-progressive-no-first-scan.jpg",
         jpg(dqt(), sof(8, 8, marker=0xc2), DC, AC, sos(b"\xbf", spectral=(0, 0, 0x5b)), sos(b"\x7f", spectral=(1, 63, 0))))
    save("stb", "good-scan-ends-early.jpg", jpg(dqt(), sof(32, 8), segment(0xdd, b"\0\1"), DC, AC, sos(b"\x3f")))
    # a restart interval and a scan that is not there
    save("stb", "bad-no-data.jpg", jpg(dqt(), sof(2048, 2048), segment(0xdd, b"\0\1"), DC, AC, sos(b""), end=b""))
    # two frames: components are laid out twice
    save("stb", "bad-two-frames.jpg", jpg(dqt(), sof(64, 64), gray, DC, AC, block))
    save("stb", "bad-two-frames-components.jpg",
         jpg(dqt(), gray, DC, AC, block, sof(64, 64, ((1, 0x22, 0), (2, 0x11, 0), (3, 0x11, 0))), sos(b"\0" * 30, three), end=b""))


# ---- The project's own readers -------------------------------------------------------------------


def pnms():
    def both(name, data):
        save("pnm", name, data)
        save("image", name, data)

    both("good-8bit.pgm", b"P5\n3 2\n255\n" + ramp(6))
    save("pnm", "good-comments.pgm", b"P5 # a\n#b\n3#c\n2 # d\n255\n" + ramp(6))
    save("pnm", "good-maxval-1.pgm", b"P5 2 2 1\n\0\1\1\0")
    save("pnm", "good-maxval-100.pgm", b"P5 2 2 100\n\0\1\x64\x32")
    both("good-16bit.pgm", b"P5 2 2 65535\n" + ramp(8))
    save("pnm", "good-12bit.pgm", b"P5 2 1 4095\n\x0f\xff\x01\x23")
    both("good-8bit.ppm", b"P6\t2\r2\v255\f" + ramp(12))
    save("pnm", "good-10bit.ppm", b"P6 1 2 1023\n\3\xff\0\1\2\3\1\1\1\2\2\2")
    save("pnm", "good-tail.pgm", b"P5 1 1 255\n\x80more")
    save("pnm", "good-zeros.pgm", b"P5 0001 00000000001 000255\n\x80")
    save("pnm", "bad-short.pgm", b"P5 3 2 255\n" + ramp(5))
    save("pnm", "bad-short.ppm", b"P6 2 2 65535\n" + ramp(23))
    save("pnm", "bad-zero.pgm", b"P5 0 2 255\n")
    save("pnm", "bad-maxval-0.pgm", b"P5 1 1 0\n\0")
    save("pnm", "bad-maxval-65536.pgm", b"P5 1 1 65536\n\0\0")
    save("pnm", "bad-above-maxval.pgm", b"P5 2 2 100\n\0\1\x65\x32")
    save("pnm", "bad-above-maxval.ppm", b"P6 1 1 1000\n\0\0\0\0\3\xe9")
    both("bad-huge.pgm", b"P5 1000000000 1000000000 255\n" + ramp(9))
    save("pnm", "bad-overflow.pgm", b"P5 18446744073709551617 1 255\n\0")
    save("pnm", "bad-2-32.pgm", b"P5 4294967296 1 255\n\0")
    save("pnm", "bad-product.pgm", b"P5 4294967295 4294967295 255\n\0")
    save("pnm", "bad-negative.pgm", b"P5 -1 1 255\n\0")
    save("pnm", "bad-signature.pgm", b"P55 1 1 255\n\0")
    save("pnm", "bad-no-space.pgm", b"P5 1 1 255")
    save("pnm", "bad-letters.pgm", b"P5 1x1 255\n\0")
    save("pnm", "bad-comment.pgm", b"P5 1 1 # 255")
    for kind in b"12347":
        save("pnm", f"bad-p{kind - 48}.pnm", bytes([80, kind]) + b"\n1 1\n255\n\0")
    save("image", "bad-empty", b"")
    save("image", "bad-text", b"not an image\n")


def npy_text(text, data, version=1):
    text = text.encode("latin-1")
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


def npy(kind, shape, data, fortran=False, version=1):
    return npy_text(f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n", data, version)


def npys():
    for version in 1, 2, 3:
        save("npy", f"good-version-{version}.npy", npy("|u1", (2, 3), ramp(6), version=version))
    save("image", "good-image.npy", npy("|u1", (2, 3), ramp(6)))
    save("npy", "good-fortran.npy", npy("|u1", (2, 3), ramp(6), True))
    save("npy", "good-natural.npy", npy("<i2", (1, 2, 8, 8), ramp(256)))
    save("npy", "good-zigzag.npy", npy("<i2", (2, 1, 64), ramp(256)))
    save("npy", "good-big-endian.npy", npy(">i2", (1, 1, 8, 8), ramp(128)))
    save("npy", "good-reals.npy", npy("<f8", (1, 1, 8, 8), struct.pack("<64d", *range(64))))
    save("npy", "good-nan.npy", npy(">f8", (1, 1, 64), b"\x7f\xf8\0\0\0\0\0\1" * 64))
    save("npy", "good-tail.npy", npy("|u1", (1, 1), b"12"))
    save("npy", "good-order.npy", npy_text("{\"shape\":(1,1),'fortran_order':False,'descr':'u1'}", b"1"))
    save("npy", "bad-short.npy", npy("|u1", (2, 3), ramp(5)))
    save("npy", "bad-empty.npy", npy("|u1", (0, 3), b""))
    save("npy", "bad-blocks.npy", npy("<i2", (0, 1, 8, 8), b""))
    save("npy", "bad-scalar.npy", npy("|u1", (), b"1"))
    save("npy", "bad-type.npy", npy("<f4", (1, 1), b"1234"))
    save("npy", "bad-object.npy", npy("|O", (1, 1), b"12345678"))
    save("npy", "bad-structured.npy", npy_text("{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1, 1), }", b"12"))
    save("npy", "bad-shape.npy", npy("<i2", (1, 1, 8, 7), ramp(112)))
    save("npy", "bad-fortran-blocks.npy", npy("<i2", (1, 1, 8, 8), ramp(128), True))
    save("npy", "bad-overflow.npy", npy("<i2", (2**61, 8, 8, 8), ramp(128)))
    save("npy", "bad-overflow-zero.npy", npy("|u1", (2**63, 2**63, 0), b""))
    save("npy", "bad-number.npy", npy_text("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 1), }", b""))
    save("npy", "bad-dimensions.npy", npy("|u1", (1,) * 33, b"1"))
    save("npy", "bad-32-dimensions.npy", npy("|u1", (2**62 + 1,) + (1,) * 31, b"1"))
    save("npy", "bad-header-length.npy", b"\x93NUMPY\1\0\xff\xff{")
    save("npy", "bad-header-length-2.npy", b"\x93NUMPY\2\0\xff\xff\xff\xff{")
    save("npy", "bad-version.npy", npy("|u1", (1, 1), b"1")[:6] + b"\4" + npy("|u1", (1, 1), b"1")[7:])
    save("npy", "bad-key.npy", npy_text("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1), 'more': 1}", b"1"))
    save("npy", "bad-missing.npy", npy_text("{'descr': '|u1', 'shape': (1, 1), }", b"1"))
    save("npy", "bad-unclosed.npy", npy_text("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1", b"1"))
    save("npy", "bad-long-key.npy", npy_text("{'" + "d" * 300, b""))
    save("npy", "bad-size.npy", npy("|u4294967297", (1, 1), b"1"))


def maps():
    values = struct.pack("<12f", *(i / 4 - 1 for i in range(12)))
    save("map", "good-f4.npy", npy("<f4", (3, 4), values))
    save("map", "good-f8.npy", npy("<f8", (2, 3), struct.pack("<6d", *range(6))))
    save("map", "good-batch.npy", npy("<f4", (2, 2, 3), values))
    save("map", "good-fortran.npy", npy("<f4", (2, 2, 3), values, True))
    save("map", "good-big-endian.npy", npy(">f4", (1, 2), struct.pack(">2f", 0.5, 300)))
    save("map", "good-equal.npy", npy("<f8", (1, 3), struct.pack("<3d", 7, 7, 7)))
    save("map", "good-tiny.npy", npy("<f8", (1, 2), struct.pack("<2d", 5e-324, 0)))
    save("map", "good-large.npy", npy("<f8", (9, 9), struct.pack("<d", 1e97) * 81))
    save("map", "bad-nan.npy", npy("<f4", (1, 2), struct.pack("<2f", 0, float("nan"))))
    save("map", "bad-infinite.npy", npy("<f8", (1, 2), struct.pack("<2d", 0, float("inf"))))
    save("map", "bad-largest.npy", npy("<f8", (1, 2), struct.pack("<2d", 1.7e308, -1.7e308)))
    save("map", "bad-half.npy", npy("<f2", (1, 2), b"1234"))
    save("map", "bad-quad.npy", npy("<f16", (1, 1), b"1234567890123456"))
    save("map", "bad-u1.npy", npy("|u1", (1, 2), b"12"))
    save("map", "bad-1d.npy", npy("<f4", (4,), values))
    save("map", "bad-4d.npy", npy("<f4", (1, 1, 3, 4), values))
    save("map", "bad-empty.npy", npy("<f4", (0, 4), b""))
    save("map", "bad-short.npy", npy("<f4", (3, 4), values[:-1]))
    save("map", "bad-many.npy", npy("<f4", (2**32, 2**32), values))
    save("map", "bad-tall.npy", npy("<f4", (2**32, 2, 2), values))


def tables():
    flat = " ".join(["16"] * 64)
    save("table", "good-flat.txt", flat)
    save("table", "good-lines.txt", "# one\n" + "\n".join(" ".join(str(8 * r + c + 1) for c in range(8)) for r in range(8)) + "\n")
    save("table", "good-four.txt", "\n".join(["1 " * 64] * 4))
    save("table", "good-largest.txt", " ".join(["32767"] * 64))
    save("table", "good-comments.txt", "#\n" + "1#2\n" * 64 + "#")
    save("table", "bad-63.txt", flat[3:])
    save("table", "bad-65.txt", flat + " 1")
    save("table", "bad-five.txt", "1 " * 320)
    save("table", "bad-zero.txt", flat[:-2] + "0")
    save("table", "bad-32768.txt", flat[:-2] + "32768")
    save("table", "bad-large.txt", flat[:-2] + "184467440737095516170000000000001")
    save("table", "bad-negative.txt", "-" + flat)
    save("table", "bad-letters.txt", flat.replace("16", "0x10"))
    save("table", "bad-binary.txt", "\0\1\2\xff")
    save("table", "bad-empty.txt", "")
    save("table", "bad-comment.txt", "# nothing else")


def offsets():
    half = "0.5 " * 64
    save("offsets", "good-halves.txt", half)
    save("offsets", "good-lines.txt", "# a comment\n" + "\n".join(" ".join(f"{i / 64:.3f}" for i in range(8 * r, 8 * r + 8)) for r in range(8)))
    save("offsets", "good-forms.txt", "0 1 .5 5e-1 +0.25 1. 1e0 -0 " * 8)
    save("offsets", "good-comments.txt", "0#1\n" * 64)
    save("offsets", "bad-63.txt", half[4:])
    save("offsets", "bad-65.txt", half + "0")
    save("offsets", "bad-above.txt", half[4:] + "1.0000000001")
    save("offsets", "bad-negative.txt", half[4:] + "-1e-300")
    save("offsets", "bad-infinite.txt", half[4:] + "1e999")
    save("offsets", "bad-hexadecimal.txt", half[4:] + "0x1p-1")
    save("offsets", "bad-nan.txt", half[4:] + "nan")
    save("offsets", "bad-point.txt", half[4:] + ".")
    save("offsets", "bad-long.txt", half[4:] + "0." + "0" * 39)
    save("offsets", "bad-zero-byte.txt", half[4:] + "0\0")
    save("offsets", "bad-empty.txt", "")


def qualities():
    for i, text in enumerate(("10", "0", "100", "10,50,90", "75-95:5", "0-100", "1-1", "5,1-10:3,5", "007", "0-100:100")):
        save("quality", f"good-{i}", text)
    for i, text in enumerate(("", ",", "101", "-1", "10-", "10-5", "1-5:0", "1-5:101", "1-5:", "10,,20", "10 ", " 10", "1e1",
                              "18446744073709551617", "10,50x", "0-100:5:5", "10\0,20,")):
        save("quality", f"bad-{i:02}", text.replace("\0", "") if i == 16 else text)


def lists():
    save("list", "good-lines", "a.png\nb c.pgm\n\n/d/e.jpg")
    save("list", "good-zeros", "a\nb\0c\0\0d")
    save("list", "good-crlf", "a\r\nb\r\n")
    save("list", "good-bytes", "\xff\xfe\n\x1b[31m\n")
    save("list", "bad-blank", "\n\n\n")
    save("list", "bad-zero-blank", "\0\0")
    save("list", "bad-empty", "")
    save("list", "bad-standard-input", "a\n-\n")


# ---- The command line: a word a line -------------------------------------------------------------

OPTIONS = """
-q|10|in.png|out.png
-q|10,50,75-95:5|-t|luma|-t|flat|--metrics|psnr,ssim,bytes|-n|a|b
-t|chroma|--exact-table|a
--scale|2,1.5|--round|offset:0.35|--dct|exact|a
--no-baseline|--print-table|-t|file.txt
--dct|float|--round|even|a|b.npy
--dump|-|--dump-format|csv|--dump-stage|dct|--dump-order|zigzag|a
--dump=c.npy|a|b.pgm
--block|3,5|a
--from-coefficients|c.npy|--size|640x480|a.pgm
--huffman|optimal|--bits|--bit-map|m.png|a
-s|--format|jsonl|--no-header|--summary|-d|dir|a|b
--bd|-t|luma|-t|flat|-q|10,20,30|-n|a
--compare|a|b|c|--metrics|all
--target-psnr|35.5|a
--target-ssim|0.9|-n|a
--target-bytes|10k|a|b.jpg
--target-bpp|1e-1|a
--plot|p.svg|--plot-metric|ssim|-n|a
--sheet|s.png|--crop|1,2,3x4|--zoom|4|a
--diff|d.png|--diff-gain|9|a
--files-from|-|-0|-n|-j|8|--no-progress
--output-format|bmp|--no-clobber|--max-pixels|1000|-v|a|-
-h
--version
-nsq5|a
--|-q|-n.png
--round=none|--dct=exact|a|b.png
--range|-1:1|--samples|8bit|--clamp|forward|--output-type|float32|a.npy|b.npy
--range|minmax|--dct|exact|--round|soft|a.npy|b.npy
--gradient|ste-codec|--grad-output|g.npy|--grad-input|i.npy|--grad-table|t.npy|--grad-quality|q.npy|--dct|exact|a.npy
--sandbox|require|--decode-timeout|5|a
--round|offsets:o.txt|-t|t.txt|--exact-table|a|b.jpg
--learn-table|t.txt|-q|50|a|b
""".strip().split("\n")

REFUSED = """

-q
-q|101|a
-q|10-|a
-t|luma|-t|luma|a
--scale|0|a
--scale|1,|a
--scale|nan|a
--scale|1e999|a
--round|offset:2|a
--round|offset:|a
--round|none|a
--dct|slow|a
--metrics||a
--metrics|psnr,|a
--metrics|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|a
--block|1|a
--block|1,99999999999999999999|a
--size|0x1|--from-coefficients|c
--target-psnr|1|--target-bpp|1|a
--target-bytes|1kk|a
--target-bytes|-1|a
--target-ssim|2|a
--crop|1,2,3|--sheet|s.png|a
--zoom|65|--sheet|s.png|a
--diff-gain|0|--diff|d.png|a
--max-pixels|0|a
-j|0|a
-j|257|a
--unknown
--d
-\x1b
--\x1b[31m\xff
-n=3|a
--bits=3|a
a|b|c
a|out.unknown
-d|x|-n|a
--bit-map|m.jpg|a
--plot|.svg|a
--dump|-|-s|a
--exact-table|-q|5|a
--range|1:-1|a.npy
--range|1:|a.npy
--range|0:1e999|a.npy
--gradient|none|--grad-output|g|a
--grad-input|i.npy|a
--sandbox|on|a
--decode-timeout|0|a
""".strip("\n").split("\n")


def options():
    for i, line in enumerate(OPTIONS):
        save("options", f"good-{i:02}", line.replace("|", "\n"))
    for i, line in enumerate(REFUSED):
        save("options", f"bad-{i:02}", line.encode().decode("unicode_escape").replace("|", "\n"))
    save("options", "bad-101-tables", "\n".join(f"-t{i}" for i in range(62)) + "\n-t1")
    save("options", "bad-long", "-q\n" + "9" * 3000)


# ---- Coefficients --------------------------------------------------------------------------------


def coefficients():
    def make(width, height, settings, quality=50, data=b"", steps=b""):
        return bytes([width - 1, height - 1, settings, quality]) + steps + data

    save("coefficients", "good-zero", make(8, 8, 0))
    for dct in range(3):
        save("coefficients", f"good-bytes-{dct}", make(9, 17, dct, 75, ramp(300)))
        save("coefficients", f"good-optimal-{dct}", make(16, 8, dct | 4, 90, ramp(128)))
        save("coefficients", f"good-wide-{dct}", make(8, 8, dct | 16 | 4, 10, struct.pack("<64h", *([-1023, 1023] * 32))))
        save("coefficients", f"good-steps-{dct}", make(8, 8, dct | 8, 0, ramp(64), ramp(128)))
        save("coefficients", f"good-large-steps-{dct}", make(8, 8, dct | 8 | 32, 0, ramp(64), b"\xfe\x7f" * 64))
    save("coefficients", "good-dc", make(32, 8, 16, 1, struct.pack("<h126x", 2047) + struct.pack("<h126x", 0)
                                         + struct.pack("<h126x", -2047) + struct.pack("<h", -4094)))
    save("coefficients", "good-stuffing", make(8, 8, 16, 1, struct.pack("<64h", *([1023] * 64))))
    save("coefficients", "good-runs", make(8, 8, 4, 50, bytes(63) + b"\1"))
    save("coefficients", "bad-ac", make(8, 8, 16, 50, struct.pack("<2h", 0, 1024)))
    save("coefficients", "bad-dc", make(8, 8, 16, 50, struct.pack("<h", -2048)))
    save("coefficients", "bad-extreme", make(8, 8, 16, 50, b"\0\x80" * 64))
    save("coefficients", "bad-extreme-steps", make(8, 8, 16 | 8 | 32, 0, b"\xff\x7f" * 64, b"\xfe\x7f" * 64))

    dc_bits = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    dc = dc_bits + bytes(range(12))
    save("huffman", "good-standard", b"")
    save("huffman", "good-dc", dc)
    flat = bytes([0] * 7 + [162] + [0] * 8)
    symbols = bytes([0] + [r * 16 + s for r in range(16) for s in range(1, 11)] + [0xf0])
    save("huffman", "good-flat", dc + flat + symbols + ramp(64))
    save("huffman", "bad-ones", dc + bytes([2] + [0] * 15) + symbols)
    save("huffman", "bad-many", dc + bytes([0] * 15 + [255]) + symbols)
    save("huffman", "bad-more", bytes([255] * 16) + bytes(range(12)))
    save("huffman", "bad-lacks", dc + bytes([1] + [0] * 15) + b"\x11" + ramp(64))
    save("huffman", "bad-empty", bytes(44) + b"\1" * 64)


pngs()
bmps()
published(*jpegs())
pnms()
npys()
maps()
tables()
offsets()
qualities()
lists()
options()
coefficients()
