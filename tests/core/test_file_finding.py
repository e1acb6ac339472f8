"""Files that a path, a folder or a pattern stands for, and their names; places that cannot be written to."""

import pathlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, files
from fracorr.errors import OutputError

ENDINGS = (".png", ".jpg")


@pytest.fixture
def folder(tmp_path):
    for name in ("b.png", "a.JPG", "notes.txt", ".hidden.png", "sub/c.png", "sub/deep/d.jpg", "odd[1].png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "folder.png").mkdir()
    return tmp_path


def found(path, folder):
    return [str(each.relative_to(folder)) for each in files.find(path, ENDINGS)]


def test_a_folder_stands_for_its_own_pictures(folder):
    assert found(folder, folder) == ["a.JPG", "b.png", "odd[1].png"]


def test_a_pattern_stands_for_what_it_matches(folder):
    assert found(folder / "*.png", folder) == ["b.png", "odd[1].png"]
    assert found(str(folder / "**" / "[cd].*"), folder) == ["sub/c.png", "sub/deep/d.jpg"]


def test_one_file_stands_for_itself_whatever_its_name(folder):
    assert found(folder / "notes.txt", folder) == ["notes.txt"]
    assert found(folder / "odd[1].png", folder) == ["odd[1].png"]
    assert found(folder / "missing.png", folder) == ["missing.png"]


def test_the_home_folder(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))

    assert found("~/sub/*.png", folder) == ["sub/c.png"]
    with pytest.raises(ConfigurationError, match="'~nobody-of-that-name/x.png' cannot be looked up"):
        files.find("~nobody-of-that-name/x.png", ENDINGS)


def test_nothing_found_says_why(folder):
    (folder / "empty").mkdir()

    with pytest.raises(ConfigurationError, match=r"folder '.*empty' holds no file that ends in \.png, \.jpg"):
        files.find(folder / "empty", ENDINGS)
    with pytest.raises(ConfigurationError, match=r"the pattern '.*z\*\.png' matches no file$"):
        files.find(folder / "z*.png", ENDINGS)
    with pytest.raises(ConfigurationError, match=r"matches no file that ends in \.png, \.jpg \(only notes\.txt, …\)"):
        files.find(folder / "n*", ENDINGS)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["x/eye.png", "x/face.png"], ["eye", "face"]),
        (["x/eye.png", "x/eye.jpg"], ["eye.png", "eye.jpg"]),
        (["cat/eye.png", "dog/eye.png", "dog/nose.png"], ["cat/eye.png", "dog/eye.png", "nose"]),
        (["a/x/eye.png", "b/x/eye.png"], ["a/x/eye.png", "b/x/eye.png"]),
        (["a-b/c.png", "a/b-c.png", "b/c.png"], ["a-b/c.png", "b-c", "b/c.png"]),
        (["eye.png", "eye.jpg", "eye.png.jpg"], ["eye.png", "eye.jpg", "eye.png.jpg"]),
        ([], []),
    ],
)
def test_names_are_stems_and_as_much_more_as_tells_files_apart(paths, names):
    assert list(files.distinct_names([pathlib.Path(each) for each in paths])) == names


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "a-a", "b", "c.png"]), min_size=1, max_size=4).map(tuple), unique=True))
def test_names_are_distinct(parts):
    names = files.distinct_names([pathlib.Path(*each) for each in parts])

    assert len(set(names)) == len(parts) == len(names)


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").touch()

    for place in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(OutputError, match="cannot be written to: '.*file' is a file, not a folder"):
            files.writable_folder(place)
    assert files.writable_folder(tmp_path / "new" / "one").is_dir()
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["file", "new", "one"]


def test_a_new_folder_is_nobody_elses_however_many_ask_at_once(tmp_path):
    runs = tmp_path / "runs"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: files.new_folder(runs, "now"), range(40)))

    assert {each.name for each in made} == {"now", *(f"now-{number}" for number in range(2, 41))}
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file' is a file, not a folder"):
        files.new_folder(tmp_path / "file", "now")


def test_a_block_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "results.txt"
    files.write_text(path, "old")

    def fail():
        with files.replacing(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
