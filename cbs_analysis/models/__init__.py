"""One module for each question: frames in, results out."""

from .outlook import Outlook, fit_outlook, fit_sum_outlook
from .synchrony import SynchronyResult, fit_synchrony

__all__ = ["Outlook", "SynchronyResult", "fit_outlook", "fit_sum_outlook", "fit_synchrony"]
