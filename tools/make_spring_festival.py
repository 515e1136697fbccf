"""Make `cbs_analysis/series/spring_festival.csv`: the day of the Spring Festival (春节) of 1950 to 2100.

    python tools/make_spring_festival.py            # write the csv
    python tools/make_spring_festival.py --check    # exit 1 if the csv on disk differs, or the packages do

The days are computed by the rules of the national calendar (GB/T 33661-2017, 农历的编算和颁行) in Beijing
time (UTC+8): a month begins on the day of the new moon; the month of the winter solstice is the 11th; if
thirteen months begin from one 11th month to the next, the first without a principal term (中气, the sun at a
multiple of 30 degrees) repeats the number before it. The festival is the first day of month 1.

New moons are those of Meeus (Astronomical Algorithms, 2nd ed. 1998, ch. 49), to some seconds; the sun's
apparent longitude is that of ch. 25, to 0.01 degree or a quarter of an hour; TT minus UT is after Espenak
and Meeus (2006). `--check` compares the days with those of the package `holidays` (MIT). It prints the new
moon and the principal term that come closest to a midnight that matters, so that nobody has to trust
the precision: were they closer than the errors above, the day would have to be taken from elsewhere.
"""

from __future__ import annotations

import argparse
import math
import sys
from datetime import date
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "cbs_analysis" / "series" / "spring_festival.csv"
FIRST, LAST = 1950, 2100
LUNATION, EPOCH = 29.530588861, 2451550.09766
DAY_ZERO = 1721424.5  # Julian day of the beginning of proleptic day 0 of `date.fromordinal`

# Meeus, table of ch. 49 for the new moon: coefficient in days, power of E, multiples of M, M', F, Omega
PERIODIC = (
    (-0.40720, 0, 0, 1, 0, 0), (0.17241, 1, 1, 0, 0, 0), (0.01608, 0, 0, 2, 0, 0), (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0), (-0.00514, 1, 1, 1, 0, 0), (0.00208, 2, 2, 0, 0, 0),
    (-0.00111, 0, 0, 1, -2, 0), (-0.00057, 0, 0, 1, 2, 0), (0.00056, 1, 1, 2, 0, 0),
    (-0.00042, 0, 0, 3, 0, 0), (0.00042, 1, 1, 0, 2, 0), (0.00038, 1, 1, 0, -2, 0),
    (-0.00024, 1, -1, 2, 0, 0), (-0.00017, 0, 0, 0, 0, 1), (-0.00007, 0, 2, 1, 0, 0),
    (0.00004, 0, 0, 2, -2, 0), (0.00004, 0, 3, 0, 0, 0), (0.00003, 0, 1, 1, -2, 0), (0.00003, 0, 0, 2, 2, 0),
    (-0.00003, 0, 1, 1, 2, 0), (0.00003, 0, -1, 1, 2, 0), (-0.00002, 0, -1, 1, -2, 0),
    (-0.00002, 0, 1, 3, 0, 0), (0.00002, 0, 0, 4, 0, 0),
)  # fmt: skip
# coefficient, and the argument at k = 0 and per lunation, of the planets
PLANETARY = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860), (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
)  # fmt: skip


def sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def delta_t(year: float) -> float:
    """TT minus UT in days (Espenak and Meeus 2006, polynomials of 1941 to 2150)."""
    if year < 1961:
        t = year - 1950
        seconds = 29.07 + 0.407 * t - t**2 / 233 + t**3 / 2547
    elif year < 1986:
        t = year - 1975
        seconds = 45.45 + 1.067 * t - t**2 / 260 - t**3 / 718
    elif year < 2005:
        t = year - 2000
        powers = (63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)
        seconds = sum(c * t**i for i, c in enumerate(powers))
    elif year < 2050:
        t = year - 2000
        seconds = 62.92 + 0.32217 * t + 0.005589 * t**2
    else:
        seconds = -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year)
    return seconds / 86400


def beijing(tt: float) -> float:
    """Beijing time of an instant: days of `date.toordinal`, and the part of the day."""
    return tt - delta_t(2000 + (tt - 2451545) / 365.25) + 8 / 24 - DAY_ZERO


