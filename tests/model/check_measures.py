#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
check_measures.py LIBRARY: compare the measures of a shared libjpegq with scikit-image's and with
those of measures.py. A line per check, "ok NAME ..." or "not ok NAME ..."; the status is 0 only if
no difference is above 1e-9 and what is to be exact is so.
"""
import ctypes
import sys

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

import measures

TOLERANCE = 1e-9
GAUSSIAN, UNIFORM = 0, 1
BAD_ARGUMENT = 1


class Plane(ctypes.Structure):
    _fields_ = [("width", ctypes.c_uint32), ("height", ctypes.c_uint32),
                ("stride", ctypes.c_size_t), ("samples", ctypes.c_void_p)]


class Error(ctypes.Structure):
    _fields_ = [("samples", ctypes.c_uint64), ("squared", ctypes.c_uint64),
                ("absolute", ctypes.c_uint64), ("largest", ctypes.c_uint)]


class Library:
    """What is under test, with arrays for planes; raises where the status is not 0."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.jpegq_psnr.restype = ctypes.c_double

    @staticmethod
    def plane(array):
        assert array.dtype == np.uint8 and (array.shape[1] == 1 or array.strides[1] == 1)
        return Plane(array.shape[1], array.shape[0], array.strides[0], array.ctypes.data)

    def call(self, name, *arguments):
        result = ctypes.c_double()
        status = getattr(self.library, name)(*arguments, ctypes.byref(result))
        assert status == 0, f"{name}: status {status}"
        return result.value

    def ssim(self, a, b, window):
        return self.call("jpegq_ssim", ctypes.byref(self.plane(a)), ctypes.byref(self.plane(b)),
                         window)

    def psnr(self, a, b):
        error = Error()
        status = self.library.jpegq_measure_error(ctypes.byref(self.plane(a)),
                                                  ctypes.byref(self.plane(b)), ctypes.byref(error))
        assert status == 0, f"status {status}"
        return self.library.jpegq_psnr(ctypes.byref(error))

    def psnr_b(self, a, b):
        return self.call("jpegq_psnr_b", ctypes.byref(self.plane(a)), ctypes.byref(self.plane(b)))

    def blocking_effect(self, a):
        return self.call("jpegq_blocking_effect", ctypes.byref(self.plane(a)))

    def bjontegaard(self, rate_a, quality_a, rate_b, quality_b):
        arrays = [np.ascontiguousarray(x, np.float64)
                  for x in (rate_a, quality_a, rate_b, quality_b)]
        pointers = [ctypes.c_void_p(x.ctypes.data) for x in arrays]
        results = ctypes.c_double(), ctypes.c_double()
        status = self.library.jpegq_bjontegaard(
            *pointers[:2], ctypes.c_size_t(arrays[0].size),
            *pointers[2:], ctypes.c_size_t(arrays[2].size), *map(ctypes.byref, results))
        return status, results[0].value, results[1].value


# ---- Images --------------------------------------------------------------------------------------

