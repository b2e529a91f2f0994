"""Creating a project: the wizard, one file a step."""
