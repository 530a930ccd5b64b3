"""Design → one page of HTML in which parts are opened, searched and followed; it asks no network.

Every part's inside is laid out once, by itself (`inside.py`), and painted (`page.py`), with the
facts of its boxes beside it (`data.py`). In the page, `layout.js` makes room for what is opened,
`page.js` draws it, and `reader.js` answers to pointer and keys.
"""

from __future__ import annotations

from cnndsl.draw.html.page import page

__all__ = ["page"]
