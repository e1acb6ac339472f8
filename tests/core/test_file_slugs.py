import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr.files import slug

AWKWARD = [
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a b",
    "a--b",
    "a-b-",
    "Face",
    "FACE",
    "con",
    "aux.txt",
    "com1",
    "é",
    "日本",
    "\udcff",
    "a\nb",
    "\u202eabc",
    '<script>"it\'s"</script>',
    "x" * 300,
    "x" * 301,
    "0123456789",
]


@pytest.mark.parametrize("text", ["face", "tm_ccoeff_normed", "eye-2.png", "a", "x" * 80])
def test_slug_keeps_a_safe_name(text):
    assert slug(text) == text


def test_slug_names_of_awkward_texts_are_distinct_also_without_case():
    names = [slug(text) for text in [*AWKWARD, "face", "con-1", "a-b"]]
    assert len({name.lower() for name in names}) == len(AWKWARD) + 3


def test_slug_of_a_slug_stands_for_another_text():
    # Otherwise somebody who names a kernel like another one's slug overwrites its file.
    assert slug(slug("Face")) != slug("Face")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120) | st.sampled_from(AWKWARD), st.integers(16, 90))
def test_slug_is_safe_on_any_file_system(text, limit):
    name = slug(text, limit)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", name)
    assert "--" not in name
    assert 0 < len(name) <= limit
    assert name.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


@settings(max_examples=200, deadline=None)
@given(st.sets(st.text(alphabet="aAbB-_./ é", max_size=8), min_size=2, max_size=20))
def test_slug_never_gives_two_texts_one_name(texts):
    assert len({slug(text) for text in texts}) == len(texts)


def test_slug_makes_a_file_that_can_be_written(tmp_path):
    for text in AWKWARD:
        (tmp_path / slug(text)).write_text(text, encoding="utf-8", errors="surrogatepass")
    assert len(list(tmp_path.iterdir())) == len(AWKWARD)
