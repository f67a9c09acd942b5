# SPDX-License-Identifier: MIT
"""A model of T.81's Huffman coding: what each coefficient of a scan costs."""
import numpy as np

from lossy import zigzag


def huffman_lengths(data):
    """The code lengths by symbol of the DC and the AC table of a grayscale file (T.81 B.2.4.2)."""
    tables = {}
    at = 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2:at + 4], "big")
        if data[at + 1] == 0xC4:
            body = data[at + 4:at + 2 + length]
            symbols = list(body[17:])
            tables[body[0] >> 4] = {
                symbols.pop(0): bits + 1 for bits in range(16) for _ in range(body[1 + bits])
            }
        at += 2 + length
    return tables[0], tables[1]


def category(value):
    return int(abs(int(value))).bit_length()


def account(coefficients, dc_lengths, ac_lengths):
    """
    coefficients: (R, C, 8, 8). Bits by position (a run counts for the coefficient behind it), bits of
    EOB, bits by block, and how often each symbol is met.
    """
    rows, columns = coefficients.shape[:2]
    order = zigzag()
    position = np.zeros(64, int)
    dc, ac = np.zeros(12, int), np.zeros((16, 11), int)
    blocks = np.zeros((rows, columns), int)
    eob, last = 0, 0
    for r in range(rows):
        for c in range(columns):
            before = position.sum() + eob
            block = coefficients[r, c].reshape(64)
            size = category(int(block[0]) - last)
            last = int(block[0])
            dc[size] += 1
            position[0] += dc_lengths[size] + size
            run = 0
            for k in range(1, 64):
                value = block[order[k]]
                if value == 0:
                    run += 1
                    continue
                while run > 15:
                    ac[15, 0] += 1
                    position[order[k]] += ac_lengths[0xF0]
                    run -= 16
                size = category(value)
                ac[run, size] += 1
                position[order[k]] += ac_lengths[16 * run + size] + size
                run = 0
            if run:
                ac[0, 0] += 1
                eob += ac_lengths[0]
            blocks[r, c] = position.sum() + eob - before
    return {"position": position.reshape(8, 8), "eob": eob, "blocks": blocks, "dc": dc, "ac": ac}
