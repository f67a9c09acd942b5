#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
check_gradients.py LIBRARY: compare the gradients of a shared libjpegq with central differences of
its own forward pass, with the NumPy model of layer.py, and with PyTorch's autograd on the same
graph if PyTorch is there. A line per check, "ok NAME ..." or "not ok NAME ..."; the status is 0
only if all are ok.
"""
import ctypes
import sys

import numpy as np

import layer
from lossy import BASIS

ROUNDINGS = {"nearest": 0, "even": 1, "trunc": 2, "offset:0.35": 3, "none": 4, "soft": 5}
MODES = {"ste": 0, "ste-codec": 1, "soft": 2, "true": 3}
LUMA = np.array([16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40,
                 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24,
                 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98,
                 112, 100, 103, 99], float).reshape(8, 8)  # T.81 table K.1
SIZES = [(8, 8), (16, 24), (13, 22), (1, 1), (3, 17), (9, 8)]


class Rounding(ctypes.Structure):
    _fields_ = [("mode", ctypes.c_int), ("offset", ctypes.c_double * 64),
                ("function", ctypes.c_void_p), ("context", ctypes.c_void_p)]


class Codec(ctypes.Structure):
    _fields_ = [("step", ctypes.c_double * 64), ("rounding", Rounding), ("clamp", ctypes.c_bool),
                ("gradient", ctypes.c_int)]


class Plane(ctypes.Structure):
    _fields_ = [("width", ctypes.c_uint32), ("height", ctypes.c_uint32),
                ("stride", ctypes.c_size_t), ("samples", ctypes.c_void_p)]


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)

    @staticmethod
    def plane(array):
        return ctypes.byref(Plane(array.shape[1], array.shape[0], array.strides[0] // 8,
                                  array.ctypes.data))

    @staticmethod
    def codec(steps, rounding, mode, clamp):
        codec = Codec(clamp=clamp, gradient=MODES[mode])
        codec.step[:] = list(np.asarray(steps, float).reshape(64))
        codec.rounding.mode = ROUNDINGS[rounding]
        codec.rounding.offset[:] = [0.35] * 64
        return ctypes.byref(codec)

    def forward(self, x, steps, rounding, clamp=False):
        y = np.empty(x.shape)
        status = self.library.jpegq_round_trip_real(self.codec(steps, rounding, "ste", clamp),
                                                    self.plane(x), self.plane(y), None)
        assert status == 0, status
        return y

    def backward(self, x, g, steps, rounding, mode, clamp=False):
        dx, ds = np.empty(x.shape), np.empty((8, 8))
        status = self.library.jpegq_gradient(
            self.codec(steps, rounding, mode, clamp), self.plane(x), self.plane(g), self.plane(dx),
            ctypes.c_void_p(ds.ctypes.data))
        assert status == 0, status
        return dx, ds

    def steps_at(self, base, quality, largest=255):
        base, steps, slopes = base.astype(float), np.empty((8, 8)), np.empty((8, 8))
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (base, steps, slopes)]
        status = self.library.jpegq_steps_at_quality(
            pointers[0], ctypes.c_double(quality), ctypes.c_double(largest), *pointers[1:])
        assert status == 0, status
        return steps, slopes


class Check:
    def __init__(self):
        self.failures = 0

    def differences(self, name, values, tolerance):
        """values: (what, ours, theirs), arrays; differences are relative to the largest of theirs."""
        worst, where, count = 0.0, "", 0
        for what, ours, theirs in values:
            count += np.size(theirs)
            scale = np.abs(theirs).max()
            difference = np.abs(ours - theirs).max() / (scale if scale > 0 else 1)
            if not difference <= worst:
                worst, where = difference, f" ({what})"
        good = count > 0 and worst <= tolerance
        self.failures += not good
        print(f"{'ok' if good else 'not ok'} gradients, {name}: {count} compared, largest relative "
              f"difference {worst:.1e}, allowed {tolerance:.0e}{'' if good else where}", flush=True)


def cases(random, rounding="nearest", clamp=False, by_input=0.0, by_steps=0.0):
    """Planes, their output gradients and steps, none at a place where the layer has a jump."""
    for height, width in SIZES:
        for quality in (3, 50, 90):
            steps = layer.steps_at(LUMA, quality)[0] * random.uniform(0.9, 1.1, (8, 8))
            for _ in range(1000):
                x = random.normal(128, 70, (height, width))
                if layer.safe(x, steps, rounding, by_input, by_steps / steps.min(), clamp):
                    break
            else:
                raise AssertionError("no plane is away from all jumps")
            yield f"{width}x{height} at {quality}", x, random.normal(size=x.shape), steps


# ---- Central differences -------------------------------------------------------------------------

def central(loss, at, h):
    """
    The derivative of a function of an array, an element after the other, by central differences
    over h and 2 h, which are exact for polynomials up to the fourth degree: the soft rounding is of
    the third.
    """
    result = np.empty(at.shape)
    for i in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[i] = h
        result[i] = (8 * (loss(at + step) - loss(at - step)) -
                     (loss(at + 2 * step) - loss(at - 2 * step))) / (12 * h)
    return result


def check_differences(check, library, random):
    h_input, h_steps = 1e-3, 1e-4
    for rounding, mode in (("none", "ste"), ("none", "soft"), ("none", "true"), ("soft", "soft"),
                           ("soft", "true")):
        for clamp in (False, True):
            found = []
            for name, x, g, s in cases(random, rounding, clamp, 2 * h_input, 2 * h_steps):
                dx, ds = library.backward(x, g, s, rounding, mode, clamp)
                by_input = central(
                    lambda z: (g * (library.forward(z, s, rounding, clamp) - 128)).sum(), x, h_input)
                by_steps = central(
                    lambda z: (g * (library.forward(x, z, rounding, clamp) - 128)).sum(), s, h_steps)
                found.append((name, dx, by_input, ds, by_steps))
            label = f"--round {rounding}, {mode}, {'clamped' if clamp else 'not clamped'}"
            check.differences(f"{label}: dL/dinput, central differences",
                              [f[:3] for f in found], 1e-6)
            # without rounding the output does not depend on the steps: both are 0 but for rounding
            # errors, which are relative to the samples
            check.differences(f"{label}: dL/dsteps, central differences",
                              [(n, a, b) for n, _, _, a, b in found] if rounding != "none" else
                              [(n, a + 1, b + 1) for n, _, _, a, b in found], 1e-6)


def check_quality(check, library, random):
    """dL/dquality of the library's own scaling and forward pass."""
    h, found, slopes = 1e-5, [], []
    for quality in (2.5, 10.3, 25, 49, 49.9999, 50.0001, 51, 75, 90.3, 99):
        def steps(q):
            return library.steps_at(LUMA, q)[0]
        while True:
            x, g = random.normal(128, 60, (16, 24)), random.normal(size=(16, 24))
            # 2 h changes a step by less than 2 h of itself
            if layer.safe(x, steps(quality), "soft", 0, 2 * h):
                break
        _, ds = library.backward(x, g, steps(quality), "soft", "soft")
        ours = np.array([(ds * library.steps_at(LUMA, quality)[1]).sum()])
        at = np.array([float(quality)])
        found.append((f"quality {quality}", ours, central(
            lambda q: (g * (library.forward(x, steps(q[0]), "soft") - 128)).sum(), at, h)))
        slopes.append((f"quality {quality}", library.steps_at(LUMA, quality)[1],
                       (steps(quality + h) - steps(quality - h)) / (2 * h)))
    check.differences("dL/dquality, central differences", found, 1e-6)
    check.differences("dsteps/dquality, central differences", slopes, 1e-6)
    check.differences("steps at a quality, model", [
        (f"quality {q}, at most {most}", np.stack(library.steps_at(LUMA, q, most)),
         np.stack(layer.steps_at(LUMA, q, most)))
        for q in (1, 3, 24.5, 49, 50, 51, 80, 97, 99.5, 100) for most in (255, 32767)], 1e-14)


