# SPDX-License-Identifier: MIT
"""
The codec as a layer with derivatives, in NumPy, for the tests of gradients: block by block with the
64x64 matrix of the two-dimensional DCT, the derivative as a product of Jacobian matrices. Slow and
obvious on purpose; nothing here was made by running jpegq.
"""
import numpy as np

from lossy import BASIS, round_u

# Row 8 v + u, column 8 y + x: the coefficient (v, u) of a block from its samples.
DCT = np.kron(BASIS, BASIS)


def rounded(u, rounding):
    if rounding == "soft":
        return np.rint(u) + (u - np.rint(u)) ** 3
    return round_u(u, rounding)


def slope(u, rounding, mode):
    """R'(u) as the manual has it."""
    soft = 3 * (u - np.rint(u)) ** 2
    if rounding == "none":
        return np.ones_like(u)
    if mode == "true":
        return soft if rounding == "soft" else np.zeros_like(u)
    return {"ste": np.ones_like(u), "soft": soft}[mode]


def blocks(height, width):
    """(rows, columns) of the samples of each block, and which sample fills each of its 64 places."""
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            rows = np.arange(top, min(top + 8, height))
            columns = np.arange(left, min(left + 8, width))
            fill = np.zeros((64, rows.size * columns.size))
            crop = np.zeros((rows.size * columns.size, 64))
            for y in range(8):
                for x in range(8):
                    at = (min(y, rows.size - 1)) * columns.size + min(x, columns.size - 1)
                    fill[8 * y + x, at] = 1
                    if y < rows.size and x < columns.size:
                        crop[at, 8 * y + x] = 1
            yield np.ix_(rows, columns), fill, crop


def forward(x, steps, rounding, clamp=False):
    s, y = np.asarray(steps, float).reshape(64), np.empty(x.shape)
    for at, fill, crop in blocks(*x.shape):
        u = DCT @ (fill @ x[at].reshape(-1) - 128) / s
        y[at] = (crop @ (DCT.T @ (s * rounded(u, rounding)) + 128)).reshape(y[at].shape)
    return np.clip(y, 0, 255) if clamp else y


def backward(x, g, steps, rounding, mode, clamp=False):
    """dL/dx and dL/ds from g = dL/dy."""
    if mode == "ste-codec":
        return g.copy(), np.zeros((8, 8))
    s = np.asarray(steps, float).reshape(64)
    y = forward(x, steps, rounding)
    if clamp:
        g = np.where((y < 0) | (y > 255), 0, g)
    dx, ds = np.empty(x.shape), np.zeros(64)
    for at, fill, crop in blocks(*x.shape):
        u = DCT @ (fill @ x[at].reshape(-1) - 128) / s
        r, d = rounded(u, rounding), slope(u, rounding, mode)
        by_steps = crop @ DCT.T @ np.diag(r - u * d)
        by_input = crop @ DCT.T @ np.diag(s) @ np.diag(d) @ np.diag(1 / s) @ DCT @ fill
        dx[at] = (g[at].reshape(-1) @ by_input).reshape(dx[at].shape)
        ds += g[at].reshape(-1) @ by_steps
    return dx, ds.reshape(8, 8)


def steps_at(base, quality, largest=255):
    """IJG's scaling without its whole numbers, and its derivative by the quality."""
    base = np.asarray(base, float)
    scale, by_quality = ((5000 / quality, -5000 / quality**2) if quality < 50
                         else (200 - 2 * quality, -2))
    free = base * scale / 100
    held = (free < 1) | (free > largest)
    return np.clip(free, 1, largest), np.where(held, 0, base * by_quality / 100)


def samples_of(values, low, high):
    """JPEG_pyTorch's mapping of values to whole samples, and the scale back."""
    scale = (high - low) / 255
    return np.clip(np.rint((values - low) / scale), 0, 255), scale


def safe(x, steps, rounding, by_input, by_steps, clamp=False):
    """
    Is nothing near where the layer has a jump or a kink, if samples change by up to by_input and
    steps by up to by_steps of themselves, and does the soft rounding have a slope?
    """
    s = np.asarray(steps, float).reshape(64)
    away, slopes = [np.inf], [np.inf if rounding != "soft" else 0]
    for at, fill, _ in blocks(*x.shape):
        u = DCT @ (fill @ x[at].reshape(-1) - 128) / s
        if rounding != "none":  # a sample that fills a block changes DC by 8 times its change
            away.append((np.abs(np.abs(u - np.rint(u)) - 0.5) - 8 * by_input / s -
                         np.abs(u) * by_steps).min())
        if rounding == "soft":
            slopes.append(slope(u, rounding, "soft").max())
    if clamp:
        y, margin = forward(x, steps, rounding), 0.1 if by_input else 1e-9
        away += [np.abs(y).min() - margin, np.abs(y - 255).min() - margin]
    return min(away) > 1e-9 and max(slopes) > 0.01
