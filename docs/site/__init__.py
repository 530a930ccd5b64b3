"""The documentation site: the pages of docs/, and those that the package tells of itself."""
