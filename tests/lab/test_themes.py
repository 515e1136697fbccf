"""Results and pages can be read in the light and the dark theme of JupyterLab, which lack our page style."""

import pytest

from .browser import outputs_of
from .kernel import cells_of, write_notebook

pytestmark = pytest.mark.slow

SHOWN = [
    'import cbs_analysis as cbs\nfrom cbs_analysis import models',
    'names = ["disposable_income_all_real_yoy_pct", "gdp_real_yoy_pct"]\n'
    'observations = cbs.load_observations(area="000000", as_of="2023-06-30", indicators=names)\nobservations',
    'table = cbs.wide(observations).loc["2020":]\n'
    'result = cbs.fit_synchrony(table[names[0]], table[names[1]], band=0.5)\nresult',
    'evaluation = cbs.evaluate("national14", as_of="2023-06-30")\nevaluation',
    'next(v for v in evaluation.verdicts if v.assessed and v.evidence)',
    'cbs.evaluate("demo14", as_of="2023-06-30")',
    'cbs.read_table("../data/raw/nbs/2023-01-31/population_2022.csv")',
    'models.fit_outlook([1.0, 2.0, 3.5, 4.0, 5.2], horizon=2, target=8.0, side="at_least")',
]  # fmt: skip
WRONG = 'cbs.evaluate("cbs41", as_of="2023-06-30")'
# least contrast of any text that our outputs show against what lies behind it, and the text
_CONTRAST = """() => {
  const numbers = c => (c.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.5) return c;
    }
    return [255, 255, 255];
  };
  document.querySelectorAll('.jp-OutputArea details').forEach(d => { d.open = true; });
  let least = [99, ''], texts = 0;
  for (const area of document.querySelectorAll('.jp-OutputArea-output')) {
    const walk = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
      if (!text || ['STYLE', 'SCRIPT'].includes(e.tagName) || !e.getClientRects().length) continue;
      const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind(e))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      texts += 1;
      if (ratio < least[0]) least = [ratio, text];
    }
  }
  return [...least, texts];
}"""


@pytest.fixture
def with_results(lab):
    """A notebook of results that show themselves, run in JupyterLab, in the light theme again afterwards."""
    parameters, setup, *rest = cells_of("11_income_growth")
    page = [parameters.replace('"22CB00"', '"99DM00"').replace('"cbs14"', '"demo14"'), setup, *rest]
    write_notebook([*SHOWN, *page, WRONG], lab.server.root / "notebooks" / "39_results.ipynb")
    lab.open("notebooks/39_results.ipynb")
    lab.run_all()
    yield lab
    lab.theme("JupyterLab Light")


def test_every_text_of_results_and_pages_is_readable_in_both_themes(with_results, tmp_path):
    lab = with_results
    notebook = lab.save()
    assert [o.evalue.splitlines()[0] for o in outputs_of(notebook, "error")] == ["plan is not known"]
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        lab.theme(theme)
        ratio, text, texts = lab.page.evaluate(_CONTRAST)
        assert texts > 200
        assert ratio >= 4.5, (theme, ratio, text)
