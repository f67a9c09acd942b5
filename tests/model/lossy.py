# SPDX-License-Identifier: MIT
"""
The lossy stage of JPEG in plain NumPy, written from the formulas of ITU-T T.81 and of libjpeg's
documentation, for the command-line tests to compare jpegq with. Slow and obvious on purpose.

Nothing here was made by running jpegq. All arrays of blocks have the shape (R, C, 8, 8), the last
two being the vertical and the horizontal frequency (or sample row and column).
"""
from fractions import Fraction
import math

import numpy as np

# ---- Order -------------------------------------------------------------------------------------


def zigzag():
    """Natural indices in zigzag order (T.81 figure 5): diagonals, alternately up and down."""
    order = []
    for diagonal in range(15):
        cells = [(v, diagonal - v) for v in range(8) if 0 <= diagonal - v < 8]
        # Odd diagonals run downwards (v grows), even ones upwards.
        order += cells if diagonal % 2 else reversed(cells)
    return [8 * v + u for v, u in order]


ZIGZAG = zigzag()

# ---- Blocks ------------------------------------------------------------------------------------


def to_blocks(plane):
    """Pad by repeating the last column, then the last row, and cut into blocks."""
    height, width = plane.shape
    rows, columns = -(-height // 8), -(-width // 8)
    padded = np.pad(plane, ((0, 8 * rows - height), (0, 8 * columns - width)), mode="edge")
    return padded.reshape(rows, 8, columns, 8).swapaxes(1, 2)


def from_blocks(blocks, width, height):
    rows, columns = blocks.shape[:2]
    return blocks.swapaxes(1, 2).reshape(8 * rows, 8 * columns)[:height, :width]


# ---- The DCT in double precision ---------------------------------------------------------------


def basis():
    """B[k][x] of the orthonormal DCT: T.81 A.3.3 with C(k) / 2 taken into the matrix."""
    k, x = np.mgrid[0:8, 0:8]
    b = np.cos((2 * x + 1) * k * np.pi / 16) / 2
    b[0] /= math.sqrt(2)
    return b


BASIS = basis()


def forward(plane):
    """Level shift and DCT: F = B f B^T for each block."""
    return BASIS @ (to_blocks(plane).astype(np.float64) - 128) @ BASIS.T


def inverse(coefficients):
    """Inverse DCT and level shift; neither rounded nor clamped."""
    return BASIS.T @ coefficients @ BASIS + 128


def to_samples(values):
    """Half to even, then clamped."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def rational_sums(plane):
    """
    8 F for the coefficients (0,0) (0,4) (4,0) (4,4), which are sums of samples with signs:
    C(0) / 2 = 1 / sqrt 8 and cos(4 (2x + 1) pi / 16) / 2 = +-1 / sqrt 8. Exact integers.
    """
    samples = to_blocks(plane).astype(np.int64) - 128
    one = np.ones(8, dtype=np.int64)
    four = np.array([1, -1, -1, 1, 1, -1, -1, 1], dtype=np.int64)
    return {(v, u): np.einsum("rcyx,y,x->rc", samples, four if v else one, four if u else one)
            for v in (0, 4) for u in (0, 4)}


# ---- Quantization ------------------------------------------------------------------------------


def half_away(u):
    return np.sign(u) * np.floor(np.abs(u) + 0.5)


def round_u(u, rounding):
    """The roundings of the manual for real u (with --dct exact)."""
    if rounding == "nearest":
        return half_away(u)
    if rounding == "even":
        return np.rint(u)
    if rounding == "trunc":
        return np.trunc(u)
    if rounding == "none":
        return u
    return np.sign(u) * np.floor(np.abs(u) + float(rounding.removeprefix("offset:")))


def distance_to_step(u, rounding):
    """How far |u| is from the place where round_u jumps: below ~1e-9 a model cannot tell."""
    at = {"nearest": 0.5, "even": 0.5, "trunc": 0.0}.get(rounding)
    if at is None:
        at = 1 - float(rounding.removeprefix("offset:"))
    a = np.abs(u)
    off = np.abs(a - at - np.rint(a - at))
    if rounding in ("trunc", "offset:0"):  # these jump at every whole number but 0
        off = np.where(a < 0.5, 1.0, off)
    return off


def round_quotient(x, d, rounding):
    """The roundings of the manual for the exact quotient x / d of two integers, d > 0."""
    x, d = int(x), int(d)
    sign, a = (x > 0) - (x < 0), abs(x)
    if rounding == "nearest":
        # libjpeg's: sign * ((|x| + d / 2) / d)
        return sign * ((a + d // 2) // d)
    if rounding == "trunc":
        return sign * (a // d)
    if rounding == "even":
        return round(Fraction(x, d))  # Python rounds a Fraction half to even
    offset = round(Fraction(rounding.removeprefix("offset:")) * 10**9)
    return sign * math.floor(Fraction(a, d) + Fraction(offset, 10**9))


# ---- Tables ------------------------------------------------------------------------------------


def ijg_scale(base, quality, largest=255):
    """The table of a quality, as in the manual under -q."""
    quality = max(1, quality)
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return [min(max((step * scale + 50) // 100, 1), largest) for step in base]


def textbook_scale(base, factor, dc_factor=None, largest=255):
    """The table of --scale: floor(step * factor + 0.5), held to 1..largest."""
    factors = [factor if dc_factor is None else dc_factor] + [factor] * 63
    return [int(min(max(math.floor(step * f + 0.5), 1), largest)) for step, f in zip(base, factors)]


# ---- libjpeg's scales --------------------------------------------------------------------------

# s[k] = sqrt 2 cos(k pi / 16), s[0] = 1: Arai, Agui and Nakajima's outputs are 8 s[v] s[u] F.
AAN = np.array([1.0] + [math.sqrt(2) * math.cos(k * math.pi / 16) for k in range(1, 8)])
AAN_SCALE = 8 * np.outer(AAN, AAN)
AAN14 = np.rint(2**14 * np.outer(AAN, AAN)).astype(np.int64)


def fast_divisors(table):
    """What --dct fast divides by: (step * aan14 + 1024) >> 11."""
    return (np.array(table).reshape(8, 8) * AAN14 + 1024) >> 11


def fast_forward(plane):
    """
    The DCT of Arai, Agui and Nakajima (1988) in 16-bit fixed point, whose sums and products wrap:
    what --dct fast is said to be. Constants at 8 bits, no rounding, no scaling between passes.
    """
    def wrap(x):
        return (x + 32768) % 65536 - 32768

    def times(x, constant):
        return wrap(wrap(x << 2) * (constant << 6) >> 16)

    def one_pass(d):  # along the last axis
        s = [wrap(d[..., i] + d[..., 7 - i]) for i in range(4)]
        t = [wrap(d[..., i] - d[..., 7 - i]) for i in range(4)]
        even = [wrap(s[0] + s[3]), wrap(s[1] + s[2]), wrap(s[1] - s[2]), wrap(s[0] - s[3])]
        out = [None] * 8
        out[0], out[4] = wrap(even[0] + even[1]), wrap(even[0] - even[1])
        z1 = times(wrap(even[2] + even[3]), 181)  # cos(pi / 4)
        out[2], out[6] = wrap(even[3] + z1), wrap(even[3] - z1)
        a, b, c = wrap(t[3] + t[2]), wrap(t[2] + t[1]), wrap(t[1] + t[0])
        z5 = times(wrap(a - c), 98)  # cos(3 pi / 8)
        z2 = wrap(times(a, 139) + z5)  # cos(pi / 8) - cos(3 pi / 8)
        z4 = wrap(times(c, 334) + z5)  # cos(pi / 8) + cos(3 pi / 8)
        z3 = times(b, 181)
        plus, minus = wrap(t[0] + z3), wrap(t[0] - z3)
        out[5], out[3] = wrap(minus + z2), wrap(minus - z2)
        out[1], out[7] = wrap(plus + z4), wrap(plus - z4)
        return np.stack(out, axis=-1)

    d = to_blocks(plane).astype(np.int64) - 128
    return one_pass(one_pass(d).swapaxes(-1, -2)).swapaxes(-1, -2)


# ---- Samples -----------------------------------------------------------------------------------


def to_eight_bits(samples, largest):
    """Samples 0..largest to 0..255: the manual's rule, for 65535 as for any other."""
    return (samples.astype(np.int64) * 255 + largest // 2) // largest


def to_gray(red, green, blue):
    """libjpeg's luminance of 8-bit colour, in whole numbers."""
    red, green, blue = (np.asarray(c).astype(np.int64) for c in (red, green, blue))
    return (19595 * red + 38470 * green + 7471 * blue + 32768) // 65536
