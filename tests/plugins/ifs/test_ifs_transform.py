"""The transform as a component: its parameters, what it refuses, and what always holds."""

import pathlib
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, ImageError, Kernel, specs
from fracorr.parameters import build, spec_of
from fracorr_ifs import presets
from fracorr_ifs.transform import IFS


def from_spec(text):
    spec = specs.parse(text)
    return build(IFS, spec.name, spec.values, spec.value)


def apply(transform, kernel, seed=0):
    return transform.apply(kernel, np.random.default_rng(seed))


def test_a_bare_value_is_the_preset():
    assert from_spec("ifs:levy") == from_spec("ifs:preset=levy") == IFS(preset="levy")


def test_nothing_given_is_sierpinski(face):
    assert (apply(from_spec("ifs"), face).pixels == apply(IFS(preset="sierpinski"), face).pixels).all()


def test_maps_in_a_spec_string(face):
    given_maps = from_spec("ifs:maps=[[0.5,0,0,0.5,0,0],[0.5,0,0,0.5,0.5,0],[0.5,0,0,0.5,0.25,0.5]],depth=2")
    drawn = apply(given_maps, face)
    assert (drawn.pixels == apply(IFS(preset="sierpinski", depth=2), face).pixels).all()
    assert from_spec(spec_of("ifs", given_maps)) == given_maps


def test_a_file_in_a_spec_string(face, tmp_path):
    path = tmp_path / "two.ifs"
    path.write_text("a { .5 0 0 .5 0 0\n .5 0 0 .5 .5 0\n .5 0 0 .5 .25 .5 }\nb { .5 0 0 .5 0 0 }")
    drawn = apply(from_spec(f"ifs:file='{path}',system=a,depth=2"), face)
    assert (drawn.pixels == apply(IFS(preset="sierpinski", depth=2), face).pixels).all()


def test_random_maps_follow_the_generator_or_their_own_seed(face):
    first, second = (apply(from_spec("ifs:random=3"), face, seed).support for seed in (1, 2))
    assert first.shape != second.shape or (first != second).any()
    first, second = (apply(from_spec("ifs:random=3,seed=7"), face, seed).support for seed in (1, 2))
    assert (first == second).all()


def test_size_is_the_longer_side_and_keeps_the_shape():
    drawn = apply(IFS(preset="koch", size=100), Kernel(np.ones((30, 60))))
    assert drawn.shape == (50, 100)


def test_margin_leaves_space_around_all():
    drawn = apply(IFS(preset="carpet", margin=0.25, size=90), Kernel(np.ones((30, 30))))
    # Half of the fractal's size is added: 60 of 90 pixels, in the middle.
    assert drawn.support[:14].max() == 0
    assert drawn.support[16:74, 16:74].mean() > 0.5
    assert drawn.support[45, 15] > 0.5


def test_detail_decides_how_small_the_copies_become(face):
    # 192 pixels: 96, 48, 24, 12.
    for detail, depth in ((100.0, 1), (48.0, 2), (25.0, 3), (13.0, 4)):
        by_detail = apply(IFS(preset="sierpinski", detail=detail), face)
        assert (by_detail.pixels == apply(IFS(preset="sierpinski", depth=depth), face).pixels).all()


def test_copies_stay_legible_unless_asked_otherwise(face):
    # At the limit every copy is a pixel of the kernel's mean colour, and nothing is left to correlate.
    legible = apply(IFS(preset="heighway"), face)
    limit = apply(IFS(preset="heighway", detail=1.0), face)
    assert legible.gray[legible.support > 0.99].std() > 0.1
    assert limit.gray[limit.support > 0.99].std() < 0.01


