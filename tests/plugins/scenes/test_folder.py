"""The scene source ``folder``: the same boxes written in each format, and everything that can be wrong with them."""

import json

import numpy as np
import pytest

from fracorr import ConfigurationError, images
from fracorr.components import Kind
from fracorr.exclusions import counting
from fracorr.plugins import default_registry
from fracorr.selection import select_one

WIDTH, HEIGHT = 80, 60
#: File, left, top, width, height, label; edges in pixels from the outer edge of the picture.
BOXES = [
    ("a.png", 10, 5, 20, 10, "cat"),
    ("a.png", 40, 30, 40, 20, "dog"),
    ("b.png", 0, 0, 8, 60, "cat"),
]


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    rng = np.random.default_rng(1)
    for name in ("a", "b", "c"):
        images.write(folder / f"{name}.png", rng.random((HEIGHT, WIDTH, 3)))
    return folder


def write_csv(folder, boxes=BOXES):
    lines = ["file,left,top,width,height,label", *(",".join(map(str, box)) for box in boxes)]
    (folder / "boxes.csv").write_text("\n".join(lines))


def write_coco(folder, boxes=BOXES, **more):
    names, labels = sorted({box[0] for box in boxes}), sorted({box[5] for box in boxes})
    data = {
        "images": [{"id": 10 + i, "file_name": f"images/{name}"} for i, name in enumerate(names)],
        "categories": [{"id": i, "name": label} for i, label in enumerate(labels)],
        "annotations": [
            {
                "id": 100 + i,
                "image_id": 10 + names.index(name),
                "category_id": labels.index(label),
                "bbox": [left, top, width, height],
                **more,
            }
            for i, (name, left, top, width, height, label) in enumerate(boxes)
        ],
    }
    (folder / "instances.json").write_text(json.dumps(data))


def write_voc(folder, boxes=BOXES):
    for name in sorted({box[0] for box in boxes}):
        objects = "".join(
            f"<object><name>{label}</name><bndbox><xmin>{left + 1}</xmin><ymin>{top + 1}</ymin>"
            f"<xmax>{left + width}</xmax><ymax>{top + height}</ymax></bndbox></object>"
            for file, left, top, width, height, label in boxes
            if file == name
        )
        text = f"<annotation><filename>{name}</filename>{objects}</annotation>"
        (folder / name).with_suffix(".xml").write_text(text)


def write_yolo(folder, boxes=BOXES):
    labels = ["bird", "cat", "dog"]
    (folder / "classes.txt").write_text("\n".join(labels))
    for name in sorted({box[0] for box in boxes}):
        lines = [
            f"{labels.index(label)} {(left + width / 2) / WIDTH} {(top + height / 2) / HEIGHT} {width / WIDTH} "
            f"{height / HEIGHT}"
            for file, left, top, width, height, label in boxes
            if file == name
        ]
        (folder / name).with_suffix(".txt").write_text("\n".join(lines) + "\n")


WRITERS = {"csv": write_csv, "coco": write_coco, "voc": write_voc, "yolo": write_yolo}


def read(spec):
    """Return the scenes by name, and what was left out by reason."""
    found = []
    with counting("folder", found):
        source = select_one(default_registry(), Kind.SCENES, spec).instance
        scenes = {scene.name: scene for scene in source.scenes(np.random.default_rng(0))}
    return scenes, {exclusion.reason: list(exclusion.names) for exclusion in found}


def places(scene):
    return [(each.x, each.y, each.width, each.height, each.label) for each in scene.targets]


# The same boxes in every format


@pytest.mark.parametrize("kind", WRITERS)
def test_boxes_beside_the_pictures_in_any_format(photos, kind):
    WRITERS[kind](photos)

    scenes, left_out = read(f"folder:{photos}")

    # Pixel centres are whole numbers, so a box of 20 columns from the edge at 10 has its middle at 19.5.
    assert list(scenes) == ["a", "b"]
    for found, expected in zip(
        [*places(scenes["a"]), *places(scenes["b"])],
        [(19.5, 9.5, 20, 10, "cat"), (59.5, 39.5, 40, 20, "dog"), (3.5, 29.5, 8, 60, "cat")],
        strict=True,
    ):
        assert found[:4] == pytest.approx(expected[:4])
        assert found[4] == expected[4]
    assert left_out == {"pictures without a box": ["c.png"]}


