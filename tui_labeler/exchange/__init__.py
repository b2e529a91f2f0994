"""Labels between files and the tasks of a project: importing, exporting, matching, selection."""
