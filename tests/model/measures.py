# SPDX-License-Identifier: MIT
"""
The measures as their publications define them, in NumPy: written for the tests, not from jpegq.
Planes are two-dimensional arrays of 0..255.
"""
import numpy as np

# Rates in kbit/s and PSNR in dB of two curves that come with the published Bjontegaard scripts.
CURVE_A = ([686.76, 309.58, 157.11, 85.95], [40.28, 37.18, 34.24, 31.42])
CURVE_B = ([893.34, 407.80, 204.93, 112.75], [40.39, 37.21, 34.17, 31.24])


def mse(a, b):
    return np.mean((np.asarray(a, float) - np.asarray(b, float)) ** 2)


def psnr(a, b):
    return np.inf if np.array_equal(a, b) else 10 * np.log10(255 ** 2 / mse(a, b))


def blocking_effect(plane):
    """BEF of Yim and Bovik 2011; 0 without a block boundary and where a side is 1."""
    plane = np.asarray(plane, float)
    height, width = plane.shape
    if min(width, height) == 1 or max(width, height) <= 8:
        return 0.0
    at_edges, elsewhere = [], []
    for x in range(width - 1):
        pairs = at_edges if x % 8 == 7 else elsewhere
        pairs.append((plane[:, x] - plane[:, x + 1]) ** 2)
    for y in range(height - 1):
        pairs = at_edges if y % 8 == 7 else elsewhere
        pairs.append((plane[y, :] - plane[y + 1, :]) ** 2)
    d_b, d_bc = np.mean(np.concatenate(at_edges)), np.mean(np.concatenate(elsewhere))
    eta = np.log2(8) / np.log2(min(width, height)) if d_b > d_bc else 0
    return eta * (d_b - d_bc)


def psnr_b(reference, degraded):
    if np.array_equal(reference, degraded):
        return np.inf
    return 10 * np.log10(255 ** 2 / (mse(reference, degraded) + blocking_effect(degraded)))


def torchjpeg_blocking_effect(plane):
    """BEF as torchjpeg.metrics.blocking_effect_factor has it, for sides that are multiples of 8."""
    plane = np.asarray(plane, float)
    height, width = plane.shape
    assert height % 8 == 0 and width % 8 == 0 and height + width > 16
    across, down = np.diff(plane, axis=1) ** 2, np.diff(plane, axis=0) ** 2
    edges = across[:, 7::8].sum() + down[7::8].sum()
    pairs = height * (width // 8 - 1) + width * (height // 8 - 1)
    others = height * (width - 1) + width * (height - 1) - pairs
    difference = edges / pairs - (across.sum() + down.sum() - edges) / others
    return max(0, difference) * np.log2(8) / np.log2(min(height, width))


def gaussian(taps, sigma=1.5):
    distance = np.arange(taps) - (taps - 1) / 2
    weights = np.exp(-distance ** 2 / (2 * sigma ** 2))
    return weights / weights.sum()


def ssim(a, b, down, across, peak=255):
    """
    Mean SSIM (Wang et al. 2004) with the window of weights down[i] * across[j], at all positions
    where it lies in the image; variances are sums of squared deviations from the mean.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    rows, columns = a.shape[0] - len(down) + 1, a.shape[1] - len(across) + 1

    def mean(f):
        return sum(down[i] * across[j] * f(np.s_[i:i + rows, j:j + columns])
                   for i in range(len(down)) for j in range(len(across)))

    mean_a, mean_b = mean(lambda s: a[s]), mean(lambda s: b[s])
    variance_a = mean(lambda s: (a[s] - mean_a) ** 2)
    variance_b = mean(lambda s: (b[s] - mean_b) ** 2)
    covariance = mean(lambda s: (a[s] - mean_a) * (b[s] - mean_b))
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    return np.mean((2 * mean_a * mean_b + c1) * (2 * covariance + c2) /
                   ((mean_a ** 2 + mean_b ** 2 + c1) * (variance_a + variance_b + c2)))


def ssim_gaussian(a, b):
    """11x11, sigma 1.5; as short as the image where that is shorter."""
    return ssim(a, b, *(gaussian(min(11, side)) for side in a.shape))


def ssim_uniform(a, b):
    """torchjpeg's: 8x8, on samples 0..1 with a peak of 1; as short as the image."""
    return ssim(a / 255, b / 255, *(np.full(min(8, side), 1 / min(8, side)) for side in a.shape),
                peak=1)


def bjontegaard(rate_a, quality_a, rate_b, quality_b):
    """BD-rate in per cent and BD-quality of b against a, as the scripts after VCEG-M33 do it."""
    def difference(x_a, y_a, x_b, y_b):
        low, high = max(min(x_a), min(x_b)), min(max(x_a), max(x_b))
        assert low < high
        integrals = []
        for x, y in (x_a, y_a), (x_b, y_b):
            # moved by the middle of the interval, as the powers of 40 dB need
            p = np.polyfit(x - (low + high) / 2, y, min(3, len(np.unique(x)) - 1))
            p = np.polyint(p)
            half = (high - low) / 2
            integrals.append(np.polyval(p, half) - np.polyval(p, -half))
        return (integrals[1] - integrals[0]) / (high - low)

    log_a, log_b = np.log10(rate_a), np.log10(rate_b)
    quality_a, quality_b = np.asarray(quality_a, float), np.asarray(quality_b, float)
    return (100 * (10 ** difference(quality_a, log_a, quality_b, log_b) - 1),
            difference(log_a, quality_a, log_b, quality_b))