@pytest.mark.parametrize("kind", WRITERS)
def test_boxes_somewhere_else(photos, tmp_path, kind):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    WRITERS[kind](elsewhere)
    name = {"csv": "boxes.csv", "coco": "instances.json"}.get(kind, "")

    scenes, _ = read(f"folder:{photos},boxes={elsewhere / name}")

    assert places(scenes["b"])[0][:4] == pytest.approx((3.5, 29.5, 8, 60))


@pytest.mark.parametrize(("kind", "sibling"), [("voc", "Annotations"), ("yolo", "labels")])
def test_boxes_in_the_folder_beside(photos, kind, sibling):
    (photos.parent / sibling).mkdir()
    WRITERS[kind](photos.parent / sibling)

    assert list(read(f"folder:{photos}")[0]) == ["a", "b"]


def test_the_own_kernel_is_what_the_first_box_shows(photos):
    write_csv(photos)

    scenes, _ = read(f"folder:{photos}")

    scene = scenes["a"]
    np.testing.assert_array_equal(scene.own.pixels, scene.pixels[5:15, 10:30])
    assert [target.scale for target in scene.targets] == [1.0, pytest.approx(2.0)]  # √(40·20 / 20·10)


def test_only_some_labels(photos):
    write_csv(photos)

    scenes, left_out = read(f"folder:{photos},label=do*")

    assert [each.label for each in scenes["a"].targets] == ["dog"]
    assert left_out == {"pictures without a box labelled 'do*'": ["b.png", "c.png"]}


def test_pictures_without_a_box_may_stay(photos):
    write_csv(photos)

    scenes, left_out = read(f"folder:{photos},empty=true")

    assert list(scenes) == ["a", "b", "c"]
    assert scenes["c"].targets == ()
    assert scenes["c"].own is None
    assert left_out == {}


def test_size_and_boxes_together(photos):
    write_csv(photos)

    scene = read(f"folder:{photos},size=160")[0]["b"]

    assert scene.shape == (120, 160)
    (target,) = scene.targets
    assert (target.x, target.y, target.width, target.height) == pytest.approx((7.5, 59.5, 16, 120))


# Boxes at the edge


@pytest.mark.parametrize("kind", WRITERS)
def test_boxes_are_cut_to_the_picture(photos, kind):
    WRITERS[kind](photos, [("a.png", -4, 50, 20, 12, "cat")])

    scene = read(f"folder:{photos}")[0]["a"]

    # Columns 0 to 15 and rows 50 to 59 are left.
    assert places(scene)[0][:4] == pytest.approx((7.5, 54.5, 16, 10))
    np.testing.assert_array_equal(scene.own.pixels, scene.pixels[50:60, 0:16])


def test_boxes_that_are_left_out_are_counted(photos):
    write_csv(
        photos,
        [
            ("a.png", 1, 1, 9, 9, "cat"),
            ("a.png", 200, 1, 9, 9, "far"),
            ("a.png", -90, -90, 9, 9, "far"),
            ("a.png", 76, 1, 10, 9, "four tenths"),
            ("b.png", 5, 5, 0, 9, "line"),
            ("gone.png", 5, 5, 9, 9, "cat"),
        ],
    )

    scenes, left_out = read(f"folder:{photos}")

    table = f"'{photos / 'boxes.csv'}'"
    assert [each.label for each in scenes["a"].targets] == ["cat"]
    assert left_out == {
        f"annotations in {table} of pictures that are not there": ["gone.png"],
        "boxes outside the picture": [f"{table}, line 3", f"{table}, line 4"],
        "boxes of which less than 0.5 is in the picture": [f"{table}, line 5"],
        "boxes without an area": [f"{table}, line 6"],
        "pictures without a box": ["b.png", "c.png"],
    }
    assert len(read(f"folder:{photos},inside=0.4")[0]["a"].targets) == 2


@pytest.mark.parametrize("kind", WRITERS)
def test_annotations_of_pictures_that_are_not_there_are_counted(photos, kind):
    WRITERS[kind](photos)
    (photos / "b.png").unlink()

    scenes, left_out = read(f"folder:{photos}")

    assert list(scenes) == ["a"]
    (names,) = (names for reason, names in left_out.items() if "of pictures that are not there" in reason)
    assert names == {"voc": ["b.xml"], "yolo": ["b.txt"]}.get(kind, ["b.png"])


@pytest.mark.parametrize(
    ("write", "where"),
    [
        (write_csv, "'{}/boxes.csv', line 2: there is no picture 'two.png'"),
        (write_voc, "'{}/two.xml': there is no picture called 'two'"),
    ],
)
def test_where_no_box_is_left_the_first_that_is_astray_is_named(photos, write, where):
    write(photos, [("two.png", 1, 1, 9, 9, "cat"), ("two.png", 5, 5, 9, 9, "cat")])

    with pytest.raises(ConfigurationError) as caught:
        read(f"folder:{photos}")

    assert f"{where.format(photos)} in '{photos}'; none of the 3 pictures" in str(caught.value)


