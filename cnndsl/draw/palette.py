"""The colours of diagrams; those of layers are their kinds'."""

from __future__ import annotations

# Borders and text.
INK = "#222222"
BORDER = "#333333"
GREY = "#444444"
# Skips and projections, in edges and in the borders of boxes.
SKIP = "#B84A00"
PAPER = "#FFFFFF"
# The network's inputs and outputs.
END_BORDER = "#666666"
END_FILL = "#EEEEEE"
# A section: a light region.
REGION_BORDER = "#D5DBE1"
REGION_FILL = "#FAFBFC"
CLUSTER_BORDER = "#9AA3AD"
# Clusters by their depth; deeper ones take turns.
CLUSTER_FILLS = ("#F1F3F6", "#FFFFFF")
# Headers by their depth, with the colours of their words: the outermost is dark.
HEADER_FILLS = ("#3C4650", "#E3E7EC")
HEADER_TITLES = ("#FFFFFF", "#000000")
HEADER_WORDS = ("#D5DCE4", GREY)
