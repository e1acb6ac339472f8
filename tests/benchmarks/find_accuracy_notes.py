"""The words of docs/find.md."""

from __future__ import annotations

#: What was seen when misses were looked at, by suite and number.
NOTES: dict[tuple[str, int], str] = {
    **dict.fromkeys(
        [("rotation", 239), ("mild", 239), ("wide", 239)],
        "nearly empty sky, a patch like many others on the small picture where candidates are chosen",
    ),
    **dict.fromkeys(
        [("mild", 74), ("wide", 74), ("wide", 433)],
        "one brick of many: the wall is full of places that are much like it on the small picture",
    ),
}

PAGE_TEXT = """# Finding a template at any rotation and scale

`fracorr find` looks for a small picture in large ones, however it is turned and whatever its size there, and says
where it is, on generated scenes to about a hundredth of a pixel in the median (see [Accuracy](#accuracy)):

```sh
fracorr find logo.png photo.jpg
fracorr find part.png 'frames/*.png' -n 5 --angles -30..30 --scales 1 --csv > parts.csv
fracorr find eye.png photos/ --min-score 0.8 --json --draw found/
```

Each match has the centre `x`, `y` of the template in the scene (the centre of the top left pixel is (0, 0), y points
down), its `angle` (degrees, counter-clockwise on the screen), its `scale` (size in the scene / size of the template),
`width` and `height` of its box, and a `score`: the correlation coefficient of template and scene at full resolution, 1
where they are the same but for brightness and contrast. It means the same on every picture, and `--min-score` (0.5
where nothing is said) asks for as much. A picture of the template may have an alpha channel: what is transparent does
not count. Where a template looks the same in several directions, all of them are one match, and `symmetry` says so.
`--mirrored` looks for the mirror image as well. `--covered` is for things of which something else may hide a part: see
[Robustness](#robustness).

Several scenes go into one call: files, folders, quoted patterns. What can be said about the task makes it faster and
surer: `--scales 1` where the size is known, `--angles -30..30` where things stand roughly upright. The exit code is 0
where something was found, 1 where nothing was, 2 where a picture could not be searched.

![What --draw draws; the template's top edge is blue](images/find-example.jpg)

From Python:

```python
import fracorr

for match in fracorr.find("photo.jpg", "logo.png", max_matches=3, min_score=0.7):
    print(match.x, match.y, match.angle, match.scale, match.score)

finder = fracorr.Finder("part.png", scales=(0.9, 1.1))  # what depends on the template alone is computed once
for frame in video:  # (H, W), or (H, W, 3) in RGB (OpenCV gives BGR); uint8, or float in [0, 1]
    matches = finder.find(frame)
```

In experiments it is the method `harmonic`; other methods (`sift`, `orb`, `tm_ccoeff_normed`, …) can take its place:
`fracorr find … --method sift`. Their scores mean other things, and without `--min-score` whatever is best is found.

## Speed

By `python tests/benchmarks/find_speed.py`. The ratios are multiples of one call of OpenCV's
`matchTemplate(TM_CCOEFF_NORMED)` in the same run, with the same 640×480 scene and the same template, which it finds
upright and at its own size only. These are processor times; how two threads compare with one is told by the clock,
which says little where other programs run beside.

{speed}

## Accuracy

By `python tests/benchmarks/find_accuracy.py --data FOLDER`, which writes this page; {machine}.

500 scenes for each suite, from the scene source `warps`: a template of 48, 64, 96 or 128 px is cut out of one of
scikit-image's photographs; the whole photograph is turned by any angle, scaled and shifted at random, and put on
another photograph of 640×480 px. Nothing is mirrored or repeated, so that what is looked for is there once. The same
scenes are at hand everywhere: `warps:500,template=[48,64,96,128],scales=[0.5,2],color=false`.

A *hit* is a box whose intersection over union with the true one is at least {hit}. As two equal squares overlap by
that much whatever their angles, the share of cases whose angle is right to 5° too stands beside it. Errors are
medians over the hits; time is processor time, what is computed of the template included. The scenes' own range of
scales is what is searched.

{suites}

SIFT and ORB are OpenCV's, with a ratio test and RANSAC for a similarity (methods `sift` and `orb`); they know of no
range. The rotation loop is what is found in most answers on the web, done with care: `TM_CCOEFF_NORMED` with a mask,
every 3° and every 10 % of size. It was given {loop} seconds of each suite, which is as many cases as the table says.

By size of the template, hits:

{sides}

These are cases with *one* right answer. Some templates look like another place as much as like their own: a smooth
edge, one brick of many. Whether a case is ambiguous is judged without the matcher: if, by a brute-force search and
a downhill simplex at full resolution, there is a pose that would be a miss and whose correlation coefficient is less
than {margin} below the true pose's.

{doubts}

How few pixels a copy may have: hits of a template of 48 px whose scale is known, in {curve_cases} scenes for each size.
Below {sure} pixels it looks like many other places, and wrong ones score as much as right ones; `fracorr find` says so
when its range of scales goes that far, and looks for nothing below 4 pixels.

{small}

## When it is not there

{absent}

## Robustness

The first {curve_cases} scenes of the suite with scales 0.7–1.4, made worse; the template stays as it is. Noise is
Gaussian; brightness and contrast (about middle gray) are cut off at black and white; what covers a part of the target
is a piece of another photograph. The score of a whole template goes down with the part that is covered, so that other
places come to score more: there, keypoints, which need some parts only, find more. {covered}

`--covered`, in Python `covered=True`, is for this. Template and scene are then compared by their local contrast, each
pixel with its surroundings, so that a tenth covered costs about a tenth; where little is sure, they are compared as
they are, too. With up to 30 % covered it finds more than SIFT does, with 40 % and more, less. Where little is sure, it
takes up to two or three times the time, elsewhere 0.9 to 1.4 times. A score stays the correlation coefficient of the
whole template, so that covered copies score low: give a lower `--min-score`. Matches come in the order of a mean of the
score and of the same of the local contrast.

![Hit rates over noise, brightness, contrast, JPEG quality and occlusion](images/find-robustness.png)

{levels}

## Misses

Every case with one right answer that fracorr missed: the scene, the template, and what the scene shows at the true
pose and at the one that was found, each with the contrast of its own. *Likeness* is the correlation coefficient at full
resolution, computed apart from the matcher.

{failures}

## Real pictures

{real}
"""
