"""One labeler's sitting: claim, draft, tools, undo, submit. Nothing here knows a screen."""