def test_lineage_and_name_are_left_to_the_framework(face):
    drawn = apply(IFS(preset="koch"), face)
    assert drawn.name == "face"
    assert drawn.lineage == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ifs:sierpinsky", "no preset 'sierpinsky'; did you mean 'sierpinski'"),
        ("ifs:preset=fern,random=3", "preset and random exclude each other"),
        ("ifs:system=fern", "system=fern chooses from a file"),
        ("ifs:file=nowhere.ifs", "there is no file 'nowhere.ifs'"),
        ("ifs:maps=[]", "at least one map"),
        ("ifs:maps=[[1,2,3]]", "map 1 has 3 numbers"),
        ("ifs:maps=[[1,0,0,1,0,0]]", r"map 1 does not contract.* up to 1 .*should be below 1"),
        ("ifs:maps=[[0.5,0,0,0.5,0,0],[2,0,0,0.1,0,0]]", r"map 2 does not contract.* up to 2 "),
        ("ifs:maps=[[0.5,0,0,0.5,0,0,0.9],[1.2,0,0,1.2,1,0,0.1]]", "Only mode=chaos can draw it"),
        ("ifs:maps=[[nan,0,0,0.5,0,0]]", "maps=.* it takes a list"),
        ("ifs:random=0", "random is 0; it must be from 1 to 32"),
        ("ifs:fern,depth=-1", "depth is -1"),
        ("ifs:fern,detail=nan", "detail='nan' is not right"),
        ("ifs:fern,detail=0", "detail is 0.0; it must be from 0.25"),
        ("ifs:fern,points=0", "points is 0"),
        ("ifs:fern,size=0", "size is 0"),
        ("ifs:fern,size=1000000", "size is 1000000"),
        ("ifs:fern,margin=-0.1", "margin is -0.1"),
        ("ifs:fern,initial=[0,0,0,1]", r"it takes \[left, bottom, right, top\]"),
        ("ifs:fern,mode=chaos,compositing=max", "compositing=max needs mode=deterministic"),
        ("ifs:fern,compositing=under", "it takes one of over, max, mean, measure"),
        ("ifs:fern,dept=3", "no parameter 'dept'; did you mean 'depth'"),
    ],
)
def test_bad_parameters_are_explained(text, message):
    with pytest.raises(ConfigurationError, match=message):
        from_spec(text)


@pytest.mark.parametrize("parameters", [{"detail": float("nan")}, {"margin": float("inf")}, {"points": -5}])
def test_bad_parameters_in_python_are_explained_too(parameters):
    with pytest.raises(ConfigurationError, match="it must be from"):
        IFS(**parameters)


def test_a_broken_file_is_named_with_its_line(tmp_path):
    path = tmp_path / "broken.ifs"
    path.write_text("fern {\n 0 0 0 .16 0 0 .01\n .85 .04 -.04 .85 0\n}\n")
    with pytest.raises(ConfigurationError, match=r"broken\.ifs', line 3: 5 numbers"):
        IFS(file=pathlib.Path(path))


def test_maps_that_contract_only_when_composed_are_drawn_with_a_warning(face):
    with pytest.warns(UserWarning, match="map 1 does not contract"):
        transform = IFS(maps=((0.3, 1.2, 0.0, 0.3, 0.0, 0.0), (0.5, 0.0, 0.0, 0.5, 0.5, 0.5)))
    assert apply(transform, face).support.max() > 0.9


def test_a_size_beyond_the_limit_is_refused(face, monkeypatch):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "10000")
    with pytest.raises(ConfigurationError, match=r"192×192 pixels is more than the limit of 10,000"):
        apply(IFS(), face)
    assert apply(IFS(size=100), face).shape == (100, 100)


@pytest.mark.parametrize("name", presets.names())
@pytest.mark.parametrize("mode", ["deterministic", "chaos"])
def test_every_preset_draws_kernels_of_one_pixel(name, mode):
    drawn = apply(IFS(preset=name, mode=mode), Kernel(np.full((1, 1), 0.3)))
    assert drawn.shape == (1, 1)
    assert drawn.support[0, 0] > 0
    assert drawn.pixels[0, 0] == pytest.approx(0.3)