def test_crowds_are_left_out_and_counted(photos):
    write_coco(photos, iscrowd=1)

    with pytest.raises(ConfigurationError, match=r"none of the 3 pictures of .* has a box that is in the picture"):
        read(f"folder:{photos}")
    write_coco(photos, iscrowd=0)
    assert list(read(f"folder:{photos}")[0]) == ["a", "b"]


# CSV as others write it


@pytest.mark.parametrize(
    "text",
    [
        "filename;x;y;w;h;class\nphotos\\a.png;10;5;20;10;cat",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,80,60,cat,10,5,30,15\n\n",
        "\ufeffImage\tX1\tY1\tX2\tY2\tName\nphotos/a.png\t10\t5\t30\t15\t cat ",
        "label,file,height,width,top,left\ncat,a.png,10,20,5,10",
    ],
)
def test_tables_of_other_programs(photos, text):
    (photos / "table.csv").write_text(text, encoding="utf-8")

    assert places(read(f"folder:{photos}")[0]["a"]) == [(19.5, 9.5, 20, 10, "cat")]


def test_a_table_without_labels(photos):
    (photos / "table.csv").write_text("file,left,top,width,height\na.png,10,5,20,10")

    assert places(read(f"folder:{photos}")[0]["a"]) == [(19.5, 9.5, 20, 10, "")]


def test_yolo_without_names_of_the_classes(photos):
    write_yolo(photos)
    (photos / "classes.txt").unlink()

    assert [each.label for each in read(f"folder:{photos}")[0]["a"].targets] == ["1", "2"]


# Broken files


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "", "x.csv', line 1: the heading '' does not name the columns; it takes file,left,top,width,height"),
        ("x.csv", "file,left,top\na.png,1,2", "line 1: the heading 'file,left,top' does not name the columns"),
        ("x.csv", "file,left,top,width,height\n\na.png,1,2,wide,4", "line 3: width='wide' is not a number"),
        ("x.csv", "file,left,top,width,height\na.png,1,2", "line 2: it has 3 columns, the heading names more"),
        ("x.csv", "file,left,top,width,height\na.png,1,2,-3,4", r"line 2: a box from \(1, 2\), -3 wide and 4 high"),
        ("x.csv", "file,left,top,width,height\na.png,1,nan,3,4", r"line 2: a box from \(1, nan\)"),
        ("x.csv", "file,xmin,ymin,xmax,ymax\na.png,9,2,3,4", "line 2: a box .* -6 wide"),
        ("x.json", "{\n1}", "x.json', line 2, column 1: Expecting property name"),
        ("x.json", "[]", "is not COCO's JSON: it takes an object with images and annotations"),
        ("x.json", '{"images": [{"id": 1, "file_name": "a.png"}]}', "'annotations' is not a list of objects"),
        ("x.json", '{"images": [{"id": 1}]}', "entry 0 of 'images': it needs an id and a file_name"),
        ("a.xml", "<annotation>\n<object>\n</annotation>", "a.xml', line 3, column 3: mismatched tag"),
        ("a.xml", "<annotation><object><name>cat</name></object></annotation>", "object 1: xmin is missing"),
        (
            "a.xml",
            "<a><object><bndbox><xmin>one</xmin></bndbox></object></a>",
            "a.xml', object 1: xmin is 'one', not a number",
        ),
        ("a.txt", "0 0.5 0.5 0.1 0.1\ncat 1 2 3 4", "a.txt', line 2: 'cat 1 2 3 4' is not right: it takes a class and"),
        ("a.txt", "0 0.5 0.5 0.1", "line 1: .* it takes a class and four numbers"),
        ("a.txt", "0 40 30 20 10", "line 1: the numbers are over the picture's width and height"),
        ("a.txt", "0 0.5 0.5 -0.1 0.1", "line 1: a box .* -8 wide"),
    ],
)
def test_broken_annotations_say_where(photos, name, text, message):
    (photos / name).write_text(text)

    with pytest.raises(ConfigurationError, match=message):
        read(f"folder:{photos}")


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        ({"image_id": 7, "bbox": [1, 2, 3, 4]}, "annotation 5: there is no image with the id 7"),
        ({"image_id": [1], "bbox": [1, 2, 3, 4]}, r"annotation 5: there is no image with the id \[1\]"),
        ({"image_id": 1, "bbox": [1, 2, 3]}, r"annotation 5: bbox=\[1, 2, 3\] is not right: it takes \[left, top"),
        ({"image_id": 1, "bbox": [1, 2, 3, "4"]}, "annotation 5: bbox="),
        ({"image_id": 1}, "annotation 5: bbox=None is not right"),
        ({"image_id": 1, "bbox": [1, 2, 3, 4], "category_id": 9}, "annotation 5: there is no category with the id 9"),
    ],
)
def test_broken_entries_of_coco(photos, annotation, message):
    data = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "categories": [{"id": 0, "name": "cat"}],
        "annotations": [{"id": 5, "category_id": 0, **annotation}],
    }
    (photos / "x.json").write_text(json.dumps(data))

    with pytest.raises(ConfigurationError, match=message):
        read(f"folder:{photos}")


