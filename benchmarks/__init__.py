"""How long cnndsl takes, and how much memory, beside torch and torchvision."""

import os

# Torch's profiler, which counts the memory, writes of itself on stderr unless it is told not to
# before torch is imported.
os.environ.setdefault("KINETO_LOG_LEVEL", "99")
