"""How long cnndsl takes, and how much memory, beside torch and torchvision."""
