"""The app's places, one file each; a stylesheet beside it where it needs one."""