# ---- The model -----------------------------------------------------------------------------------

def check_model(check, library, random):
    for rounding in ROUNDINGS:
        forward, inputs, steps = [], [], []
        for clamp in (False, True):
            for name, x, g, s in cases(random, rounding if rounding != "offset:0.35" else "nearest",
                                       clamp):
                forward.append((name, library.forward(x, s, rounding, clamp),
                                layer.forward(x, s, rounding, clamp)))
                for mode in MODES:
                    ours = library.backward(x, g, s, rounding, mode, clamp)
                    theirs = layer.backward(x, g, s, rounding, mode, clamp)
                    inputs.append((f"{name}, {mode}", ours[0], theirs[0]))
                    steps.append((f"{name}, {mode}", ours[1], theirs[1]))
        check.differences(f"--round {rounding}: forward, model", forward, 1e-11)
        check.differences(f"--round {rounding}: dL/dinput in all modes, model", inputs, 1e-8)
        check.differences(f"--round {rounding}: dL/dsteps in all modes, model", steps, 1e-8)


def check_layout(check, library, random):
    """Strides, planes that are one memory, and results that are not asked for."""
    x, g, s = random.normal(128, 60, (13, 22)), random.normal(size=(13, 22)), LUMA
    dx, ds = library.backward(x, g, s, "nearest", "ste")
    wide = [np.full((13, 22 + extra), np.nan) for extra in (1, 5, 9)]
    views = [w[:, :22] for w in wide]
    views[0][:], views[1][:] = x, g
    codec = library.codec(s, "nearest", "ste", False)
    got = np.empty((8, 8))
    library.library.jpegq_gradient(codec, *map(library.plane, views),
                                   ctypes.c_void_p(got.ctypes.data))
    found = [("strides", views[2], dx), ("strides, steps", got, ds)]
    found.append(("beside the plane", np.isnan(wide[2][:, 22:]).astype(float), np.ones((13, 9))))
    same = g.copy()
    library.library.jpegq_gradient(codec, library.plane(x), library.plane(same), library.plane(same),
                                   None)
    found.append(("in place of G", same, dx))
    library.library.jpegq_gradient(codec, library.plane(x), library.plane(g), None,
                                   ctypes.c_void_p(got.ctypes.data))
    found.append(("steps alone", got, ds))
    same = x.copy()
    library.library.jpegq_round_trip_real(codec, library.plane(same), library.plane(same), None)
    found.append(("forward in place", same, library.forward(x, s, "nearest")))
    check.differences("layout", found, 0)


