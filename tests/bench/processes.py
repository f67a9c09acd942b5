#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
Whole processes beside what they replace, in turn: processes.py JPEGQ IMAGE.pgm SMALL.pgm

Prints medians of wall time and processor time (user and system; what jpegq decodes PNG in is not
its child and not counted), the medians of the ratios pair by pair, and our memory. Works in memory (/dev/shm)
where there is room, so that no disk is measured, and once beside IMAGE.pgm, where its own file system
keeps the files in memory.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

PAIRS = 9


class Run:
    """A command, run once: a list of words, or a text for the shell."""

    def __init__(self, command):
        words = ["sh", "-c", command] if isinstance(command, str) else command
        for name in " ".join(words).split():  # files are made, not replaced
            if name.startswith(("ours", "theirs")) and os.path.exists(name):
                os.unlink(name)
        null = os.open(os.devnull, os.O_WRONLY)
        start = time.perf_counter()
        child = os.posix_spawnp(words[0], words, os.environ,
                                file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
        _, status, usage = os.wait4(child, 0)
        self.wall = time.perf_counter() - start
        os.close(null)
        if status != 0:
            sys.exit(f"failed: {command}")
        self.cpu = usage.ru_utime + usage.ru_stime


def memory(words):
    """MiB at most. A child of this process would be said to have had this process's before."""
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", "memory", *words], check=True,
                   stdout=subprocess.DEVNULL)
    with open("memory", encoding="ascii") as file:
        return int(file.read()) / 1024


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def compare(title, ours, theirs, pairs=PAIRS):
    Run(ours), Run(theirs)  # to warm up
    pairs = [(Run(ours), Run(theirs)) for _ in range(pairs)]
    print(title)
    for what, name in (("wall", "wall"), ("cpu", "processor")):
        a, b = [median([pair[i] for pair in pairs], what) for i in (0, 1)]
        ratio = statistics.median(getattr(y, what) / getattr(x, what) for x, y in pairs)
        print(f"  {name:<10}{1e3 * a:9.1f} ms, theirs {1e3 * b:9.1f} ms: {ratio:.2f} times as fast")
    if isinstance(ours, list):
        print(f"  memory    {memory(ours):9.1f} MiB")


def loop(image, metric):
    """What a person writes today: a row for each quality, with PSNR and bytes."""
    return (f"for q in $(seq 0 100); do cjpeg -grayscale -baseline -quality $q {image} > a.jpg; "
            f"djpeg a.jpg > a.pgm; wc -c < a.jpg; {metric} 2>&1; done; true")


def make(source, megapixels, name):
    """A part of the picture, or the picture again and again, of 4000 columns."""
    with open(source, "rb") as file:
        width, height = map(int, file.readline() and file.readline().split())
        file.readline()
        rows = [file.read(width)[:4000] for _ in range(height)]
    with open(name, "wb") as file:
        file.write(b"P5\n4000 %d\n255\n" % (250 * megapixels))
        for y in range(250 * megapixels):
            file.write(rows[y % height])


def grow(jpegq, image):
    print("growth, PGM to PGM, -j 1")
    for megapixels in (1, 3, 10, 30, 100):
        make(image, megapixels, "grow.pgm")
        words = [jpegq, "-j", "1", "-q", "75", "grow.pgm", "ours.pgm"]
        runs = [Run(words) for _ in range(5)]
        cpu = median(runs, "cpu")
        print(f"  {megapixels:4} megapixels{1e3 * cpu:9.1f} ms, {1e3 * cpu / megapixels:6.2f} each, "
              f"{memory(words):6.1f} MiB")
    words = [jpegq, "-q", "75", "grow.pgm", "ours.pgm"]
    compare("100 megapixels, PGM to PGM: -j 2; theirs: -j 1", [*words, "-j", "2"],
            [*words, "-j", "1"])


def sizes(*names):
    return ", ".join(f"{os.path.getsize(name)}" for name in names)


def room(folder, size):
    try:
        space = os.statvfs(folder)
    except OSError:
        return False
    return space.f_bavail * space.f_frsize > size


def pgm_to_pgm(jpegq, where):
    compare(f"12 megapixels, PGM to PGM, -j 1{where}; theirs: cjpeg | djpeg",
            [jpegq, "-j", "1", "-q", "75", "in.pgm", "ours.pgm"],
            "cjpeg -grayscale -quality 75 in.pgm | djpeg > theirs.pgm", pairs=3 * PAIRS)


def main():
    jpegq, image, small = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory(dir=os.path.dirname(image)) as folder:
        os.chdir(folder)
        os.system(f"cp {image} in.pgm")
        pgm_to_pgm(jpegq, ", beside the picture")
    parent = "/dev/shm" if room("/dev/shm", 5e8) else None
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        os.chdir(folder)
        os.system(f"cp {image} in.pgm && cp {small} small.pgm && pnmtopng -quiet in.pgm > in.png")
        print(f"whole processes in {parent or folder}, medians of {PAIRS} pairs")
        cjpeg = "cjpeg -grayscale -quality 75"
        pgm_to_pgm(jpegq, "")
        compare("PNG to PNG, -j 1; theirs: pngtopnm | cjpeg | djpeg | pnmtopng",
                [jpegq, "-j", "1", "-q", "75", "in.png", "ours.png"],
                f"pngtopnm -quiet in.png | {cjpeg} | djpeg | pnmtopng -quiet > theirs.png", pairs=3)
        print(f"  bytes     {sizes('ours.png', 'theirs.png')}")
        compare("PGM to JPEG, -j 1; theirs: cjpeg",
                [jpegq, "-j", "1", "-q", "75", "in.pgm", "ours.jpg"], f"{cjpeg} in.pgm > theirs.jpg")
        compare("PSNR, MSE and two sizes, -j 1; theirs: cjpeg, cjpeg -optimize, djpeg, no metric",
                [jpegq, "-j", "1", "-q", "75", "in.pgm"],
                f"{cjpeg} in.pgm > a.jpg && djpeg a.jpg > a.pgm && {cjpeg} -optimize in.pgm > b.jpg")
        sweep = [jpegq, "-n", "-q", "0-100", "--metrics", "psnr,bytes", "--format", "csv"]
        for name, metric in (("pnmpsnr", "pnmpsnr small.pgm a.pgm"),
                             ("ImageMagick's compare", "compare -metric PSNR small.pgm a.pgm null:")):
            compare(f"101 qualities of the sample, PSNR and bytes, -j 1; theirs: cjpeg, djpeg and "
                    f"{name} in a loop", [*sweep, "-j", "1", "small.pgm"], loop("small.pgm", metric),
                    pairs=3)
        compare("101 qualities of 12 megapixels: -j 2; theirs: -j 1", [*sweep, "-j", "2", "in.pgm"],
                [*sweep, "-j", "1", "in.pgm"], pairs=3)
        grow(jpegq, image)


main()
