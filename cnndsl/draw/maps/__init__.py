"""The style `blocks`: the maps that flow through a network, as boxes in perspective."""
