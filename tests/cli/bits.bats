#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --bits and --bit-map: a model codes the dumped coefficients by T.81's rules, with the Huffman tables
# taken from cjpeg's files, and has to come to the same bits.

load common
: "${samples:?is set by common.bash}"

@test "the example by hand: block.pgm" {
    # DC -3: 011 00; AC 1 at (2,0): 11100 1; EOB: 1010; padded with a one: 67 35.
    jpegq -q 10 "$samples/block.pgm" block.jpg
    [[ "$(tail -c 4 block.jpg | od -An -tx1 | tr -d ' \n')" == 6735ffd9 ]]
    [[ "$(stat -c %s block.jpg)" -eq 332 ]]
    jpegq -q 10 --bits "$samples/block.pgm" > text
    grep -q '^332 bytes, 41\.5000 bits a pixel, standard' text
    grep -qE '^  header +2640 bits' text
    grep -qE '^  DC +5 bits' text
    grep -qE '^  AC +10 bits' text
    grep -qE '^    of it EOB +4 bits' text
    grep -qE '^  padding +1 bits' text
    grep -qE '^  stuffing +0 bits' text
    grep -qE '^ +5( +\.){7}$' text
    grep -qE '^ +6( +\.){7}$' text
}

@test "every figure is what a model of T.81 counts, and the parts add up" {
    pgm_of "$samples/text.png" > text.pgm
    python text.pgm "$samples/noise.pgm" "$samples/noise-binary.pgm" "$samples/pixel.pgm" << 'END'
import sys
import numpy as np
from command import jpegq
from entropy import account, huffman_lengths
from printed_bits import parse
for name in sys.argv[1:]:
    for quality in (5, 60, 100):
        for huffman in ("standard", "optimal"):
            options = ("-q", quality, "--huffman", huffman, name)
            jpegq("--dump", "c.npy", *options)
            jpegq("--bit-map", "map.npy", *options)
            jpegq(*options, "file.jpg")
            data = open("file.jpg", "rb").read()
            want = account(np.load("c.npy"), *huffman_lengths(data))
            got = parse(jpegq("--bits", *options).decode())
            assert got["bytes"] == len(data)
            assert (got["position"] == want["position"]).all(), (name, quality, huffman)
            assert (got["dc"] == want["dc"]).all() and (got["ac"] == want["ac"]).all()
            assert got["DC"] == want["position"][0, 0]
            assert got["AC"] == want["position"].sum() - got["DC"] + want["eob"]
            assert got["of it EOB"] == want["eob"]
            blocks = np.load("map.npy")
            assert blocks.dtype == np.dtype("<u4") and (blocks == want["blocks"]).all()
            row, column, most = got["costliest"]
            assert most == blocks.max() == blocks[row, column]
            scan = data[data.index(b"\xff\xda") + 10:-2]
            assert got["header"] == 8 * (len(data) - len(scan))
            assert got["stuffing"] == 8 * scan.count(b"\xff\x00")
            total = got["header"] + got["DC"] + got["AC"] + got["padding"] + got["stuffing"]
            assert total == 8 * len(data) and 0 <= got["padding"] < 8
END
}

@test "--bit-map as a picture: every pixel of a block has its share, white is the costliest" {
    pgm_of "$samples/scene.png" > scene.pgm
    jpegq -q 30 --bit-map map.npy scene.pgm
    jpegq -q 30 --bit-map map.pgm scene.pgm
    jpegq -q 30 --bit-map map.png scene.pgm
    pngtopnm map.png | cmp - map.pgm
    python << 'END'
import numpy as np
from files import read_pgm
bits = np.load("map.npy").astype(int)
want = np.kron((2 * 255 * bits + bits.max()) // (2 * bits.max()), np.ones((8, 8), int))
assert (read_pgm("map.pgm") == want[:381, :509]).all()
END
}

@test "what is refused" {
    refuses 64 'bit-?map|map\.txt' -- --bit-map map.txt "$samples/noise.pgm"
    refuses 64 'bit-?map|map\.jpg' -- --bit-map map.jpg "$samples/noise.pgm"
    refuses 64 'round none' -- --bits --dct exact --round none "$samples/noise.pgm"
    refuses 64 'round none' -- --bit-map m.png --dct exact --round none "$samples/noise.pgm"
    refuses '1|64' 'same\.png' -- --bit-map same.png "$samples/noise.pgm" same.png
    cp "$samples/noise.pgm" in.pgm
    refuses '1|64' 'in\.pgm' -- --bit-map in.pgm in.pgm
    refuses 64 'standard output' -- --bits "$samples/noise.pgm" - --output-format pgm
}

@test "with --from-coefficients, and beside everything else" {
    jpegq -q 30 --bits --bit-map a.npy --dump c.npy "$samples/noise.pgm" a.jpg > a.txt
    jpegq -q 30 --from-coefficients c.npy --size 67x45 --bits --bit-map b.npy b.jpg > b.txt
    same a.txt b.txt
    same a.npy b.npy
    same a.jpg b.jpg
}
