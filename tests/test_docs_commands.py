"""Every command in the documentation is one, with options that it takes, and is carried out.

Not here: ``fracorr demo``, which CI runs; pages that have tests of their own (experiments, photographs, clusters);
what needs a network's weights; and, unless slow tests are asked for, what takes minutes.
"""

import pathlib
import re
import shlex

import pytest
import skimage.data
import typer
from command_line import command_line

from fracorr import images
from fracorr.cli.app import app

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(page):
    """Return the commands in a page's blocks, without what the shell does with their output."""
    blocks = re.findall(r"^```(?:sh|text)?\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    parts = [part.strip() for line in lines for part in line.split(" && ")]
    return [re.split(r" [|>]", part)[0] for part in parts if re.match(r"fracorr [a-z]", part)]


EVERY = [(page.name, line) for page in PAGES for line in commands(page)]


def test_there_are_commands_on_the_pages():
    assert {name for name, _ in EVERY} >= {"README.md", "find.md", "scenes.md", "verdicts.md", "gallery-of-features.md"}


@pytest.mark.parametrize(("page", "line"), EVERY, ids=[f"{page}: {line[:40]}" for page, line in EVERY])
def test_it_is_a_command_with_options_that_it_takes(page, line):
    _, *arguments = shlex.split(line, comments=True)
    command = typer.main.get_command(app)
    while hasattr(command, "resolve_command"):
        name, command, arguments = command.resolve_command(typer.Context(command), arguments)
    command.make_context(name, list(arguments))  # raises a UsageError


def test_the_page_of_find(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cat = skimage.data.chelsea()
    for name in ("logo", "part", "eye"):
        images.write(f"{name}.png", cat[80:144, 140:204])
    for name in ("photo.jpg", "frames/1.png", "frames/2.png", "photos/a.jpg"):
        images.write(name, cat)
    lines = commands(ROOT / "docs" / "find.md")
    for line in lines:
        done = command_line(capsys, monkeypatch, *shlex.split(line)[1:])
        assert done.code == 0, (line, done.err)
    assert len(lines) == 3
    assert pathlib.Path("found/a.png").is_file()


def photographs():
    """Make what the pages take for granted: a photograph, a template of it, a folder with a table of boxes."""
    cat = skimage.data.chelsea()
    images.write("template.png", cat[80:144, 140:204])
    images.write("photo.jpg", cat)
    images.write("photos/one.jpg", cat)
    pathlib.Path("photos/boxes.csv").write_text("file,left,top,width,height,label\none.jpg,140,80,64,64,face\n")


#: Commands that take minutes, that need weights, or that stand for a name to be filled in.
LATER = re.compile(r"demo|bench|verdict|invariance|--weights|-m squeezenet|layers|claim|FOLDER|experiment\.toml")


@pytest.mark.parametrize("page", ["README.md", "docs/gallery-of-features.md", "docs/scenes.md"])
def test_the_commands_of_a_page_run(page, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photographs()
    lines = [line for line in commands(ROOT / page) if not LATER.search(line) or "folder:photos" in line]
    for line in lines:
        done = command_line(capsys, monkeypatch, *shlex.split(line, comments=True)[1:])
        assert done.code == 0, (line, done.err)
    assert lines


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/verdicts.md", "docs/scenes.md"])
def test_the_commands_that_take_minutes_run(page, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photographs()
    lines = [line for line in commands(ROOT / page) if LATER.search(line) and not re.search("FOLDER|toml", line)]
    for line in lines:
        done = command_line(capsys, monkeypatch, *shlex.split(line, comments=True)[1:])
        assert done.code == 0, (line, done.err)
    assert lines
