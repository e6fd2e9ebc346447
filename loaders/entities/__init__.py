"""What a measure names besides those who answer for it: instruments, regions, targets and citations."""

from __future__ import annotations

from loaders.entities.citations import citations
from loaders.entities.instruments import instruments
from loaders.entities.regions import regions
from loaders.entities.targets import targets

__all__ = ["citations", "instruments", "regions", "targets"]
