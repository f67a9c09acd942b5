# SPDX-License-Identifier: MIT
"""Runs over many images, qualities and tables, and what libjpeg's programs say to each of them."""
import math
import subprocess

import numpy as np

from command import command, jpegq, statistics
from files import pnm, read_pnm, write

# Measures and the columns that say what they are of, in the manual's order.
METRICS = ("mse psnr psnr_b ssim ssim_uniform max_error mean_error zeros bytes bytes_optimal "
           "bpp").split()
BEFORE = "file width height blocks dct round table quality scale".split()
AFTER = "images pixels error".split()
DEFAULT = [m for m in METRICS if m not in ("psnr_b", "ssim", "ssim_uniform")]


def attempt(*arguments, **options):
    return subprocess.run(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options)


def failing(status, *arguments, **options):
    """Run it, which must fail with this status: (standard output, lines on standard error)."""
    done = attempt(*arguments, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    lines = done.stderr.decode("utf-8", "surrogateescape").split("\n")
    assert lines.pop() == "" and lines, (arguments, done.stderr)
    assert all(line.startswith("jpegq: ") for line in lines), (arguments, lines)
    return done.stdout, lines


def rows(*arguments, **options):
    """The rows of a sweep that writes nothing."""
    return statistics(jpegq("-n", "--format", "csv", *arguments, **options))


def settings(found):
    return [(row["file"], row["table"], row["quality"]) for row in found]


def piped(*commands, data=None):
    for words in commands:
        data = subprocess.run([str(w) for w in words], input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    return data


def libjpeg(path, quality, *options, dct="int"):
    """What cjpeg and djpeg make of a PGM file: (its samples, the size of the file)."""
    file = piped(["cjpeg", "-grayscale", "-baseline", "-dct", dct, "-quality", quality, *options,
                  path])
    picture = piped(["djpeg", "-dct", dct], data=file)
    return parse_pgm(picture), len(file)


def parse_pgm(data):
    """The samples of the PGM file that djpeg writes: magic, size, 255, then the samples."""
    magic, width, height, largest = data.split(maxsplit=4)[:4]
    assert magic == b"P5" and largest == b"255"
    size = int(width) * int(height)
    return np.frombuffer(data[-size:], np.uint8).reshape(int(height), int(width))


def psnr(before, after):
    """The manual's formula on whole sums, in the double precision of C."""
    total = int(((before.astype(np.int64) - after) ** 2).sum())
    return 10 * math.log10(255 ** 2 / (total / before.size)) if total else math.inf


def samples(path):
    found, largest = read_pnm(path)
    assert found.ndim == 2 and largest == 255
    return found.astype(np.uint8)


def image(kind, height, width, seed=1):
    """An image of a kind as an array."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    if kind == "noise":
        return random.integers(0, 256, (height, width), np.uint8)
    if kind == "dots":  # nearly constant
        return (128 + (random.random((height, width)) < 0.05)).astype(np.uint8)
    assert kind == "scene"
    waves = 128 + 60 * np.sin(x / 7 + seed) * np.cos(y / 11) + 30 * ((x // 9 + y // 13) % 2)
    return np.clip(waves + random.normal(0, 6, (height, width)), 0, 255).astype(np.uint8)


def write_images(count, height=17, width=23, folder="."):
    """Images 000.pgm, 001.pgm and so on, all different; returns the names."""
    names = []
    for i in range(count):
        names.append(f"{i:03}.pgm" if folder == "." else f"{folder}/{i:03}.pgm")
        kind = ("scene", "noise", "dots")[i % 3]
        write(names[-1], pnm(image(kind, height + i % 5, width + i % 7, seed=i)))
    return names
