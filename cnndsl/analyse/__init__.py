"""What can be said of a design as text: its summary, and the catalogue of bundled networks."""
