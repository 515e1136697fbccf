"""Targets, mechanisms and projects against the evidence: one verdict each."""

from .evaluation import Evaluation, evaluate
from .verdicts import REASONS, WORDS, Evidence, Settings, Verdict

__all__ = ["REASONS", "WORDS", "Evaluation", "Evidence", "Settings", "Verdict", "evaluate"]
