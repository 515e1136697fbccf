"""A small spreadsheet program for tests: reads a workbook and computes its formulas from the cells they name.

It knows the functions that our workbooks use and refuses every other, so that a formula of a newer Excel
cannot slip in. Nothing of the package is used.
"""

import datetime
import io
import math
import re

import openpyxl
from openpyxl.utils import column_index_from_string

TOKENS = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)|(?P<ref>(?:'[^']+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)
    |(?P<name>[A-Z_][A-Z0-9_.]*)|(?P<op><>|<=|>=|[-+*/=<>(),]))""",
    re.VERBOSE,
)
EPOCH = datetime.datetime(1899, 12, 30)


def serial(value):
    """A cell as a spreadsheet program holds it: a day is the number of days since the end of 1899."""
    if isinstance(value, datetime.datetime):
        return (value - EPOCH).days
    return value


def day_of(number):
    return EPOCH + datetime.timedelta(days=number)


class Book:
    """Cells with their formulas, and the values that stand beside them."""

    def __init__(self, content):
        self.formulas = openpyxl.load_workbook(io.BytesIO(content))
        self.values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        self.names = {n: d.attr_text for n, d in self.formulas.defined_names.items()}
        self.done = {}

    def all_formulas(self):
        for sheet in self.formulas:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate, cell.value

    def cached(self, sheet, cell):
        return serial(self.values[sheet][cell].value)

    def cell(self, sheet, cell):
        """The value of a cell; a formula is computed, never read from what stands beside it."""
        key = sheet, cell
        if key not in self.done:
            given = self.formulas[sheet][cell]
            self.done[key] = (
                Formula(self, sheet, given.value[1:]).value()
                if given.data_type == "f"
                else serial(given.value)
            )
        return self.done[key]

    def range(self, sheet, text):
        """A cell, or a list of rows."""
        if "!" in text:
            named, text = text.rsplit("!", 1)
            sheet = named.strip("'")
        text = text.replace("$", "")
        if ":" not in text:
            return self.cell(sheet, text)
        (a, top), (b, bottom) = (re.fullmatch(r"([A-Z]+)(\d+)", x).groups() for x in text.split(":"))
        letters = [
            openpyxl.utils.get_column_letter(c)
            for c in range(column_index_from_string(a), column_index_from_string(b) + 1)
        ]
        return [[self.cell(sheet, f"{x}{r}") for x in letters] for r in range(int(top), int(bottom) + 1)]


def flat(value):
    return [x for row in value for x in row] if isinstance(value, list) else [value]


def spread(function, *values):
    """Apply to numbers, or to lists of one shape."""
    lists = [flat(v) for v in values if isinstance(v, list)]
    if not lists:
        return function(*values)
    n = len(lists[0])
    assert all(len(x) == n for x in lists)
    columns = [flat(v) if isinstance(v, list) else [v] * n for v in values]
    return [[function(*x) for x in zip(*columns, strict=True)]]


def equal(a, b):
    """An empty cell equals an empty text and zero."""
    a, b = ("" if x is None else x for x in (a, b))
    if isinstance(a, str) and isinstance(b, str):
        return a.casefold() == b.casefold()
    if "" in (a, b):
        return 0 in (a, b)
    return a == b


def compare(op):
    def test(a, b):
        if op in ("=", "<>"):
            return equal(a, b) == (op == "=")
        a, b = (0 if x is None else x for x in (a, b))
        return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[op]

    return test


def meets(cell, criterion):
    """A criterion of COUNTIF: a value, or <> and a value. An empty cell is no text."""
    if isinstance(criterion, str) and criterion.startswith("<>"):
        return not equal(cell, criterion[2:])
    assert not (isinstance(criterion, str) and re.match(r"[<>=?*~]", criterion)), criterion
    return cell is not None and equal(cell, criterion)


def count_if(*given):
    pairs = [(flat(given[i]), given[i + 1]) for i in range(0, len(given), 2)]
    return sum(all(meets(cells[i], c) for cells, c in pairs) for i in range(len(pairs[0][0])))


def match(value, cells, kind):
    assert kind == 0
    return next(i for i, x in enumerate(flat(cells), 1) if x is not None and equal(x, value))


def sum_product(*arrays):
    columns = [flat(a) for a in arrays]
    return sum(math.prod(float(x or 0) for x in row) for row in zip(*columns, strict=True))


def numbers(*values):
    return [x for v in values for x in flat(v) if isinstance(x, int | float)]


def date_serial(year, month, day):
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    first = (datetime.datetime(int(year), int(month), 1) - EPOCH).days
    return first + day - 1


FUNCTIONS = {
    "SUM": lambda *v: sum(numbers(*v)),
    "MIN": lambda *v: min(numbers(*v)),
    "MAX": lambda *v: max(numbers(*v)),
    "INT": lambda x: spread(lambda v: math.floor(v), x),
    "MOD": lambda a, b: spread(lambda x, y: x - y * math.floor(x / y), a, b),
    "OR": lambda *v: any(v),
    "YEAR": lambda x: day_of(x).year,
    "MONTH": lambda x: day_of(x).month,
    "DAY": lambda x: day_of(x).day,
    "DATE": date_serial,
    "COUNTIF": count_if,
    "COUNTIFS": count_if,
    "SUMPRODUCT": sum_product,
    "INDEX": lambda cells, i: flat(cells)[int(i) - 1],
    "MATCH": match,
    "HYPERLINK": lambda target, text: text,
}


class Formula:
    """Read by descent: comparison, sum, product, sign, atom. Functions are lazy only in IF."""

    def __init__(self, book, sheet, text):
        self.book, self.sheet, self.tokens, at = book, sheet, [], 0
        while at < len(text):
            found = TOKENS.match(text, at)
            assert found, text[at:]
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0

    def value(self):
        result = self.comparison()()
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return result

    def take(self, *ops):
        if self.at < len(self.tokens) and self.tokens[self.at][1] in ops and self.tokens[self.at][0] == "op":
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def chain(self, part, operations):
        left = part()
        while op := self.take(*operations):
            right = part()
            left = (lambda a, b, f: lambda: spread(f, a(), b()))(left, right, operations[op])
        return left

    def comparison(self):
        ops = {op: compare(op) for op in ("=", "<>", "<", ">", "<=", ">=")}
        return self.chain(self.sum, ops)

    def sum(self):
        ops = {"+": lambda a, b: (a or 0) + (b or 0), "-": lambda a, b: (a or 0) - (b or 0)}
        return self.chain(self.product, ops)

    def product(self):
        return self.chain(self.sign, {"*": lambda a, b: (a or 0) * (b or 0), "/": lambda a, b: a / b})

    def sign(self):
        if self.take("-"):
            inner = self.sign()
            return lambda: spread(lambda x: -x, inner())
        return self.atom()

    def atom(self):
        if self.take("("):
            inner = self.comparison()
            assert self.take(")")
            return inner
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "number":
            return lambda: float(text) if "." in text else int(text)
        if kind == "ref":
            return lambda: self.book.range(self.sheet, text)
        assert kind == "name", text
        if not self.take("("):
            return lambda: self.book.range("", self.book.names[text])
        given = [self.comparison()]
        while self.take(","):
            given.append(self.comparison())
        assert self.take(")")
        if text == "IF":
            return lambda: given[1]() if given[0]() else given[2]()
        return lambda: FUNCTIONS[text](*[g() for g in given])
