import math

import numpy as np
import PIL.Image
import pytest
import skimage.data
from fakes import fake_registry

from fracorr import ConfigurationError, ImageError, Kernel
from fracorr.selection import select_chains
from fracorr.sheets import contact_sheet, over, terminal_picture, write_animation
from fracorr.sweep import parse_sweep, varied

REGISTRY = fake_registry(installed=True)


def chain(text):
    return select_chains(REGISTRY, text)[0]


@pytest.mark.parametrize(
    ("text", "count", "values"),
    [
        ("degree=2,3,5", None, (2.0, 3.0, 5.0)),
        ("degree=2..5", None, (2.0, 3.0, 4.0, 5.0)),
        ("degree=2..3", 3, (2.0, 2.5, 3.0)),
        ("iterations=3..5", 24, (3, 4, 5)),
        ("iterations=1..101", 5, (1, 26, 51, 76, 101)),
        ("c=0..1+i", 3, (0j, 0.5 + 0.5j, 1 + 1j)),
        ("set=julia,mandelbrot", None, ("julia", "mandelbrot")),
        ("orbit-trap.degree=3", None, (3.0,)),
    ],
)
def test_a_sweep_runs_through_its_values(text, count, values):
    assert parse_sweep(text, chain("orbit-trap"), count).values == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("degree", "is not of the form parameter=2,3,5"),
        ("degre=3", "has no parameter 'degre'; did you mean 'degree'"),
        ("degree=x", "degree='x' is not right"),
        ("degree=7..2", "runs backwards"),
        ("set=julia..mandelbrot", "set='julia..mandelbrot' is not right: it takes one of julia, mandelbrot"),
        ("iterations=1..2000000000", "2,000,000,000 values are too many; at most 10,000"),
        ("degree=2..2000000000", "values are too many"),
        ("factor=1,2", r"'orbit-trap\+ifs\+halve\+halve' has 'halve' 2 times, and a sweep cannot tell them apart"),
        ("size=20,30", "several transforms have 'size'; say which, for example orbit-trap.size=…"),
        ("droste.degree=3", "'droste' has no parameter 'degree'"),
    ],
)
def test_a_wrong_sweep_says_what_is_right(text, message):
    with pytest.raises(ConfigurationError, match=message):
        parse_sweep(text, chain("orbit-trap+ifs+halve+halve"))


def test_varied_puts_one_value_in_and_keeps_the_rest():
    before = chain("orbit-trap:iterations=7+halve")
    sweeps = [parse_sweep("degree=3,4", before), parse_sweep("factor=0.1,0.2", before)]
    after = varied(before, sweeps, (4.0, 0.2))
    assert after.spec == "orbit-trap:degree=4,iterations=7+halve:factor=0.2"
    assert before.spec == "orbit-trap:iterations=7+halve"
    with pytest.raises(ConfigurationError):
        varied(before, sweeps[:1], (math.nan,))


def test_over_mixes_by_support():
    kernel = Kernel(np.ones((1, 3)), np.array([[0.0, 0.5, 1.0]]))
    np.testing.assert_allclose(over(kernel, 0.2)[0, :, 1], [0.2, 0.6, 1.0], atol=1e-6)


def test_a_contact_sheet_holds_every_kernel_where_it_belongs():
    colors = [(1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)]
    items = [(f"kernel {n}\nsecond line", Kernel(np.full((10, 20, 3), color))) for n, color in enumerate(colors)]
    sheet = contact_sheet(items, columns=2, cell=40)
    assert sheet.shape == (2 * (40 + 2 * 17 + 12) + 12, 2 * 52 + 12, 3)
    for (row, column), color in zip([(0, 0), (0, 1), (1, 0)], colors, strict=True):
        np.testing.assert_allclose(sheet[12 + 86 * row + 20, 12 + 52 * column + 20], color, atol=0.01)
    with pytest.raises(ImageError, match="at least one"):
        contact_sheet([])


def test_a_long_caption_is_cut_to_its_cell():
    wide = contact_sheet([("W" * 300, Kernel(np.zeros((8, 8)))), ("", Kernel(np.zeros((8, 8))))], columns=2, cell=64)
    ink = (wide[12 + 64 :] < 0.5).any(axis=(0, 2))
    assert ink[:76].any()
    assert not ink[77:].any()


def test_an_animation_has_every_frame_and_comes_back(tmp_path):
    frames = [Kernel(np.full((16, 16), level)) for level in (0.0, 0.5, 1.0)]
    path = write_animation(tmp_path / "a.gif", frames, milliseconds=50)
    with PIL.Image.open(path) as animation:
        levels = []
        for number in range(animation.n_frames):
            animation.seek(number)
            levels.append(np.asarray(animation.convert("L"))[8, 8])
    np.testing.assert_allclose(levels, [0, 128, 255, 128], atol=2)
    with pytest.raises(ImageError, match="one size"):
        write_animation(tmp_path / "b.gif", [Kernel(np.ones((3, 3))), Kernel(np.ones((4, 4)))])
    with pytest.raises(ImageError, match="at least one frame"):
        write_animation(tmp_path / "b.gif", [])
    assert not (tmp_path / "b.gif").exists()


def test_a_terminal_picture_fits_and_shows_bright_and_dark():
    pixels = np.zeros((40, 80))
    pixels[:, 40:] = 1.0
    text = terminal_picture(Kernel(pixels), 20, 30, color=False)
    lines = text.split("\n")
    assert [len(line) for line in lines] == [20] * 5
    assert set(lines[2][:9]) == {" "}
    assert set(lines[2][11:]) == {"@"}
    colored = terminal_picture(Kernel(skimage.data.astronaut()), 30, 20, color=True)
    assert colored.count("▀") == 30 * 15
    assert colored.split("\n")[0].endswith("\x1b[0m")
