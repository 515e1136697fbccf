"""The index of reports: what changed, what failed and what is owed, by area and day, in both languages."""

import re

from lxml import html

from cbs_analysis.plan.verdicts import WORDS
from cbs_analysis.report.site_index import render_index


def record(area="220000", as_of="2023-06-30", name="90_midterm_evaluation", lang="zh", **more):
    return {
        "as_of": as_of, "area": area, "name": name, "notebook": name, "lang": lang,
        "title": f"{name} {lang}", "href": f"{as_of}/{area}/{name}{'' if lang == 'zh' else '.en'}.html",
        "failed": "", "failure": "", "files": [], "warnings": [],
    } | more  # fmt: skip


def change(n, old="behind", new="on_track"):
    return {"id": f"E{n:02}", "name_zh": f"第{n}项", "name_en": f"item {n}", "old": old, "new": new}


def day_of(records, area, as_of):
    """The part of one day of one area."""
    tree = html.fromstring(render_index(records))
    (section,) = tree.xpath(f"//section[h2/@id='{area}']")
    for day in section.xpath("section"):
        if as_of in day.xpath("h3")[0].text_content():
            return day
    raise AssertionError(as_of)


def overview(records):
    """Area -> cells of its row: latest day, reports, failures, changes, owed."""
    tree = html.fromstring(render_index(records))
    rows = tree.xpath("//table[caption]/tbody/tr")
    return {r.xpath("td")[0].text_content(): [c.text_content() for c in r.xpath("td")[1:]] for r in rows}


def squeezed(element):
    return re.sub(r"\s+", " ", element.text_content())


def test_changes_name_the_day_before_both_words_and_fold_what_is_beyond_six():
    changes = [
        change(n, *pair) for n, pair in enumerate([("behind", "ahead")] * 7 + [("ahead", "behind")], 1)
    ]
    day = day_of([record(changed=changes, before="2022-12-31")], "220000", "2023-06-30")
    assert day.get("data-changed") is not None
    assert "2022-12-31" in squeezed(day)
    open_, folded = day.xpath("div[@class='about']/ul")[0], day.xpath(".//details/ul")[0]
    assert [len(open_), len(folded)] == [6, 2]
    told = squeezed(open_[0])
    for lang in ("zh", "en"):
        assert WORDS["behind"][lang] in told
        assert WORDS["ahead"][lang] in told
    assert told.index(WORDS["behind"]["zh"]) < told.index(WORDS["ahead"]["zh"])
    assert "第1项" in told
    assert "item 1" in told
    last = squeezed(folded[1])
    assert last.index(WORDS["ahead"]["zh"]) < last.index(WORDS["behind"]["zh"])


def test_no_change_is_said_and_not_known_is_not_called_none():
    same = day_of([record(changed=[], before="2022-12-31")], "220000", "2023-06-30")
    unknown = day_of([record()], "220000", "2023-06-30")
    assert same.get("data-changed") is None
    assert len(same.xpath("p[@class='about']")) == 1
    assert unknown.xpath("p[@class='about']") == []
    assert overview([record(changed=[], before="2022-12-31")])["吉林省"][3:] == ["0", "—"]
    assert overview([record()])["吉林省"][3:] == ["—", "—"]


def test_a_failure_stands_with_its_words_its_page_and_the_last_good_one():
    bad = "2023-06-30/220000/11_income_growth.failed.html"
    failed = record(name="11_income_growth", failed=bad, failure="ValueError: <b>表头</b>")
    never = record(name="21_synchrony", lang="en", failed=bad.replace("11", "21"), failure="stopped", href="")
    records = [record(), failed, never]
    day = day_of(records, "220000", "2023-06-30")
    first, second = day.xpath("div[contains(@class, 'failed')]/ul/li")
    assert "ValueError: <b>表头</b>" in squeezed(first)
    assert first.xpath("a/@href") == [bad, failed["href"]]
    assert second.xpath("a/@href") == [bad.replace("11", "21")]
    assert (first.get("lang"), second.get("lang")) == ("zh-CN", "en")
    assert day.get("data-failed") is not None
    assert overview(records)["吉林省"][:3] == ["2023-06-30", "3", "2"]


def test_what_is_owed_leads_to_the_page_that_lists_it_in_each_language():
    status = [record(name="00_data_status", lang=lang) for lang in ("zh", "en")]
    records = [*status, record(owed=5)]
    day = day_of(records, "220000", "2023-06-30")
    links = [a for a in day.xpath("p[@class='about']//a") if "5" in a.text_content()]
    assert [a.get("href") for a in links] == [s["href"] for s in status]
    assert overview(records)["吉林省"][4] == "5"
    nothing = day_of([*status, record(owed=0)], "220000", "2023-06-30")
    assert nothing.xpath("p[@class='about']//a[contains(@href, '00_data')]") == []
    assert len(nothing.xpath("p[@class='about']")) == 1


def test_the_latest_day_comes_first_and_alone_counts_in_the_overview():
    records = [
        record(as_of="2022-12-31", changed=[change(1)], before="2021-12-31", owed=9),
        record(changed=[change(1), change(2)], before="2022-12-31", owed=2),
    ]
    tree = html.fromstring(render_index(records))
    days = [h.text_content() for h in tree.xpath("//section[h2/@id='220000']/section/h3")]
    assert ["2023-06-30" in days[0], "2022-12-31" in days[1]] == [True, True]
    assert overview(records)["吉林省"] == ["2023-06-30", "2", "0", "2", "2"]


def test_the_zone_comes_first_and_synthetic_areas_last_with_their_mark():
    records = [record(area=code) for code in ("99DM00", "000000", "22CB00")]
    tree = html.fromstring(render_index(records))
    assert tree.xpath("//section[h2]/h2/@id") == ["22CB00", "000000", "99DM00"]
    marked = [bool(h.xpath(".//*[@class='synthetic-mark']")) for h in tree.xpath("//section/h2")]
    assert marked == [False, False, True]


def test_a_notice_that_several_pages_carry_stands_once():
    notice = {"zh": "2023年5月的数据尚未收到", "en": "May 2023 has not come"}
    records = [record(notices=[notice]), record(name="11_income_growth", notices=[notice])]
    day = day_of(records, "220000", "2023-06-30")
    assert [notice["zh"] in squeezed(p) for p in day.xpath("p[contains(@class, 'banner')]")] == [True]
