"""The engine that knows images in general, and learns a project's objects from its labels in seconds."""
