#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
Whole processes beside what they replace, in pairs, in turn: processes.py JPEGQ IMAGE.pgm SMALL.pgm

Prints the medians of wall time and of processor time (user and system, children included), and the
median of the ratios pair by pair.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PAIRS = 7


def run(command):
    """Wall and processor seconds of a shell command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title, ours, theirs, pairs=PAIRS):
    run(ours), run(theirs)  # to warm up
    pairs = [(run(ours), run(theirs)) for _ in range(pairs)]
    print(title)
    for kind, index in (("wall", 0), ("processor", 1)):
        a = [pair[0][index] for pair in pairs]
        b = [pair[1][index] for pair in pairs]
        ratio = statistics.median(y / x for x, y in zip(a, b))
        print(f"  {kind:<10}{1e3 * statistics.median(a):9.1f} ms, theirs "
              f"{1e3 * statistics.median(b):9.1f} ms: {ratio:.2f} times as fast")


def loop(image):
    """What a person writes today: a row for each quality, with PSNR and bytes."""
    return (f"for q in $(seq 0 100); do cjpeg -grayscale -baseline -quality $q {image} > a.jpg; "
            f"djpeg a.jpg > a.pgm; wc -c < a.jpg; compare -metric PSNR {image} a.pgm null: 2>&1; done; true")


def main():
    jpegq, image, small = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        print(f"whole processes, medians of {PAIRS} pairs")
        compare("reconstruction, PGM to PGM; theirs: cjpeg | djpeg",
                f"{jpegq} -q 75 {image} ours.pgm",
                f"cjpeg -grayscale -quality 75 {image} | djpeg > theirs.pgm")
        compare("file, PGM to JPEG; theirs: cjpeg", f"{jpegq} -q 75 {image} ours.jpg",
                f"cjpeg -grayscale -quality 75 {image} > theirs.jpg")
        compare("statistics (PSNR, two sizes); theirs: cjpeg, cjpeg -optimize, djpeg, no metric",
                f"{jpegq} -q 75 {image}",
                f"cjpeg -grayscale -quality 75 {image} > a.jpg && djpeg a.jpg > a.pgm && "
                f"cjpeg -grayscale -quality 75 -optimize {image} > b.jpg && wc -c a.jpg b.jpg")
        compare("101 qualities, PSNR and bytes, one thread; theirs: cjpeg, djpeg and ImageMagick's "
                "compare in a loop",
                f"{jpegq} -j 1 -n -q 0-100 --metrics psnr,bytes --format csv {small}", loop(small),
                pairs=3)


main()
