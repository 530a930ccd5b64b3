"""Design → Picture: what a view shows of a network, as boxes, frames and edges."""