def test_a_class_that_has_no_name(photos):
    write_yolo(photos)
    (photos / "classes.txt").write_text("bird")

    with pytest.raises(ConfigurationError, match=r"a\.txt', line 1: there is no class 1; the list has 1"):
        read(f"folder:{photos}")


# Which annotations are meant


def test_no_annotations_at_all(photos):
    with pytest.raises(ConfigurationError, match=r"no annotations beside the pictures in .*: no \.csv, no \.json"):
        read(f"folder:{photos}")


def test_several_annotations(photos):
    write_csv(photos)
    write_coco(photos)

    with pytest.raises(ConfigurationError, match=r"several annotations may be meant: .*instances\.json' \(coco\)"):
        read(f"folder:{photos}")
    assert list(read(f"folder:{photos},format=csv")[0]) == ["a", "b"]
    assert list(read(f"folder:{photos},boxes={photos / 'instances.json'}")[0]) == ["a", "b"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("boxes=nowhere.csv", "boxes='nowhere.csv' is not right: there is no such file or folder"),
        ("boxes=nowhere,format=voc", "boxes='nowhere' is not right: there is no such file or folder"),
        ("format=xml", "format='xml' is not right: it takes one of coco, voc, yolo, csv"),
        ("format=voc", "there are no annotations beside the pictures"),
        ("inside=0", "inside=0.* is not right: it takes a number above 0 and at most 1"),
    ],
)
def test_options_that_are_wrong(photos, option, message):
    with pytest.raises(ConfigurationError, match=message):
        read(f"folder:{photos},{option}")


def test_a_folder_of_both_kinds(photos, tmp_path):
    both = tmp_path / "both"
    both.mkdir()
    write_voc(both)
    write_yolo(both)

    with pytest.raises(ConfigurationError, match=r"has both \.xml and \.txt files: say format=voc or format=yolo"):
        read(f"folder:{photos},boxes={both}")
    assert list(read(f"folder:{photos},boxes={both},format=yolo")[0]) == ["a", "b"]


def test_two_pictures_of_one_name(photos):
    images.write(photos / "more" / "a.png", np.zeros((4, 4)))
    write_csv(photos)

    with pytest.raises(
        ConfigurationError, match=r"a\.png' and '.*a\.png' have one name, so that their boxes cannot be"
    ):
        read(f"folder:{photos}/**/*.png")


@pytest.mark.parametrize("kind", ["csv", "coco"])
def test_boxes_of_pictures_of_one_name_in_other_folders_are_not_theirs(photos, tmp_path, kind):
    """One table for two folders, as data sets have it."""
    boxes = [("photos/a.png", 10, 5, 20, 10, "cat"), ("others/a.png", 40, 30, 40, 20, "cat")]
    WRITERS[kind](photos, boxes)

    scenes, left_out = read(f"folder:{photos}")

    assert places(scenes["a"]) == [(19.5, 9.5, 20, 10, "cat")]
    assert ["a.png" in name for name in next(iter(left_out.values()))] == [True]
    (photos / "a.png").rename(tmp_path / "a.png")
    with pytest.raises(
        ConfigurationError, match=r"does not say which of them is '.*a\.png'; keep the pictures in folders"
    ):
        read(f"folder:{tmp_path}/a.png,boxes={photos}/{'boxes.csv' if kind == 'csv' else 'instances.json'}")


@pytest.mark.parametrize("kind", ["voc", "yolo"])
def test_endings_in_capitals(photos, kind):
    WRITERS[kind](photos)
    for file in [*photos.glob("?.xml"), *photos.glob("?.txt")]:
        file.rename(file.with_suffix(file.suffix.upper()))

    assert len(read(f"folder:{photos}")[0]["a"].targets) == 2
