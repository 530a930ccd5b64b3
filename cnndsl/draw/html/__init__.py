"""Design → one page of HTML in which parts are opened, searched and followed; no network is used.

Every part's inside is laid out once, by itself (`inside.py`), and painted (`page.py`) with its facts
beside it (`data.py`). The page's script puts drawings into each other and makes room for what
is opened (`layout.js`), and is what a reader uses (`page.js`).
"""

from __future__ import annotations

from cnndsl.draw.html.page import page

__all__ = ["page"]
