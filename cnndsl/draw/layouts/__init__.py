"""Picture → places: how large everything is, and where it stands on the page."""
