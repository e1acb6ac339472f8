"""The page in a real browser: sorted, filtered, enlarged, with a mouse and with keys alone."""

import csv
import shutil

import pytest
from figure_fakes import figure_registry

import fracorr
from fracorr import Experiment

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra [browser]")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs an installed Chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    experiment = Experiment(
        kernels=["disc:size=24", "ring:size=24"],
        transforms=["none", "silhouette", "raises"],
        scenes=["samples:astronaut,size=200", "samples:coffee,size=200"],
        methods=["tm_*"],
        reporters=["html:title='Do rings find <faces>?'"],
        engine="serial",
    )
    fracorr.run(experiment, out=folder, registry=figure_registry())
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser, report, request):
    """Open the page; at the end nothing may have been complained about or fetched."""
    width, scheme = getattr(request, "param", (1200, "light"))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened, complaints = context.new_page(), []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: request.url.startswith("http") and complaints.append(request.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()
    assert complaints == []


def column(page, number):
    cells = page.locator(f"#table tbody tr:not([hidden]) > :nth-child({number})")
    return [cell.get_attribute("data-value") for cell in cells.all()]


def test_a_heading_sorts_and_sorts_the_other_way(page):
    page.get_by_role("button", name="median rank").click()
    ranks = [float(each) for each in column(page, 6) if each]
    assert len(set(ranks)) > 1
    assert ranks == sorted(ranks, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("median rank")
    page.get_by_role("button", name="median rank").click()
    values = column(page, 6)
    ranks = [float(each) for each in values if each]
    assert ranks == sorted(ranks)
    # Arms without a rank, those that failed, come last either way.
    assert values[len(ranks) :] == [""] * (len(values) - len(ranks)) != []


def test_the_filter_shows_only_what_it_names(page):
    page.get_by_label("Filter").fill("SILHOUETTE")
    names = page.locator("#table tbody tr:not([hidden]) > th").all_inner_texts()
    assert names == ["silhouette"] * 6
    assert page.locator("#shown").inner_text() == "6 of 18 arms"


def test_a_picture_opens_large_and_the_slider_fades_its_heat_map(page):
    page.locator(".view").first.click()
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    image = dialog.locator("image").first
    assert image.get_attribute("href").startswith("data:image/jpeg;base64,")
    heat = dialog.locator("image.heat")
    assert heat.evaluate("each => getComputedStyle(each).opacity") == "0.45"
    dialog.locator("input[type=range]").fill("80")
    assert heat.evaluate("each => getComputedStyle(each).opacity") == "0.8"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_everything_works_with_keys_alone(page):
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the arms"
    page.get_by_role("button", name="hit rate").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("hit rate")
    page.locator(".view").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(":focus").get_attribute("class").startswith("view")


def test_the_download_is_a_csv_of_all_trials(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("button", name="as CSV").click()
    download.value.save_as(tmp_path / "trials.csv")
    with (tmp_path / "trials.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 3 * 2 * 6
    assert sum(bool(row["failure"]) for row in rows) == 2 * 2 * 6


@pytest.mark.parametrize("page", [(1400, "light"), (400, "dark"), (320, "light")], indirect=True)
def test_the_page_is_no_wider_than_its_window(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("page", [(1200, "light"), (1200, "dark")], indirect=True)
def test_text_stands_out_from_its_background(page):
    """Contrast as WCAG 2.1 defines it, at least 4.5 to 1 for running text."""
    contrast = """(element) => {
        const parse = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255);
        const light = (rgb) => rgb.map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const [a, b] = [getComputedStyle(element).color, getComputedStyle(document.body).backgroundColor]
            .map((text) => light(parse(text)));
        return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    }"""
    for selector in ("h1", ".facts", ".note", "nav a", "figcaption b", "small"):
        assert page.locator(selector).first.evaluate(contrast) >= 4.5, selector


def test_the_button_turns_light_into_dark(page):
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.get_by_role("button", name="Dark").get_attribute("aria-pressed") == "true"


def test_every_picture_has_a_text_for_those_who_do_not_see_it(page):
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("svg[role=img]:not([aria-label])").count() == 0
    assert page.locator("button").evaluate_all(
        "all => all.every((each) => (each.getAttribute('aria-label') || each.textContent).trim())"
    )
