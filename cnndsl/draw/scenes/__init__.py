"""Laid-out drawings → Scene: shapes and words in a theme, with title, legend and caption."""
