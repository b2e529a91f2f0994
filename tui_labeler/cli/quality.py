"""`tui-labeler quality`: how far a project's labels can be trusted."""

from __future__ import annotations

import click

from tui_labeler.cli.output import iso, json_option, print_json, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.quality import Quality
from tui_labeler.model.text import plural


class _Quality(click.Group):
    """`quality soda` shows the figures; what is no command is a project's name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "figures", figures, args
        return super().resolve_command(ctx, args)


@click.group(name="quality", cls=_Quality, subcommand_metavar="NAME | COMMAND …")
def command() -> None:
    """Agreement, known images and review of the project NAME: who needs help, which class is unclear."""


@command.command(name="figures")
@click.argument("name")
@json_option
@click.pass_context
def figures(ctx: click.Context, name: str, as_json: bool) -> None:
    """The figures of a project."""
    found = workspace(ctx).quality.figures(name)
    if as_json:
        print_json(found)
    else:
        show_quality(found)


def show_quality(found: Quality) -> None:
    """A sheet for a team lead."""
    if not (found.labelers or found.compared or found.gold_images):
        say("Nothing to compare yet: let several people label an image, add known images, or have labels reviewed.")
        say("See: tui-labeler project template, [workforce]; tui-labeler quality gold --help.")
        return
    for line in found.advice:
        show(line)
    if found.advice:
        show("")
    show(
        f"{plural(found.compared, 'image')} labeled by more than one person, {plural(found.gold_images, 'known image')}."
    )
    if found.f1:
        show(f"F1 {_share(found.f1['0.5'])} at IoU 0.5, {_share(found.f1['mean'])} from 0.5 to 0.95")
    parts = [
        ("Krippendorff's alpha", found.alpha, "objects, whether marked and as what"),
        ("Krippendorff's alpha", found.alpha_classes, "classes alone"),
        ("Fleiss' kappa", found.fleiss, f"{found.fleiss_raters} labelers"),
    ]
    for name, value, what in parts:
        if value is not None:
            show(f"{name} {value:.3f} ({what})")
    review = found.review
    if any((review.waiting, review.accepted, review.corrected, review.returned)):
        show(
            f"Review: {review.waiting:,} waiting, {review.accepted:,} accepted, {review.corrected:,} corrected, "
            f"{review.returned:,} returned"
        )
    _show_labelers(found)
    _show_classes(found)


def _show_labelers(found: Quality) -> None:
    if not found.labelers:
        return
    columns = ("LABELER", "IMAGES", "F1", "KNOWN", "CLASS", "FOUND", "IOU", "1ST REVIEW", "S/IMAGE", "BOXES/H")
    rows = []
    for one in found.labelers:
        fit = one.gold if one.gold.objects else one.consensus
        rows.append(
            (
                one.name,
                f"{one.images:,}",
                _share(one.f1),
                _share(one.gold.f1),
                _share(fit.right_class),
                _share(fit.found),
                "" if fit.iou is None else f"{fit.iou:.2f}",
                _share(one.first_accepted),
                "" if one.seconds is None else f"{one.seconds:.1f}",
                "" if one.boxes_an_hour is None else f"{one.boxes_an_hour:,.0f}",
            )
        )
    show("")
    table(columns, rows, right=frozenset(columns[1:]))


def _show_classes(found: Quality) -> None:
    rows = [
        (one.name, f"{one.alpha:.3f}", _share(one.missed), *_mixed(one.confused_with))
        for one in found.classes
        if one.alpha is not None
    ]
    if rows:
        show("")
        table(("CLASS", "ALPHA", "MISSED", "TAKEN FOR", "TIMES"), rows, right=frozenset({"ALPHA", "MISSED", "TIMES"}))


def _mixed(confused: tuple[str, int]) -> tuple[str, str]:
    return (confused[0], f"{confused[1]:,}") if confused[1] else ("", "")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


@command.command(name="gold")
@click.argument("name")
@click.argument("images", nargs=-1)
@click.option("--withdraw", is_flag=True, help="These images are like any other from now on.")
@click.option("--by", default="", metavar="WHO", help="Who knows the labels; else the login's name.")
@json_option
@click.pass_context
def gold(ctx: click.Context, name: str, images: tuple[str, ...], withdraw: bool, by: str, as_json: bool) -> None:
    """Images of NAME whose labels are known: list them, or make IMAGES (their paths) known as they are labeled now.

    Labelers get them among the others and do not see which they are; how right they were stands in the figures.
    """
    opened = workspace(ctx)
    for path in images:
        if withdraw:
            opened.quality.withdraw_gold(name, path)
        else:
            opened.quality.set_gold(name, path, by or _login())
    found = opened.quality.gold(name)
    if as_json:
        print_json([{"path": path, "who": who, "added": iso(added), "answers": n} for path, who, added, n in found])
    elif found:
        rows = [(path, who, iso(added), n) for path, who, added, n in found]
        table(("IMAGE", "BY", "ADDED", "ANSWERS"), rows, right=frozenset({"ANSWERS"}))
    else:
        say(f"No labels of “{name}” are known. Make an image known: tui-labeler quality gold {name} IMAGE.")


def _login() -> str:
    import getpass

    return getpass.getuser()
