"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_reporters() -> Iterator[ComponentSpec]:
    """Offer the reporters that write text."""
    yield ComponentSpec("table", "The arms as a table in the terminal", "fracorr_text.table:Table")
    yield ComponentSpec("json", "Every trial and the arms in one JSON file", "fracorr_text.json_file:JsonFile")
    yield ComponentSpec("csv", "Every trial as one row of a CSV file", "fracorr_text.csv_file:CsvFile")
    yield ComponentSpec(
        "markdown", "The arms, failures and how to repeat it, as Markdown", "fracorr_text.markdown_file:MarkdownFile"
    )
    yield ComponentSpec("verdict", "What the experiment found, in words", "fracorr_text.verdict_report:VerdictReport")
