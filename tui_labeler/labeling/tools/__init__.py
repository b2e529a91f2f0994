"""Tools: state machines that take keys and say what was drawn. They know image pixels and no screen."""