def distorted(image, random):
    """Coarse steps in blocks of 8x8, like a low quality's, and some noise."""
    height, width = image.shape
    y, x = np.mgrid[:height, :width]
    dc = random.integers(-12, 13, (height // 8 + 1, width // 8 + 1))[y // 8, x // 8]
    noise = random.integers(-3, 4, image.shape)
    return np.clip(image // 16 * 16 + 8 + dc + noise, 0, 255).astype(np.uint8)


def text_like(height, width, random):
    """Black strokes on white."""
    image = np.full((height, width), 255, np.uint8)
    for _ in range(height * width // 40 + 1):
        y, x = random.integers(height), random.integers(width)
        if random.integers(2):
            image[y:y + random.integers(1, 9), x] = 0
        else:
            image[y, x:x + random.integers(1, 9)] = 0
    return image


def wider(image, random):
    """The same samples with other ones between the rows."""
    buffer = random.integers(0, 256, (image.shape[0], image.shape[1] + 13), np.uint8)
    view = buffer[:, 5:5 + image.shape[1]]
    view[:] = image
    return view


def pairs(height, width, random):
    """(name, a, b) of many kinds."""
    noise = random.integers(0, 256, (height, width), np.uint8)
    y, x = np.mgrid[:height, :width]
    gradient = x * 255 // max(1, width - 1) + y * 255 // max(1, height - 1)
    gradient = (gradient // 2).astype(np.uint8)
    text = text_like(height, width, random)
    black, white, gray = (np.full((height, width), v, np.uint8) for v in (0, 255, 100))
    yield "noise, other noise", noise, random.integers(0, 256, (height, width), np.uint8)
    yield "noise, its negative", noise, 255 - noise
    yield "black, white", black, white
    yield "constants", gray, gray + 1
    yield "constant, noise", white, noise
    yield "gradient", gradient, distorted(gradient, random)
    yield "text", text, distorted(text, random)
    yield "wide strides", wider(gradient, random), wider(distorted(gradient, random), random)


# ---- Checks --------------------------------------------------------------------------------------

class Check:
    def __init__(self):
        self.failures = 0

    def line(self, good, name, detail):
        self.failures += not good
        print(f"{'ok' if good else 'not ok'} {name}: {detail}", flush=True)

    def differences(self, name, values):
        """values: (what, the library's, the expected)."""
        worst, where, count = 0.0, "", 0
        for what, ours, theirs in values:
            count += 1
            if ours == theirs:  # infinities
                continue
            difference = abs(ours - theirs) / max(1, abs(theirs))
            if not difference <= worst:  # not a number counts as the worst there is
                worst, where = difference, f" ({what}: {ours!r}, expected {theirs!r})"
        good = count > 0 and worst <= TOLERANCE
        self.line(good, name, f"{count} compared, largest difference {worst:.1e}" +
                  ("" if good else where))


def scikit_ssim(a, b):
    return structural_similarity(a, b, gaussian_weights=True, sigma=1.5,
                                 use_sample_covariance=False, data_range=255)


def check_images(check, library, name, sizes, random):
    cases = [(f"{w}x{h}, {kind}", a, b) for w, h in sizes for kind, a, b in pairs(h, w, random)]
    large = [case for case in cases if min(case[1].shape) >= 11]
    if large:
        check.differences(f"{name}, SSIM gaussian, scikit-image",
                          ((n, library.ssim(a, b, GAUSSIAN), scikit_ssim(a, b))
                           for n, a, b in large))
    check.differences(f"{name}, SSIM gaussian, model",
                      ((n, library.ssim(a, b, GAUSSIAN), measures.ssim_gaussian(a, b))
                       for n, a, b in cases))
    check.differences(f"{name}, SSIM uniform, model",
                      ((n, library.ssim(a, b, UNIFORM), measures.ssim_uniform(a, b))
                       for n, a, b in cases))
    check.differences(f"{name}, PSNR, scikit-image",
                      ((n, library.psnr(a, b), peak_signal_noise_ratio(a, b, data_range=255))
                       for n, a, b in cases))
    check.differences(f"{name}, PSNR, model",
                      ((n, library.psnr(a, b), measures.psnr(a, b)) for n, a, b in cases))
    check.differences(f"{name}, PSNR-B, model",
                      ((n, library.psnr_b(a, b), measures.psnr_b(a, b)) for n, a, b in cases))
    check.differences(f"{name}, BEF, model",
                      ((n, library.blocking_effect(b), measures.blocking_effect(b))
                       for n, a, b in cases))
    whole = [case for case in cases
             if case[1].shape[0] % 8 == case[1].shape[1] % 8 == 0 and max(case[1].shape) > 8]
    if whole:
        check.differences(f"{name}, BEF, torchjpeg's definition",
                          ((n, library.blocking_effect(b), measures.torchjpeg_blocking_effect(b))
                           for n, a, b in whole))

    wrong = [n for n, a, b in cases for window in (GAUSSIAN, UNIFORM) for c in (a, b)
             if library.ssim(c, c.copy(), window) != 1 or library.psnr_b(c, c.copy()) != np.inf or
             library.psnr(c, c.copy()) != np.inf]
    check.line(not wrong, f"{name}, identical planes", f"not exact: {wrong}" if wrong else
               f"exactly 1 and infinity, {len(cases)} pairs")
    wrong = [n for n, a, b in cases for window in (GAUSSIAN, UNIFORM)
             if library.ssim(a, b, window) != library.ssim(b, a, window)]
    check.line(not wrong, f"{name}, symmetry of SSIM", f"differs: {wrong}" if wrong else
               f"exact, {len(cases)} pairs")


def curves(count, random):
    """Two plausible curves in no order."""
    for _ in range(2):
        rate = np.exp(np.sort(random.uniform(0, 4, count)) + random.normal(0, 0.05))
        rate[0], rate[-1] = 1 + random.uniform(0, 0.3), 40 + random.uniform(0, 20)
        quality = 28 + 3 * np.log(rate) - 0.1 * np.log(rate) ** 2 + random.normal(0, 0.05, count)
        order = random.permutation(count)
        yield from (rate[order], quality[order])


def check_bjontegaard(check, library, random):
    cases = [("the published example", *measures.CURVE_A, *measures.CURVE_B),
             ("quadratic", *(x[:3] for x in (*measures.CURVE_A, *measures.CURVE_B)))]
    for count in [3, 4, 5, 6, 10, 30, 101] * 20:
        case = list(curves(count, random))
        cases.append((f"{count} points", *case))
        if count >= 4:
            cases.append((f"{count} and 3 points", *case[:2], case[2][:3], case[3][:3]))
            cases.append((f"{count} points and one twice", *(np.append(x, x[1]) for x in case)))
    cases = [case for case in cases
             if max(min(case[1]), min(case[3])) < min(max(case[1]), max(case[3]))
             and max(min(case[2]), min(case[4])) < min(max(case[2]), max(case[4]))]
    compared = [(name, library.bjontegaard(*case), measures.bjontegaard(*case))
                for name, *case in cases]
    wrong = [name for name, ours, _ in compared if ours[0] != 0]
    check.line(not wrong, "Bjontegaard, accepted", f"refused: {wrong}" if wrong else
               f"{len(cases)} pairs of curves")
    check.differences("Bjontegaard, BD-rate, model", ((n, o[1], t[0]) for n, o, t in compared))
    check.differences("Bjontegaard, BD-quality, model", ((n, o[2], t[1]) for n, o, t in compared))
    a, b = measures.CURVE_A, measures.CURVE_B
    refused = {
        "two points": ((a[0][:2], a[1][:2]), b),
        "the same rate": (([5, 5, 5, 5], a[1]), b),
        "an infinite quality": ((a[0], [np.inf, *a[1][1:]]), b),
        "a quality that is no number": (a, (b[0], [*b[1][:3], np.nan])),
        "a rate of zero": (a, ([0, *b[0][1:]], b[1])),
        "a negative rate": (([-1, *a[0][1:]], a[1]), b),
        "an infinite rate": (([np.inf, *a[0][1:]], a[1]), b),
        "nothing in common": (a, (b[0], np.add(b[1], 20))),
        "one quality in common": ((a[0], [4, 3, 2, 1]), (b[0], [7, 6, 5, 4])),
    }
    wrong = [name for name, (x, y) in refused.items()
             if library.bjontegaard(*x, *y)[0] != BAD_ARGUMENT]
    check.line(not wrong, "Bjontegaard, refused", f"accepted: {wrong}" if wrong else
               f"{len(refused)} bad arguments")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_measures.py LIBRARY")
    library, check = Library(sys.argv[1]), Check()
    np.seterr(divide="ignore")  # scikit-image's PSNR of identical planes
    random = np.random.default_rng(2004)
    small = [(w, h) for w in range(1, 21) for h in range(1, 21)]
    thin = [(w, h) for n in (1, 2, 5, 7, 8, 10, 11) for w, h in ((n, 421), (421, n))]
    # around the edges of the strips that the library works in, and odd ones
    medium = [(8, 16), (64, 48), (199, 21), (200, 31), (202, 12), (203, 11), (400, 40), (97, 211)]
    check_images(check, library, "1x1 to 20x20", small, random)
    check_images(check, library, "thin images", thin, random)
    check_images(check, library, "medium images", medium, random)
    check_images(check, library, "large images", [(1021, 767)], random)
    check_bjontegaard(check, library, random)
    print(f"measures: {check.failures} checks failed" if check.failures else "measures: all agree")
    sys.exit(check.failures > 0)


if __name__ == "__main__":
    main()
