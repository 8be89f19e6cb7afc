"""How the 39 kinds were obtained, one kind of one firm and month after the other."""

from collections import defaultdict

MARKS = {"measured": 1, "billed": 1, "estimated": 2, "defaulted": 2, "missing": 3}
HOLDS = {"identity", "industry_class", "division_size", "meter_map", "fuel_properties",
         "key_equipment", "sector_benchmark", "sector_defaults", "energy_norm", "grid_factor",
         "heat_factor", "residual_factor", "level_thresholds", "services"}  # fmt: skip
OF_A_YEAR = {"process_gases", "sinks", "captured", "offsets"}


def marks_of(rows, firm, month, kinds):
    """Return the mark of each of 39 kinds, in order: 1 measured, 2 estimated, 3 missing."""
    by_item = defaultdict(dict)
    for who, kind, item, period, _, quality in rows:
        if who == firm:
            by_item[kind, item][period] = MARKS[quality]
    marks = []
    for kind in kinds:
        held = [months for (k, _), months in by_item.items() if k == kind]
        found = []
        for months in held:
            if kind in HOLDS:
                earlier = [m for m in months if m <= month]
                found += [months[max(earlier)]] if earlier else []
            elif kind in OF_A_YEAR:
                found += [mark for m, mark in months.items() if m[:4] == month[:4]]
            elif month in months:
                found.append(months[month])
        marks.append(max(found, default=3))
    return marks


def counts(marks):
    return tuple(marks.count(mark) for mark in (1, 2, 3))


def window_marks(months):
    """Return the mark that each kind has in most of some months; of two as frequent the worse."""
    return [
        max((1, 2, 3), key=lambda mark: (list(kind).count(mark), mark))
        for kind in zip(*months, strict=True)
    ]
