"""`tui-labeler quality`: how far a project's labels can be trusted."""

from __future__ import annotations

import click
import msgspec

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import BadInput
from tui_labeler.model.mistakes import Mistake
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
@click.argument("name", shell_complete=complete_project)
@json_option
@click.pass_context
def figures(ctx: click.Context, name: str, as_json: bool) -> None:
    """The figures of a project."""
    quality = workspace(ctx).quality.figures(name)
    if as_json:
        print_json(quality)
    else:
        show_quality(quality)


def show_quality(quality: Quality) -> None:
    """A sheet for a team lead."""
    if not (quality.labelers or quality.compared or quality.gold_images):
        say("Nothing to compare yet: let several people label an image, add known images, or have labels reviewed.")
        say("See: tui-labeler project template, [workforce]; tui-labeler quality gold --help.")
        return
    for line in quality.advice:
        show(line)
    if quality.advice:
        show("")
    show(
        f"{plural(quality.compared, 'image')} labeled by more than one person, "
        f"{plural(quality.gold_images, 'known image')}."
    )
    if quality.f1:
        show(f"F1 {_share(quality.f1['0.5'])} at IoU 0.5, {_share(quality.f1['mean'])} from 0.5 to 0.95")
    parts = [
        ("Krippendorff's alpha", quality.alpha, "objects, whether marked and as what"),
        ("Krippendorff's alpha", quality.alpha_classes, "classes alone"),
        ("Fleiss' kappa", quality.fleiss, f"{quality.fleiss_raters} labelers"),
    ]
    for name, value, what in parts:
        if value is not None:
            show(f"{name} {value:.3f} ({what})")
    review = quality.review
    if any((review.waiting, review.accepted, review.corrected, review.returned)):
        show(
            f"Review: {review.waiting:,} waiting, {review.accepted:,} accepted, {review.corrected:,} corrected, "
            f"{review.returned:,} returned"
        )
    _show_labelers(quality)
    _show_classes(quality)


def _show_labelers(quality: Quality) -> None:
    if not quality.labelers:
        return
    columns = ("LABELER", "IMAGES", "F1", "KNOWN", "CLASS", "FOUND", "IOU", "1ST REVIEW", "S/IMAGE", "BOXES/H")
    rows = []
    for labeler in quality.labelers:
        fit = labeler.gold if labeler.gold.objects else labeler.consensus
        rows.append(
            (
                labeler.name,
                f"{labeler.images:,}",
                _share(labeler.f1),
                _share(labeler.gold.f1),
                _share(fit.right_class),
                _share(fit.found),
                "" if fit.iou is None else f"{fit.iou:.2f}",
                _share(labeler.first_accepted),
                "" if labeler.seconds is None else f"{labeler.seconds:.1f}",
                "" if labeler.boxes_an_hour is None else f"{labeler.boxes_an_hour:,.0f}",
            )
        )
    show("")
    table(columns, rows, right=frozenset(columns[1:]))


def _show_classes(quality: Quality) -> None:
    rows = [
        (label_class.name, f"{label_class.alpha:.3f}", _share(label_class.missed), *_mixed(label_class.confused_with))
        for label_class in quality.classes
        if label_class.alpha is not None
    ]
    if rows:
        show("")
        table(("CLASS", "ALPHA", "MISSED", "TAKEN FOR", "TIMES"), rows, right=frozenset({"ALPHA", "MISSED", "TIMES"}))


def _mixed(confused: tuple[str, int]) -> tuple[str, str]:
    return (confused[0], f"{confused[1]:,}") if confused[1] else ("", "")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


