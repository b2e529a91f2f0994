"""Images for the demo: photographs-like scenes with soda cans, which know where their cans are."""
