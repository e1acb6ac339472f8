"""Which name is suggested to whoever wrote one that is not there."""

import pytest

from fracorr import ImageError, images
from fracorr.errors import nearest


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("orbit-trp", ["ifs", "orbit-trap", "orbit"], "orbit-trap"),
        ("degre", ["degree", "depth"], "degree"),
        ("harmonic", [], None),
        # The endings alone are alike.
        ("missing.png", ["coins.png"], None),
        ("nope.png", ["one.png"], None),
        ("missing.png", ["coins.png", "mising.png"], "mising.png"),
        ("coin.png", ["coins.png", "one.png"], "coins.png"),
        ("coins.pgn", ["coins.png"], "coins.png"),
        ("coins.jpg", ["coins.png", "one.jpg"], "coins.png"),
        ("coins", ["coins.png"], "coins.png"),
        (".png", ["one.png"], None),
    ],
)
def test_only_a_close_name_is_suggested(name, known, meant):
    assert nearest(name, known) == ("" if meant is None else f"; did you mean '{meant}'?")


def test_a_file_that_is_not_there_is_not_taken_for_any_other(tmp_path):
    (tmp_path / "coins.png").touch()
    with pytest.raises(ImageError, match=r"there is no file '.*missing\.png'$"):
        images.read(tmp_path / "missing.png")
