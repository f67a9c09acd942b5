# SPDX-License-Identifier: MIT
"""
Kill runs at random moments while they replace a file. Each time the file is the old or the new one,
whole, and, but for SIGKILL, nothing else is left.

    kill.py JPEGQ [RUNS]

Prints a line "ok" or "not ok" for each way to make a file.
"""
import concurrent.futures
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "samples")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGXCPU,
           signal.SIGXFSZ, signal.SIGKILL)
WAYS = {
    "PGM, by strips": (["-j", "2", "I.pgm", "out.pgm"], ["out.pgm"]),
    "PNG, from a cage": ([f"{SAMPLES}/scene.png", "out.png"], ["out.png"]),
    "JPEG, with a dump": (["--dump", "out.npy", "I.pgm", "out.jpg"], ["out.jpg", "out.npy"]),
    "a folder": (["-d", ".", "-q", "10,50,90", "-j", "2", f"{SAMPLES}/text.png"],
                 [f"text-luma-q{q}.png" for q in (10, 50, 90)]),
}


def no_cores():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start(jpegq, arguments, folder):
    return subprocess.Popen([jpegq, *arguments], cwd=folder, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, preexec_fn=no_cores)


def contents(folder, names):
    found = {}
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def kill_one(jpegq, arguments, want, delay, sent, folder):
    """Whether the run was killed, whether it left a temporary file, and what is wrong."""
    for name in want:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"old " * 5000)
    process = start(jpegq, arguments, folder)
    time.sleep(delay)
    process.send_signal(sent)
    status = process.wait()
    wrong = [f"{name} is neither old nor new after {sent.name}"
             for name, data in contents(folder, want).items()
             if data not in (want[name], b"old " * 5000)]
    left = sorted(set(os.listdir(folder)) - set(want) - {"I.pgm"})
    if left and (sent != signal.SIGKILL or not all(name.startswith(".jpegq-") for name in left)):
        wrong.append(f"{left} after {sent.name}")
    for name in left:
        os.remove(os.path.join(folder, name))
    if status not in (0, -sent):
        wrong.append(f"status {status} after {sent.name}")
    return status != 0, bool(left), wrong


def main():
    jpegq, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    randomness = random.Random()
    failed = False
    picture = b"P5\n600 900\n255\n" + bytes(randomness.randrange(256) for _ in range(600 * 900))
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as parent:
        folders = []
        for i in range(workers):
            folders.append(os.path.join(parent, str(i)))
            os.mkdir(folders[-1])
            with open(os.path.join(folders[-1], "I.pgm"), "wb") as file:
                file.write(picture)
        for way, (arguments, names) in WAYS.items():
            took = 1e9
            for _ in range(3):
                began = time.monotonic()
                assert start(jpegq, arguments, folders[0]).wait() == 0
                took = min(took, time.monotonic() - began)
            want = contents(folders[0], names)

            def work(folder, share):
                chance = random.Random()
                return [kill_one(jpegq, arguments, want, chance.uniform(0, 1.2 * took),
                                 chance.choice(SIGNALS), folder) for _ in range(share)]

            share = (runs // len(WAYS) + workers - 1) // workers
            with concurrent.futures.ThreadPoolExecutor(workers) as pool:
                results = [result for results in pool.map(work, folders, [share] * workers)
                           for result in results]
            wrong = [line for result in results for line in result[2]]
            failed = failed or bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} killed at random moments: {way}:"
                  f" {len(results)} runs, {sum(result[0] for result in results)} died of it,"
                  f" {sum(result[1] for result in results)} left a temporary file after SIGKILL")
            for line in wrong[:20]:
                print("#  ", line)
            for folder in folders:
                for name in names:
                    os.remove(os.path.join(folder, name))
            sys.stdout.flush()
    return failed


sys.exit(main())
