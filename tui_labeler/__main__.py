"""`python -m tui_labeler` is the same as the `tui-labeler` command."""

from tui_labeler.cli.main import run

if __name__ == "__main__":
    run()
