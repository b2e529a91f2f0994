"""Models that run elsewhere and speak Label Studio's ML backend protocol: health, setup, predict."""
