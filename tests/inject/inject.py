# SPDX-License-Identifier: MIT
"""
Let the N-th call of every kind fail (inject.c), for every N that a run makes, in every mode of the
command, and look at what it does: it ends by itself with status 1 and one line on standard error, or
with status 0 and everything as without the failure; every output is the old file or the new one,
whole; nothing else is left; memory and descriptors are given back.

    inject.py JPEGQ LIBRARY [--quick] [--only MODE] [--kinds KIND,...] [-v]

LIBRARY is inject.so, to be loaded before JPEGQ, or "-" if JPEGQ is linked with inject.c under a
sanitizer. --quick tries a few N of each kind. Prints a line "ok" or "not ok" for each mode.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "samples")

# How the calls of a kind fail: an errno, or less than was asked for. "+" is for all calls from there
# on, as on a disk that is full.
HOWS = {
    "alloc": ["ENOMEM", "+ENOMEM"],
    "open": ["EMFILE", "EINTR", "+EACCES"],
    "read": ["EIO", "EINTR", "short", "+short"],
    "write": ["ENOSPC", "EIO", "EINTR", "short", "+short", "+ENOSPC"],
    "close": ["EIO", "EINTR"],
    "rename": ["EIO", "ENOSPC", "EXDEV", "EINVAL"],
    "unlink": ["EIO"],
    "mode": ["EPERM", "EIO"],
    "sync": ["EIO", "ENOSPC", "EINTR"],
    "stat": ["EIO"],
    "dup": ["EMFILE"],
    "thread": ["EAGAIN", "+EAGAIN"],
    "map": ["ENOMEM", "+ENOMEM"],
    "fork": ["EAGAIN", "+EAGAIN"],
    "pipe": ["EMFILE", "+EMFILE"],
    "send": ["EIO", "EINTR"],
    "confine": ["EPERM", "+EPERM"],
}

# Arguments of the modes; what begins with "out" is an output that exists before, "new" one that does
# not, and S/ is the folder of the samples.
MODES = {
    "PGM to PGM": "-q 10 S/noise.pgm out.pgm",
    "PGM to PGM, threads": "-j 3 -q 10 I/tall.pgm out.pgm",
    "PGM to a new file": "-q 10 S/noise.pgm new.pgm",
    "PGM on standard input and output": "-q 10 --output-format pgm - -",
    "PPM, 16 bit": "S/scene-16bit.ppm out.pgm",
    "PNG to PNG": "-q 10 S/text.png out.png",
    "PNG in colour, 16 bit": "S/scene-16bit.png out.pgm",
    "BMP to BMP": "S/scene.bmp out.bmp",
    "JPEG to JPEG": "-q 30 S/scene.jpg out.jpg",
    "optimal Huffman tables": "--huffman optimal S/noise.pgm new.jpg",
    "npy to npy": "S/scene.npy out.npy",
    "through a symbolic link": "S/noise.pgm outlink.pgm",
    "without clobbering": "--no-clobber S/noise.pgm new.pgm",
    "synchronous": "--sync S/noise.pgm out.pgm",
    "synchronous, new": "--sync --no-clobber --dump new.npy S/noise.pgm new.pgm",
    "statistics": "--metrics all S/noise.pgm",
    "statistics as JSON": "--format jsonl S/noise.pgm",
    "dump, npy": "--dump out.npy S/noise.pgm new.png",
    "dump, csv": "--dump new.csv --dump-stage dct S/noise.pgm",
    "dump, txt": "--dump - --dump-stage dequantized --dump-order zigzag S/noise.pgm",
    "dump, unrounded": "--dct exact --round none --dump out.npy S/noise.pgm",
    "dump, unrounded, dequantized":
        "--dct exact --round none --dump out.npy --dump-stage dequantized S/noise.pgm",
    "block": "--block 1,2 S/noise.pgm",
    "bits": "--bits --bit-map out.png S/noise.pgm",
    "bit map, npy": "--bit-map new.npy S/noise.pgm",
    "difference": "--diff out.png S/noise.pgm",
    "sheet": "--sheet out.png -q 10,90 --crop 0,0,30x20 --zoom 2 S/noise.pgm",
    "table": "--print-table -t I/table.txt -q 30",
    "table of a file": "-t I/table.txt -q 30 -s S/noise.pgm out.pgm",
    "from coefficients": "--from-coefficients I/c.npy out.pgm",
    "from coefficients to JPEG": "--from-coefficients I/c.npy --size 67x45 -s new.jpg",
    "compare": "--compare S/noise.pgm I/noise-10.pgm I/noise-90.pgm",
    "target PSNR": "--target-psnr 30 -s S/noise.pgm out.png",
    "target bytes": "-j 2 -n --target-bytes 2k --summary S/noise.pgm S/checker.pgm",
    "sweep": "-j 1 -q 10,50,90 -t luma -t flat -n --format csv S/noise.pgm S/checker.pgm",
    "sweep, threads": "-j 4 -q 10-90:20 -n --summary S/noise.pgm S/checker.pgm S/pixel.pgm",
    "sweep into a folder": "-j 2 -q 10,50 -d outdir -s S/noise.pgm S/text.png",
    "list of files": "-n --files-from I/list -q 20",
    "Bjontegaard": "--bd -q 10,30,50,70 -t luma -t flat -n S/noise.pgm S/text.png",
    "feature maps": "--range -2:2 I/maps.npy out.npy",
    "gradients":
        "--range -2:2 --grad-output I/maps.npy --grad-input out.npy --grad-table new.npy"
        " --grad-quality out2.npy I/maps.npy",
    "plot": "--plot out.svg -q 10,50,90 -t luma -t flat -n S/noise.pgm S/checker.pgm",
    "learning":
        "-j 2 --learn-table out.txt --target-psnr 40 --validate S/checker.pgm S/noise.pgm"
        " S/block.pgm",
    "help": "--help",
    "version": "--version",
    "no such file": "missing.png out.png",
    "broken file": "I/broken.png out.png",
    "input as output": "I/noise-10.pgm I/noise-10.pgm",
    "two outputs of one name": "--dump new.x --dump-format npy --output-format pgm S/noise.pgm new.x",
}


class Bench:
    """A folder with inputs, and runs in folders of their own beside it."""

    def __init__(self, jpegq, library, folder):
        self.jpegq = jpegq
        self.library = None if library == "-" else library
        self.folder = folder
        self.inputs = os.path.join(folder, "inputs")
        os.mkdir(self.inputs)
        for name, arguments in (("noise-10.pgm", "-q 10 S/noise.pgm I/noise-10.pgm"),
                                ("noise-90.pgm", "-q 90 S/noise.pgm I/noise-90.pgm"),
                                ("c.npy", "-q 30 --dump I/c.npy S/noise.pgm")):
            done = subprocess.run([jpegq, *self.words(arguments)], check=False)
            assert done.returncode == 0, name
        table = subprocess.run([jpegq, "--print-table", "-t", "flat"], stdout=subprocess.PIPE,
                               check=True).stdout
        self.write("inputs/table.txt", table)
        self.write("inputs/list", f"{SAMPLES}/noise.pgm\n{SAMPLES}/checker.pgm\n".encode())
        with open(f"{SAMPLES}/text.png", "rb") as file:
            self.write("inputs/broken.png", file.read()[:200])
        header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 16, 24), }"
        values = [i * i % 401 / 100 - 2 for i in range(2 * 16 * 24)]
        self.write("inputs/maps.npy", b"\x93NUMPY\x01\x00\x76\x00" + header.ljust(117) + b"\n" +
                   struct.pack(f"<{len(values)}f", *values))
        self.write("inputs/tall.pgm", b"P5\n300 900\n255\n" +
                   bytes(i * i >> 3 & 255 for i in range(300 * 900)))

    def write(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)

    def words(self, arguments):
        return [word.replace("S/", SAMPLES + "/").replace("I/", self.inputs + "/")
                for word in arguments.split()]

    def prepare(self, arguments):
        """A folder as it is before a run."""
        folder = tempfile.mkdtemp(dir=self.folder)
        for word in arguments.split():
            path = os.path.join(folder, word)
            if word == "outdir":
                os.mkdir(path)
                with open(os.path.join(path, "noise-luma-q10.png"), "wb") as file:
                    file.write(b"old")
            elif word.startswith("out"):
                with open(path, "wb") as file:
                    file.write(b"old")
            if word == "outlink.pgm":
                os.rename(path, os.path.join(folder, "target.pgm"))
                os.symlink("target.pgm", path)
        return folder

    def run(self, arguments, inject=None):
        """What came of a run: status, standard output and error, files, and the report."""
        folder = self.prepare(arguments)
        report = folder + ".report"
        environment = {**os.environ, "JQ_INJECT_REPORT": report,
                       "ASAN_OPTIONS": "detect_leaks=1:exitcode=99", "UBSAN_OPTIONS": "print_stacktrace=1"}
        if self.library:
            environment["LD_PRELOAD"] = self.library
        if inject:
            environment["JQ_INJECT"] = inject
        with open(f"{SAMPLES}/noise.pgm", "rb") as stdin:
            done = subprocess.run([self.jpegq, *self.words(arguments)], cwd=folder, env=environment,
                                  stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=120, check=False)
        files = {}
        for path, _, names in os.walk(folder):
            for name in names:
                name = os.path.join(path, name)
                with open(name, "rb") as file:
                    files[os.path.relpath(name, folder)] = file.read()
                if os.path.islink(name):
                    files[os.path.relpath(name, folder)] += b" by a link"
        shutil.rmtree(folder)
        counts = {}
        if os.path.exists(report):
            with open(report) as file:
                counts = {kind: int(count) for kind, count in (line.split() for line in file)}
            os.remove(report)
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"), files, counts


# How pictures of several rows end, which are made of those that did not fail.
ENDS = {"--plot": b"</svg>\n", "--sheet": b"IEND\xaeB`\x82"}


def mode_word(arguments):
    return next((word for word in ENDS if word in arguments), None)


def is_larger_png(kind, name, files):
    """A whole PNG by a way that takes less memory."""
    return kind == "alloc" and name.endswith(".png") and \
        files.get(name, b"").endswith(ENDS["--sheet"])


def complaints(arguments, kind, before, want, got, inputs_changed):
    """What is wrong with a run that something was injected into."""
    status, out, errors, files, counts = got
    want_status, want_out, want_errors, want_files, _ = want
    single = not any(word in arguments for word in ("-n", "-d ", "--compare", "--format", ","))
    lines = errors.splitlines()
    if status < 0 or status not in (0, 1, want_status):
        yield f"status {status}"
    if status == want_status == 0:
        if out != want_out and "--version" not in arguments:  # which says what the system can do
            yield "status 0, and standard output differs"
        if errors != want_errors:
            yield "status 0, and a message"
        for name in want_files:
            if files.get(name) != want_files[name] and not is_larger_png(kind, name, files):
                yield f"status 0, and {name} is not as it should be"
    elif status == 0:
        yield "status 0, where without the failure it is not"
    else:
        if not lines or (single and len(lines) != 1):
            yield f"{len(lines)} lines on standard error"
        for line in lines:
            if not line.startswith("jpegq: "):
                yield "a line that does not begin with jpegq:"
        if single and want_status == 0 and not want_out.startswith(out):
            yield "standard output is not the beginning of what it should be"
    for name, data in files.items():
        if name not in want_files and name not in before:
            if not (kind == "unlink" and name.rpartition("/")[2].startswith(".jpegq-")):
                yield f"{name} was left"
        elif is_larger_png(kind, name, files):
            pass
        elif (word := mode_word(arguments)) and status == 1 and data.endswith(ENDS[word]):
            pass  # whole, without the rows that failed
        elif data != before.get(name) and data != want_files.get(name):
            yield f"{name} is neither old nor new"
    for name in before:
        if name not in files:
            yield f"{name} is gone"
    if inputs_changed:
        yield "an input was changed"
    if not counts:
        yield "it did not come to its end"
    for what in ("descriptors", "live", "bypass"):
        if counts.get(what):
            yield f"{counts[what]} {what}"


def choose(count, quick, randomness):
    """The N to try of so many calls; with threads there may be some more than were counted."""
    if not quick or count <= 6:
        return range(1, count + 3 if count else 1)
    return sorted({1, 2, 3, count - 1, count, *randomness.sample(range(4, count - 1), 2)}
                  if count > 7 else range(1, count + 1))


def try_mode(bench, name, options, pool, randomness):
    arguments = MODES[name]
    folder = bench.prepare(arguments)
    before = {}
    for path, _, names in os.walk(folder):
        for entry in names:
            entry = os.path.join(path, entry)
            with open(entry, "rb") as file:
                link = b" by a link" if os.path.islink(entry) else b""
                before[os.path.relpath(entry, folder)] = file.read() + link
    shutil.rmtree(folder)
    want = bench.run(arguments)
    faults = list(complaints(arguments, "", before, want, want, False))
    if faults:
        return 0, 0, [f"without any failure: {', '.join(faults)}: {want[2].strip()} {want[4]}"]
    fingerprint = {entry: os.stat(os.path.join(bench.inputs, entry)).st_mtime_ns
                   for entry in os.listdir(bench.inputs)}
    wishes = []
    for kind in options.kinds:
        for n in choose(want[4][kind], options.quick, randomness):
            for how in HOWS[kind]:
                plus = "+" if how.startswith("+") else ""
                wishes.append(f"{kind}:{n}{plus}:{how.lstrip('+')}")
    hits = 0
    wrong = []
    for wish, got in zip(wishes, pool.map(lambda wish: bench.run(arguments, wish), wishes)):
        hits += got[4].get("injected", 1) > 0
        changed = fingerprint != {entry: os.stat(os.path.join(bench.inputs, entry)).st_mtime_ns
                                  for entry in os.listdir(bench.inputs)}
        faults = list(complaints(arguments, wish.split(":")[0], before, want, got, changed))
        if faults:
            wrong.append(f"{wish}: {'; '.join(faults)}: {got[2].strip()}")
        elif options.verbose and got[4]["injected"]:
            print(f"# {name}: {wish}: {got[0]} {got[2].strip()}")
    return len(wishes), hits, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jpegq")
    parser.add_argument("library")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help="a mode by its name")
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=list(HOWS))
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    randomness = random.Random()
    runs = failures = 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        library = options.library if options.library == "-" else os.path.abspath(options.library)
        bench = Bench(os.path.abspath(options.jpegq), library, folder)
        for name in [options.only] if options.only else MODES:
            tried, hits, wrong = try_mode(bench, name, options, pool, randomness)
            print(f"{'not ok' if wrong else 'ok'} injected into: {name}: {tried} runs,"
                  f" {hits} failing calls")
            for line in wrong[:20]:
                print("#  ", line)
            sys.stdout.flush()
            runs += tried
            failures += len(wrong) > 0
    print(f"# {runs} runs")
    return failures > 0


sys.exit(main())
