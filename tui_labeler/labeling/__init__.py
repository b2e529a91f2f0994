"""One labeler's sitting: drafts, tools, undo, submit. Free of any screen."""
