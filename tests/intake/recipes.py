"""Messy files, made from rows of cells: spreadsheets by openpyxl, texts in any encoding."""

from dataclasses import dataclass, field

import openpyxl


@dataclass(frozen=True)
class Book:
    """A spreadsheet: sheets of rows; `merged` and `errors` are of its first sheet."""

    sheets: dict
    merged: tuple = ()
    errors: dict = field(default_factory=dict)
    hidden: tuple = ()
    formats: dict = field(default_factory=dict)

    def write(self, path):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
            if name in self.hidden:
                sheet.sheet_state = "hidden"
        first = book.worksheets[0]
        for span in self.merged:
            first.merge_cells(span)
        for address, text in self.errors.items():
            first[address] = text
            first[address].data_type = "e"
        for address, form in self.formats.items():
            first[address].number_format = form
        book.save(path)


@dataclass(frozen=True)
class Text:
    """A text file: its lines in an encoding, or its very bytes."""

    text: str | bytes
    encoding: str = "utf-8"

    def write(self, path):
        raw = self.text if isinstance(self.text, bytes) else self.text.encode(self.encoding)
        path.write_bytes(raw)


@dataclass(frozen=True)
class Case:
    """Files by name, and what is ugly about them."""

    about: str
    files: dict

    def write(self, folder):
        for name, made in self.files.items():
            made.write(folder / name)
        return [folder / name for name in self.files]


def rows(text):
    """Return rows of cells from lines with bars between; numbers become numbers, 'x stays text."""
    return [
        [_cell(word.strip()) for word in line.split("|")] for line in text.strip("\n").splitlines()
    ]


def _cell(word):
    if word.startswith("'"):
        return word[1:]
    try:
        return float(word) if word else None
    except ValueError:
        return word


def one(about, text, *, name="list.xlsx", sheet="Sheet1", **more):
    """Return a case of one spreadsheet with one sheet."""
    return Case(about, {name: Book({sheet: rows(text)}, **more)})


def csv(about, text, encoding="utf-8", name="list.csv"):
    """Return a case of one text file."""
    return Case(about, {name: Text(text, encoding)})