@command.command(name="errors")
@click.argument("name", shell_complete=complete_project)
@click.option("--model", is_flag=True, help="Have a model learn from halves of the labels, and hold them against it.")
@click.option("--no-images", is_flag=True, help="Do not open the images: no duplicates are looked for.")
@click.option(
    "--network/--no-network",
    default=None,
    help="Have a network look at each image, which finds crops and mirrored copies (25 ms each); by itself up to 2,000.",
)
@click.option(
    "--split", type=float, metavar="SHARE", default=0.0, help="Name duplicates between this share and the rest."
)
@click.option("--seed", type=int, default=0, help="The seed of that split.")
@click.option("--split-path", metavar="PATTERN", default="", help="Images that match (val/**) are for validation.")
@click.option("--most", type=int, default=40, show_default=True, help="So many are shown; --json has all of them.")
@click.option("--review", is_flag=True, help="Put these images into the review queue, the likeliest first.")
@json_option
@click.pass_context
def errors(
    ctx: click.Context,
    name: str,
    model: bool,
    no_images: bool,
    network: bool | None,
    split: float,
    seed: int,
    split_path: str,
    most: int,
    review: bool,
    as_json: bool,
) -> None:
    """Likely mistakes of NAME, the most probable first.

    Missing and doubled boxes, wrong classes, loose boxes, odd sizes, duplicate images. What a model proposed before the
    labels were made is held against them; --model makes such proposals for the newest labels.
    """
    from tui_labeler.model.transfers import Split
    from tui_labeler.quality.oddities import imbalance
    from tui_labeler.workspace.mistakes import Evidence

    chosen = Split(split, seed, split_path)
    if problem := chosen.problem():
        raise BadInput(problem)
    opened = workspace(ctx)
    with progress() as tell:
        mistakes = opened.quality.find_mistakes(name, Evidence(model, not no_images, network, chosen), tell)
    asked = opened.review.add(name, mistakes) if review else 0
    if as_json:
        print_json(mistakes)
        return
    rows = [
        (f"{mistake.score:.0%}", mistake.kind.value, mistake.path, _where(mistake), mistake.words)
        for mistake in mistakes[:most]
    ]
    if rows:
        table(("LIKELY", "WHAT", "IMAGE", "BOX", "WHY"), rows, right=frozenset({"LIKELY"}))
    if len(mistakes) > most:
        say(f"… and {len(mistakes) - most:,} less likely ones.")
    say(f"{plural(len(mistakes), 'likely mistake')}." if mistakes else "Nothing looks wrong.")
    if rare := imbalance(opened.projects.status(name).classes):
        say(f"Rare classes: {rare}")
    if review:
        say(f"{plural(asked, 'image')} wait for review: tui-labeler review {name}.")


def _where(mistake: Mistake) -> str:
    box = mistake.box
    return "" if box is None else f"{box.x0:.0f},{box.y0:.0f} {box.width:.0f}×{box.height:.0f}"


@command.command(name="rules")
@click.argument("name", shell_complete=complete_project)
@click.option("--labels", type=int, help="How many different people label an image, 1 to 9.")
@click.option("--labels-share", type=float, metavar="SHARE", help="The share of the images that so many label.")
@click.option("--review", type=float, metavar="SHARE", help="The share of completed images that someone looks over.")
@click.option("--reviewer", "reviewers", multiple=True, metavar="WHO", help="Who does; may be repeated.")
@click.option("--gold-every", type=int, metavar="N", help="About every so many-th image is a known one; 0: none.")
@click.option("--quota", type=int, metavar="N", help="The most images a labeler; 0: no limit.")
@json_option
@click.pass_context
def rules(
    ctx: click.Context,
    name: str,
    labels: int | None,
    labels_share: float | None,
    review: float | None,
    reviewers: tuple[str, ...],
    gold_every: int | None,
    quota: int | None,
    as_json: bool,
) -> None:
    """How many people label an image of NAME, who looks over, how often known images come: shown, or changed."""
    opened = workspace(ctx)
    spec = opened.projects.specification(name)
    asked = {"labels": labels, "labels_share": labels_share, "review": review, "gold_every": gold_every, "quota": quota}
    changed: dict[str, object] = {key: value for key, value in asked.items() if value is not None}
    if reviewers:
        changed["reviewers"] = reviewers
    force = msgspec.structs.replace(spec.workforce, **changed)
    if changed:
        opened.projects.change(name, msgspec.structs.replace(spec, workforce=force), spec)
    shown = {key: getattr(force, key) for key in (*asked, "reviewers")}
    if as_json:
        print_json(shown)
        return
    for key, value in shown.items():
        text = ", ".join(value) if isinstance(value, tuple) else f"{value:g}"
        show(f"{key.replace('_', ' ')}: {text or 'whoever did not label it'}")


@command.command(name="gold")
@click.argument("name", shell_complete=complete_project)
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
    who = by or opened.team.person or _login()
    for path in images:
        if withdraw:
            opened.gold.remove(name, path, who)
        else:
            opened.gold.add(name, path, who)
    known = opened.gold.images(name)
    if as_json:
        print_json([{"path": path, "who": who, "added": iso(added), "answers": n} for path, who, added, n in known])
    elif known:
        rows = [(path, who, iso(added), n) for path, who, added, n in known]
        table(("IMAGE", "BY", "ADDED", "ANSWERS"), rows, right=frozenset({"ANSWERS"}))
    else:
        say(f"No labels of “{name}” are known. Make an image known: tui-labeler quality gold {name} IMAGE.")


def _login() -> str:
    import getpass

    return getpass.getuser()