def new_moon(k: int) -> float:
    """Beijing time of the new moon number k, which is 0 in January 2000."""
    t = k / 1236.85
    mean = EPOCH + LUNATION * k + 0.00015437 * t**2 - 0.000000150 * t**3 + 0.00000000073 * t**4
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
    terms = sum(
        c * e**power * sin(a * sun + b * moon + f * latitude + o * node) for c, power, a, b, f, o in PERIODIC
    )
    planets = sum(
        c * sin(start + rate * k - (0.009173 * t**2 if not i else 0))
        for i, (c, start, rate) in enumerate(PLANETARY)
    )
    return beijing(mean + terms + planets)


def sun_longitude(tt: float) -> float:
    """Apparent longitude of the sun in degrees (Meeus, ch. 25)."""
    t = (tt - 2451545) / 36525
    anomaly = 357.52911 + 35999.05029 * t - 0.0001537 * t**2
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = 125.04 - 1934.136 * t
    return (280.46646 + 36000.76983 * t + 0.0003032 * t**2 + centre - 0.00569 - 0.00478 * sin(node)) % 360


def principal_term(year: int, number: int) -> float:
    """Beijing time of the sun at 30 degrees times `number`, counted from the spring equinox of a year."""
    tt = 2451623.8 + 365.2422 * (year - 2000) + 30.4369 * number
    for _ in range(8):
        distance = (30 * number - sun_longitude(tt) + 180) % 360 - 180
        tt += distance * 365.2422 / 360
    return beijing(tt)


def months_between_solstices(year: int) -> tuple[list[float], list[float]]:
    """New moons from the 11th month of the year before to that of `year`, and the terms of that span."""
    terms = [principal_term(year - 1, n) for n in range(9, 22)]  # solstice to solstice
    k = round((terms[0] + DAY_ZERO - EPOCH) / LUNATION) - 2
    moons = [new_moon(i) for i in range(k, k + 17)]
    first = max(i for i, moon in enumerate(moons) if math.floor(moon) <= math.floor(terms[0]))
    last = max(i for i, moon in enumerate(moons) if math.floor(moon) <= math.floor(terms[-1]))
    return moons[first : last + 1], terms


def spring_festival(year: int) -> date:
    """First day of month 1."""
    moons, terms = months_between_solstices(year)
    months = [math.floor(moon) for moon in moons]
    days = [math.floor(term) for term in terms]
    place = 2
    if len(months) == 14:  # thirteen months and the next 11th
        leap = next(i for i in range(1, 13) if not any(months[i] <= day < months[i + 1] for day in days))
        place += leap <= 2
    return date.fromordinal(months[place])


def closest_calls() -> list[str]:
    """How close the new moons of festivals, and the terms of winter, come to a midnight that matters."""
    moons, gaps = [], []
    for year in range(FIRST, LAST + 1):
        starts, terms = months_between_solstices(year)
        instant = min(starts, key=lambda m: abs(math.floor(m) - spring_festival(year).toordinal()))
        moons.append((abs(instant - round(instant)) * 1440, year))
        edges = [math.floor(m) for m in starts[:4]]
        gaps += [(abs(term - edge) * 1440, year) for term in terms[:4] for edge in edges]
    return [
        f"new moon of a festival nearest to midnight: {min(moons)[0]:.1f} minutes, {min(moons)[1]}",
        f"term of winter nearest to the beginning of a month: {min(gaps)[0]:.1f} minutes, {min(gaps)[1]}",
    ]


def as_csv() -> str:
    days = (spring_festival(year) for year in range(FIRST, LAST + 1))
    return "year,day\n" + "".join(f"{day.year},{day.isoformat()}\n" for day in days)


def differences_from_holidays() -> list[str]:
    """Years in which the package `holidays` has another day."""
    import holidays

    found = []
    for year in range(1952, LAST + 1):  # in Malaysia the day itself has been a holiday in all these years
        days = holidays.Malaysia(years=year, observed=False, language="en_US").items()
        theirs = [day for day, name in days if name.startswith("Chinese New Year") and "Second" not in name]
        if theirs != [spring_festival(year)]:
            found.append(f"{year}: {spring_festival(year)}, not {theirs}")
    return found


def main() -> int:
    """Write the csv, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    text = as_csv()
    if parser.parse_args().check:
        faults = differences_from_holidays()
        if TARGET.read_text(encoding="utf-8") != text:
            faults.append(f"{TARGET.name} differs from what the rules give")
        print(*closest_calls(), *faults, sep="\n")
        return 1 if faults else 0
    TARGET.write_text(text, encoding="utf-8", newline="")
    print(f"{TARGET.name}: {LAST - FIRST + 1} days")
    return 0


if __name__ == "__main__":
    sys.exit(main())
