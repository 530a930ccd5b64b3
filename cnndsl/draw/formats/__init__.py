"""Scene or Picture → the text or the bytes of a file."""
