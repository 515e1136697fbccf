"""A search that finds Chinese: runs of Chinese characters are indexed by pairs, and asked for by pairs.

The search of Sphinx for English takes a run of Chinese characters for one word, so that 收入 inside 居民收入
is never found. Pairs need no dictionary. The index holds all of them, a question only every other: 收入差距
asks for pages with 收入 and 差距, wherever the two stand.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

_RUNS = re.compile(r"[\u3400-\u9fff]+|\w+")


def pairs(text: str) -> list[str]:
    """Split text into words; a run of Chinese characters into overlapping pairs.

    >>> pairs("居民收入 and GDP")
    ['居民', '民收', '收入', 'and', 'GDP']
    """
    words: list[str] = []
    for run in _RUNS.findall(text):
        if "\u3400" <= run[0] <= "\u9fff" and len(run) > 2:
            words += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            words.append(run)
    return words


class SearchEnglishChinese(SearchEnglish):
    """English words with their stems, Chinese in pairs."""

    lang = "en-zh"
    language_name = "English"  # by which Sphinx finds the class of the stemmer
    js_splitter_code = r"""
function splitQuery(query) {
  const words = [];
  for (const run of query.match(/[\u3400-\u9fff]+|[\p{Letter}\p{Number}_]+/gu) || []) {
    if (/^[\u3400-\u9fff]/.test(run) && run.length > 2)
      for (let i = 0; i < run.length; i += 2) words.push(run.substr(Math.min(i, run.length - 2), 2));
    else words.push(run);
  }
  return words;
}
"""

    def split(self, input: str) -> list[str]:
        """Split a text for the index."""
        return pairs(input)

    def word_filter(self, word: str) -> bool:
        """Keep two Chinese characters, which would be too short for English."""
        return "\u3400" <= word[:1] <= "\u9fff" or super().word_filter(word)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the language `en-zh`."""
    app.add_search_language(SearchEnglishChinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
