"""The sentence of the monitoring of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vulnerability_words import percent
from .wording import period_zh

if TYPE_CHECKING:
    from .poverty import Monitoring

__all__ = ["monitoring_finding"]


def monitoring_finding(m: Monitoring, lang: str) -> str:
    """How many the rules list, by class, and how many are poor again, with what may still be unseen."""
    limits = m.conf_int().loc["listed"]
    n = m.classes["households"]
    cover = f"{100 * (1 - m.alpha):.0f}"
    if lang == "zh":
        return (
            f"{period_zh(m.month)}核查{m.nobs}户，按规则应列入{m.listed}户"
            f"（{percent(m.params['listed'])}%，{cover}%区间{percent(limits['low'])}%至{percent(limits['high'])}%），"
            f"其中脱贫不稳定{n['unstable']}户、边缘易致贫{n['marginal']}户、突发严重困难{n['sudden']}户、"
            f"仅三保障等未达标{n['guarantee']}户、类别待定{n['unclear']}户；资料不全、无法判断{n['unknown']}户。"
            + _return_zh(m)
        )
    return (
        f"{m.month}: of {m.nobs} households the rules list {m.listed} ({percent(m.params['listed'])} %, "
        f"{cover} % interval {percent(limits['low'])} to {percent(limits['high'])}): "
        f"{n['unstable']} lifted and unstable, {n['marginal']} marginal, {n['sudden']} in sudden distress, "
        f"{n['guarantee']} with a failing guarantee alone, {n['unclear']} of a class still unclear; "
        f"{n['unknown']} cannot be told for want of figures. {_return_en(m)}"
    )


def _return_zh(m: Monitoring) -> str:
    if m.returned.empty:
        return "没有扶贫标准文件，不判断是否返贫。"
    row = m.returned.loc["all"]
    bound = f"每千户{row['upper_per_1000']:.2f}户"
    if not row["households"]:
        return "没有收入可查的脱贫户，不判断是否返贫。"
    if not row["returned"]:
        return (
            f"{int(row['households'])}户脱贫户中没有发现收入低于扶贫标准的，但这不等于没有风险："
            f"95%单侧上限为{bound}。"
        )
    return (
        f"{int(row['households'])}户脱贫户中有{int(row['returned'])}户收入低于扶贫标准，"
        f"即每千户{row['per_1000']:.2f}户，95%单侧上限为{bound}。"
    )


def _return_en(m: Monitoring) -> str:
    if m.returned.empty:
        return "No document of the relief line is held: a return to poverty is not judged."
    row = m.returned.loc["all"]
    bound = f"{row['upper_per_1000']:.2f} per 1,000"
    if not row["households"]:
        return "No household lifted out of poverty has a known income: a return is not judged."
    if not row["returned"]:
        return (
            f"None of {int(row['households'])} households lifted out of poverty was found below the relief "
            f"line, which is not to say that there is no risk: one-sided 95 % bound {bound}."
        )
    return (
        f"Of {int(row['households'])} households lifted out of poverty {int(row['returned'])} are below the "
        f"relief line, {row['per_1000']:.2f} per 1,000, one-sided 95 % bound {bound}."
    )