@st.composite
def kernels(draw):
    height, width = draw(st.integers(1, 24)), draw(st.integers(1, 24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    pixels = rng.random((height, width, 3) if draw(st.booleans()) else (height, width), dtype=np.float32)
    kind = draw(st.sampled_from(["full", "soft", "binary"]))
    support = {"full": np.ones, "soft": rng.random, "binary": lambda shape: rng.integers(0, 2, shape)}[kind](
        (height, width)
    ).astype(np.float32)
    support.flat[draw(st.integers(0, support.size - 1))] = 1.0
    return Kernel(pixels, support)


number = st.floats(-0.6, 0.6, allow_nan=False)
systems = st.one_of(
    st.builds(dict, preset=st.sampled_from(presets.names())),
    st.builds(dict, random=st.integers(1, 4), seed=st.integers(0, 10**6)),
    st.builds(dict, maps=st.lists(st.tuples(*[number] * 6), min_size=1, max_size=3).map(tuple)),
)
modes = st.one_of(
    st.builds(
        dict,
        mode=st.just("deterministic"),
        depth=st.none() | st.integers(0, 6),
        detail=st.none() | st.floats(1.0, 32.0),
        compositing=st.sampled_from(["over", "max", "mean", "measure"]),
    ),
    st.builds(
        dict,
        mode=st.just("chaos"),
        points=st.none() | st.integers(1, 3000),
        colors=st.sampled_from(["tiles", "place"]),
        compositing=st.sampled_from(["over", "mean", "measure"]),
    ),
)
framings = st.builds(
    dict,
    condensation=st.none() | st.booleans(),
    initial=st.none() | st.just((0.0, 0.0, 1.0, 1.0)) | st.just((-3.0, 1.0, -1.0, 1.5)),
    size=st.none() | st.integers(1, 40),
    margin=st.sampled_from([0.0, 0.1, 2.0]),
)


@settings(max_examples=120, deadline=None)
@given(kernels(), systems, modes, framings, st.integers(0, 2**32))
def test_what_holds_for_all_parameters(kernel, system, mode, framing, seed):
    try:
        with warnings.catch_warnings():
            # Maps with entries of up to 0.6 may stretch by up to 1.2; some systems of such maps contract nevertheless.
            warnings.simplefilter("ignore", UserWarning)
            transform = IFS(**system, **mode, **framing)
    except ConfigurationError as error:
        assert "does not contract" in str(error)  # noqa: PT017
        return
    before = kernel.pixels.copy(), kernel.support.copy()
    try:
        drawn = apply(transform, kernel, seed)
    except ImageError as error:
        # A few points can all steal from places without support.
        assert "has no support" in str(error)  # noqa: PT017
        assert mode["mode"] == "chaos"
        assert kernel.support.min() < 0.01
        return
    size = framing["size"]
    if size is None:
        assert drawn.shape == kernel.shape
    else:
        assert max(drawn.shape) == size
    assert drawn.is_color == kernel.is_color
    assert np.isfinite(drawn.pixels).all()
    assert drawn.pixels.min() >= 0
    assert drawn.pixels.max() <= kernel.pixels.max()
    assert drawn.support.min() >= 0
    assert 0 < drawn.support.max() <= 1
    assert (kernel.pixels == before[0]).all()
    assert (kernel.support == before[1]).all()
    again = apply(transform, kernel, seed)
    assert (drawn.pixels == again.pixels).all()
    assert (drawn.support == again.support).all()


@pytest.mark.parametrize("depth", [1, 4, 6])
def test_one_small_map_is_the_kernel_again(face, depth):
    # However small the only copy is, the view is of it.
    drawn = apply(IFS(maps=((0.03125, 0.0, 0.0, 0.03125, 0.2, 0.3),), depth=depth), face)
    assert drawn.pixels == pytest.approx(face.pixels, abs=1e-3)


def test_a_map_that_is_much_flatter_once_than_twice_is_drawn():
    # The norm is 1/2, but that of its square is 5e-6.
    drawn = apply(IFS(maps=((0.0, 1e-5, 0.5, 0.0, 0.0, 0.0),)), Kernel(np.full((6, 1), 0.4)))
    assert drawn.pixels[drawn.support > 0] == pytest.approx(0.4)
