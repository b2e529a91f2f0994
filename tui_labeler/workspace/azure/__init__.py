"""What a person can do with Azure ML, by what it is done to: the parts of `Workspace.azure`.

Nothing of `tui_labeler.azure` is imported before Azure is asked for something. Long calls tell a progress callback what
they do; it may raise `Cancelled`, which gives the call up.
"""
