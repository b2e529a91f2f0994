"""The domain's words and rules: plain, frozen, without I/O."""
