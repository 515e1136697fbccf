"""Targets, mechanisms and projects against the evidence: one verdict each."""

from .evaluation import Evaluation, evaluate
from .inputs import Inputs, load_inputs
from .many import evaluate_many, verdict_frame
from .verdicts import REASONS, WORDS, Alternative, AnnualCheck, Evidence, Settings, Verdict

__all__ = [
    "REASONS",
    "WORDS",
    "Alternative",
    "AnnualCheck",
    "Evaluation",
    "Evidence",
    "Inputs",
    "Settings",
    "Verdict",
    "evaluate",
    "evaluate_many",
    "load_inputs",
    "verdict_frame",
]
