# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The programs that the manual shows do what it says.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    : "${BUILD:=build}" "${PYTHON:=/usr/bin/python3}" "${CC:=cc}"
    BUILD=$(realpath "$BUILD")
    export PYTHONPATH=$PWD/tests/model PYTHONDONTWRITEBYTECODE=1 LD_LIBRARY_PATH=$BUILD
}

# The literal block behind the line `.\" example: NAME` of the manual, as a reader sees it.
example() {
    awk -v name="$1" '$0 == ".\\\" example: " name { found = 1 }
        found && /^\.Ed/ { exit }
        on { print }
        found && /^\.Bd/ { on = 1 }' man/jpegq.1 | sed 's/\\e/\\/g' >"$BATS_TEST_TMPDIR/$1"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/$1")" -gt 10 ]
}

@test "C: the slope of the squared error by the quality" {
    example slope.c
    $CC -std=c11 -Wall -Wextra -Werror -Isrc -o "$BATS_TEST_TMPDIR/slope" "$BATS_TEST_TMPDIR/slope.c" \
        -L"$BUILD" -ljpegq
    "$BATS_TEST_TMPDIR/slope" >"$BATS_TEST_TMPDIR/printed"
    "$PYTHON" - "$BATS_TEST_TMPDIR/printed" <<'END'
import sys
import numpy as np
import layer
from check_gradients import LUMA
y, x = np.mgrid[:24, :24] - 12.0
x = x * y + 128
def loss(quality):
    return ((layer.forward(x, layer.steps_at(LUMA, quality)[0], "soft") - x) ** 2).sum()
steps, by_quality = layer.steps_at(LUMA, 60.5)
h = 1e-5
assert layer.safe(x, steps, "soft", 0, 2 * h)
got = float(open(sys.argv[1]).read())
central = (loss(60.5 + h) - loss(60.5 - h)) / (2 * h)
assert abs(got - central) < 1e-5 * abs(central), (got, central)
g = 2 * (layer.forward(x, steps, "soft") - x)
model = (layer.backward(x, g, steps, "soft", "true")[1] * by_quality).sum()
assert abs(got - model) < 1e-9 * abs(model), (got, model)
END
}

@test "Python: a layer for PyTorch" {
    "$PYTHON" -c 'import torch' 2>/dev/null || skip "python3-torch is not installed"
    example jpeg_layer.py
    PYTHONPATH=$PYTHONPATH:$BATS_TEST_TMPDIR "$PYTHON" - <<'END'
import numpy as np
import torch
from check_gradients import LUMA, torch_layer
from jpeg_layer import JPEG

random = np.random.default_rng(7)
for kind, allowed in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
    for shape in ((8, 8), (16, 24), (13, 22), (1, 1)):
        values, weights = random.normal(128, 60, shape), random.normal(size=shape)
        found = []
        for function in (JPEG.apply, lambda x, s: torch_layer(torch, x, s, "ste", True)):
            # ours in its own type, PyTorch's graph in double precision
            kind_here = kind if function is JPEG.apply else torch.float64
            x = torch.tensor(values, dtype=kind).to(kind_here).requires_grad_()
            s = torch.tensor(LUMA, dtype=kind_here, requires_grad=True)
            y = function(x, s)
            assert y.dtype == kind_here and y.shape == x.shape
            (y * torch.tensor(weights, dtype=kind).to(kind_here)).sum().backward()
            assert x.grad.dtype == kind_here and s.grad.shape == (8, 8)
            found.append([t.double().numpy() for t in (y.detach(), x.grad, s.grad)])
        for ours, theirs in zip(*found):
            difference = np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-3)
            assert difference < allowed, (kind, shape, difference)

# A table that starts too coarse learns.
x = torch.tensor(random.normal(128, 30, (32, 32)).cumsum(1) % 255)
s = torch.full((8, 8), 60.0, dtype=torch.float64, requires_grad=True)
optimizer, losses = torch.optim.Adam([s], lr=2), []
for _ in range(30):
    optimizer.zero_grad()
    loss = ((JPEG.apply(x, s) - x) ** 2).mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < 0.7 * losses[0], losses
END
}