# ---- PyTorch -------------------------------------------------------------------------------------

def torch_layer(torch, x, steps, mode, clamp):
    """The same graph in PyTorch's own operations."""
    height, width = x.shape
    rows, columns = -(-height // 8), -(-width // 8)
    y = torch.arange(8 * rows).clamp(max=height - 1)
    z = torch.arange(8 * columns).clamp(max=width - 1)
    blocks = x[y][:, z].reshape(rows, 8, columns, 8).transpose(1, 2) - 128
    basis = torch.from_numpy(BASIS)
    u = basis @ blocks @ basis.T / steps
    if mode == "ste":
        k = u + (torch.round(u) - u).detach()
    elif mode == "soft":
        approximate = torch.round(u) + (u - torch.round(u)) ** 3
        k = approximate + (torch.round(u) - approximate).detach()
    elif mode == "soft forward":
        k = torch.round(u) + (u - torch.round(u)) ** 3
    else:
        k = torch.round(u)
    out = basis.T @ (k * steps) @ basis + 128
    out = out.transpose(1, 2).reshape(8 * rows, 8 * columns)[:height, :width]
    return out.clamp(0, 255) if clamp else out


def check_torch(check, library, random):
    try:
        import torch
    except ImportError:
        print("ok gradients, PyTorch's autograd # skip python3-torch is not installed")
        return
    for name, rounding, mode in (("ste", "even", "ste"), ("soft", "even", "soft"),
                                 ("true", "even", "true"), ("soft forward", "soft", "true")):
        for clamp in (False, True):
            inputs, steps, forward = [], [], []
            for size, x, g, s in cases(random, "nearest", clamp):
                tx = torch.tensor(x, requires_grad=True)
                ts = torch.tensor(s, requires_grad=True)
                y = torch_layer(torch, tx, ts, name, clamp)
                y.backward(torch.from_numpy(g))
                dx, ds = library.backward(x, g, s, rounding, mode, clamp)
                forward.append((size, library.forward(x, s, rounding, clamp), y.detach().numpy()))
                inputs.append((size, dx, tx.grad.numpy()))
                steps.append((size, ds, ts.grad.numpy()))
            label = f"PyTorch, {name}, {'clamped' if clamp else 'not clamped'}"
            check.differences(f"{label}: forward", forward, 1e-5)
            check.differences(f"{label}: dL/dinput", inputs, 1e-5)
            check.differences(f"{label}: dL/dsteps", steps, 1e-5)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_gradients.py LIBRARY")
    library, check = Library(sys.argv[1]), Check()
    random = np.random.default_rng(1992)
    check_differences(check, library, random)
    check_quality(check, library, random)
    check_model(check, library, random)
    check_layout(check, library, random)
    check_torch(check, library, random)
    print(f"gradients: {check.failures} checks failed" if check.failures
          else "gradients: all agree")
    sys.exit(check.failures > 0)


if __name__ == "__main__":
    main()
