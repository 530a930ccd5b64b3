"""The syntax stage: text to tokens, to a tree, to the classes of `cnndsl.syntax`."""
