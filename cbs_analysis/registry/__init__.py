"""Facts about indicators, areas, publishers and plans, kept as YAML and read into records.

An unknown key, a dangling reference or a doubled id is an error that names the file. The registries
shipped with the package are read once per process; nothing is read at import.
"""

from .divisions import Division, Divisions, load_divisions
from .labels import LabelMatch, match_label
from .load import Registry, load_registry
from .records import Area, Commitment, Indicator, Measure, Plan, Project, Publisher, Target

__all__ = [
    "Area",
    "Commitment",
    "Division",
    "Divisions",
    "Indicator",
    "LabelMatch",
    "Measure",
    "Plan",
    "Project",
    "Publisher",
    "Registry",
    "Target",
    "load_divisions",
    "load_registry",
    "match_label",
]
