"""`tui-labeler export`: labels as a dataset."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_labeler.cli.completing import complete_project, one_of
from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import BadInput
from tui_labeler.model.left_out import left_out_text
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural, size_text
from tui_labeler.model.transfers import ExportOptions, Images, Split

FORMATS = (
    "azureml",
    "coco",
    "yolo",
    "voc",
    "csv",
    "labelstudio",
    "labelstudio-predictions",
    "cvat",
    "createml",
    "huggingface",
    "huggingface-parquet",
    "folders",
    "openimages",
    "kitti",
)


@click.command(name="export")
@click.argument("name", shell_complete=complete_project)
@click.option(
    "--format",
    "format_name",
    default="azureml",
    show_default=True,
    shell_complete=one_of(lambda: FORMATS),
    help=f"One of {', '.join(FORMATS)}.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder that gets the dataset's folder."
)
@click.option("--split", type=float, metavar="SHARE", default=0.0, help="The share for validation, for example 0.2.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws another split of the same share.")
@click.option("--split-path", metavar="PATTERN", default="", help="Images that match (val/**) are for validation.")
@click.option("--class", "classes", multiple=True, metavar="NAME", help="Only this label class; may be repeated.")
@click.option("--labeler", "labelers", multiple=True, metavar="NAME", help="Only this labeler's; may be repeated.")
@click.option("--reviews", is_flag=True, help="Also the labels of images that changed since they were labeled.")
@click.option(
    "--images",
    type=click.Choice([choice.value for choice in Images]),
    default=Images.AUTO.value,
    show_default=True,
    help="Put the images beside the labels; auto does it for yolo.",
)
@click.option("--image-url", metavar="URL", default="", help="Where readers find the images: https:// or azureml://.")
@click.option("--only", type=click.Choice(["accepted"]), help="Only what review accepted or corrected.")
@click.option(
    "--min-agreement",
    type=float,
    metavar="SHARE",
    default=0.0,
    help="Only images whose labelers agree so far (0 to 1).",
)
@click.option("--copy", is_flag=True, help="Send the generated name to your terminal's clipboard.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    format_name: str,
    out: Path | None,
    split: float,
    seed: int,
    split_path: str,
    classes: tuple[str, ...],
    labelers: tuple[str, ...],
    reviews: bool,
    images: str,
    image_url: str,
    only: str | None,
    min_agreement: float,
    copy: bool,
    as_json: bool,
) -> None:
    """Write the labels of NAME as a dataset.

    The last line of standard output is the generated dataset name.
    """
    if not 0.0 <= min_agreement <= 1.0:
        raise BadInput(f"--min-agreement is a share from 0 to 1, not {min_agreement:g}.")
    chosen_split = Split(split, seed, split_path)
    options = ExportOptions(
        classes, labelers, reviews, chosen_split, Images(images), image_url, only == "accepted", min_agreement
    )
    with progress() as tell:
        result = workspace(ctx).exchange.export(name, format_name, out, tell, options)
    if as_json:
        print_json(export_document(result))
    else:
        show_export(result)
    if copy:
        _copy(result.name)


def _copy(name: str) -> None:
    """Past a redirected standard output, to the terminal itself; without one there is no clipboard to reach."""
    from tui_labeler.tui.clipboard import send_to_clipboard

    try:
        with open("/dev/tty", "w") as terminal:

            def write(sequence: str) -> None:
                terminal.write(sequence)

            say(f"{send_to_clipboard(name, write, os.environ)}.")
    except OSError:
        say("There is no terminal whose clipboard could take the name.")


def export_document(result: ExportResult) -> dict[str, object]:
    """The export as the contract of the command line has it."""
    return {
        "name": result.name,
        "format": result.format,
        "rows": result.rows,
        "path": result.path,
        "files": result.files,
        "created": iso(result.created),
        "left_out": result.left_out,
        "unreadable": result.unreadable,
        "parts": result.parts,
        "unsubmitted": {"images": result.unsubmitted.images, "labelers": result.unsubmitted.labelers},
    }


def show_export(result: ExportResult) -> None:
    """For people; the generated name stands alone on the last line."""
    show(
        f"{plural(result.rows, 'image')}, {plural(result.regions, 'label')}, {size_text(result.bytes)} in {result.path}"
    )
    if result.parts:
        show("Split: " + ", ".join(f"{n:,} {part}" for part, n in result.parts.items()))
    if result.left_out:
        show("Left out: " + left_out_text(result.left_out))
    if words := result.unreadable_words:
        show(f"Cannot be read: {words}")
    if words := result.unsubmitted.words:
        show(f"Not in it: {words}")
    show(result.name)
