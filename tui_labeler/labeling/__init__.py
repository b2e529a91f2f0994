"""One labeler's session: claim, draft, tools, undo, submit. Nothing here knows a screen."""
