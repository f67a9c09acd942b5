#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
Learned tables on pictures that they were not learned from: held_out.py JPEGQ psnr|ssim IMAGE...

Each image in turn is left out, a family of tables is learned from the others, and the one left out is
coded with each table and its rounding offsets. What is printed is the mean difference of the logarithm of
the bytes (JPEG files with optimal Huffman tables) at the same PSNR, or SSIM as -10 log10(1 - SSIM), in per
cent, between the learned family and Annex K's table at qualities 2 to 98; beside it are the built-in
tables, and a flat one with a rounding offset of 0.35. Curves are interpolated by monotone cubics (SciPy)
between 25 and 42 dB, or in SSIM between where Annex K's table has these, as far as both curves go.
"""
import csv
import io
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
from scipy.interpolate import PchipInterpolator

QUALITIES = [2, 4, 6, 8] + list(range(10, 96, 5)) + [98]
LOW, HIGH = 25, 42  # dB


def rows(jpegq, *arguments):
    done = subprocess.run([jpegq, "-n", "--format", "csv", "--metrics", "psnr,ssim,bytes_optimal",
                           *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def point(row):
    return (float(row["psnr"]), -10 * math.log10(max(1 - float(row["ssim"]), 1e-9)),
            math.log(int(row["bytes_optimal"])))


def integral(curve, axis, low, high):
    """The mean of ln bytes over an interval; points that are no better than one before are left out."""
    x, y = [], []
    for p in sorted(curve, key=lambda p: p[axis]):
        if math.isfinite(p[axis]) and (not x or p[axis] > x[-1]):
            x.append(p[axis])
            y.append(p[2])
    return PchipInterpolator(x, y).integrate(low, high) / (high - low)


def difference(curve, reference, axis):
    """By how many per cent a curve has more bytes than the reference."""
    inside = [p[axis] for p in reference if LOW <= p[0] <= HIGH]
    low, high = (LOW, HIGH) if axis == 0 else (min(inside), max(inside))
    for c in (curve, reference):
        finite = [p[axis] for p in c if math.isfinite(p[axis])]
        low, high = max(low, min(finite)), min(high, max(finite))
    return 100 * math.expm1(integral(curve, axis, low, high) - integral(reference, axis, low, high))


def presets(jpegq, image):
    """{table: curve}"""
    text = subprocess.run([jpegq, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    names = text.split("--table NAME|FILE")[1].split("or a file")[0].replace(",", " ").split()
    curves = {name: [] for name in names}
    tables = [word for name in names for word in ("-t", name)]
    for row in rows(jpegq, "-q", "2-98:2", *tables, image):
        curves[row["table"]].append(point(row))
    curves["flat, offset 0.35"] = [point(row) for row in rows(
        jpegq, "-q", "2-98:2", "-t", "flat", "--round", "offset:0.35", image)]
    return curves


def learned(jpegq, aim, images, image, folder):
    """The curve of a family learned from the images, on an image."""
    subprocess.run([jpegq, "--learn-table", folder + "/", "--learn-for", aim,
                    "-q", ",".join(map(str, QUALITIES)), *images], check=True, stdout=subprocess.DEVNULL)
    return [point(rows(jpegq, "-t", f"{folder}/q{q}.txt", "--exact-table", "--round",
                       f"offsets:{folder}/q{q}.offsets.txt", image)[0]) for q in QUALITIES]


def main():
    jpegq, aim, images = sys.argv[1], sys.argv[2], sys.argv[3:]
    axis = {"psnr": 0, "ssim": 1}[aim]
    found = {}
    for image in images:
        others = [other for other in images if other != image]
        curves = presets(jpegq, image)
        with tempfile.TemporaryDirectory() as folder:
            curves["learned"] = learned(jpegq, aim, others, image, folder)
        for name, curve in curves.items():
            found.setdefault(name, []).append(difference(curve, curves["luma"], axis))
    print(f"{'bytes for the same ' + aim.upper() + ', %':<28}" +
          "".join(f"{os.path.splitext(os.path.basename(i))[0][:12]:>13}" for i in images) + "         mean")
    for name, values in found.items():
        print(f"{name:<28}" + "".join(f"{v:13.2f}" for v in values) + f"{np.mean(values):13.2f}", flush=True)


main()
