"""The workspace database. The only SQL of the project."""
