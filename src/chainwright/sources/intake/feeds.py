"""Which of the maker's tables a sheet feeds, and which column fills which field."""

from collections.abc import Collection, Mapping
from functools import cache

from chainwright.params import table

__all__ = ["MUST", "ORDER", "feeds"]

MUST: Mapping[str, tuple[str, ...]] = {
    "products": ("item",),
    "parts": ("item",),
    "bill": ("parent", "component", "quantity"),
    "suppliers": ("supplier",),
    "sites": ("site",),
    "sourcing": ("item",),
    "stocks": ("item", "quantity"),
    "alternates": ("item", "supplier"),
}
"""Fields without which a row cannot be used; a product's demand may stand in another file."""

ORDER = ("bill", "alternates", "sourcing", "stocks", "parts", "products", "sites", "suppliers")
"""Which table takes a column that several could take, unless the sheet's name says otherwise."""

SHARED = {
    "item",
    "item_name",
    "component",
    "component_name",
    "product",
    "product_name",
    "supplier",
    "supplier_name",
    "site",
    "site_name",
}
"""Roles that fill a field in each table that is fed; any other fills one table alone."""

PART_WORDS = {"item_name", "component_name", "unit", "unit_cost", "gbt4754", "hs", "chain_node"}
SUPPLIER_WORDS = {"supplier_place", "credit_code"}
SITE_WORDS = {"region", "latitude", "longitude", "site_capacity"}
SOURCE_WORDS = {"share", "price", "lead_time", "capacity", "recovery"}
PRODUCT_WORDS = {"demand", "margin", "sales_price"}
QUALIFY_WORDS = {"qualify", "alt_supplier", "fixed_cost", "fixed_cost_low", "fixed_cost_high"}


@cache
def _fields() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in table("maker_feeds"):
        found.setdefault(row["table"], {})[row["field"]] = tuple(row["roles"].split())
    return found


def feeds(
    roles: Collection[str], *, subject: str = "", layout: str = "list"
) -> dict[str, dict[str, str]]:
    """Return the tables that columns of some roles feed: of each field, the role that fills it.

    The first table is the sheet's subject: rows without what it must have are refused.

    Parameters
    ----------
    roles : collection of str
        Roles of the columns that are used.
    subject : str
        The table that the name of the sheet or file stands for, or nothing.
    layout : str
        All but ``list`` are bills, whatever columns there are.

    Examples
    --------
    >>> feeds({"item", "item_name", "supplier", "share", "stock"})
    {'sourcing': {'item': 'item', 'supplier': 'supplier', 'share': 'share'},
     'stocks': {'item': 'item', 'quantity': 'stock'},
     'parts': {'item': 'item', 'name': 'item_name'}}
    """
    held = set(roles)
    if layout != "list" and subject == "products" and not held & PRODUCT_WORDS:
        # A bill in a file that is called after its cars: its lines are parts, not products.
        subject = ""
    wanted = _wanted(held, subject, bill=layout != "list")
    order = [t for t in (subject, *ORDER) if t in wanted]
    taken: set[str] = set()
    found: dict[str, dict[str, str]] = {}
    for name in dict.fromkeys(order):
        fields: dict[str, str] = {}
        for field, choices in _fields()[name].items():
            free = [r for r in choices if r in held and (r in SHARED or r not in taken)]
            if name == "products" and "product" in held:
                of_parts = {"item", "item_name"} | (
                    {"name"} if held & {"item", "component"} else set()
                )
                free = [r for r in free if r not in of_parts]
            role = next(iter(free), "")
            again = role in fields.values() and field != "fixed_cost_high"
            if role and not (field == "name" and again) and not (again and field != "name"):
                fields[field] = role
        if name == "stocks" and "sourcing" in wanted and fields.get("site") == "site":
            # Such a site makes the part; that the stock lies there too is not told.
            del fields["site"]
        if layout != "list" and name == "bill":
            fields = {f: r for f, r in fields.items() if f == "quantity"}
        elif any(field not in fields for field in MUST[name]):
            continue
        taken |= set(fields.values())
        found[name] = fields
    return found


def _wanted(held: set[str], subject: str, *, bill: bool) -> set[str]:
    """Return the tables that the roles call for."""
    part = bool(held & {"item", "component", "item_name", "component_name"})
    item = part or "product" in held
    found = {subject} if subject and (subject != "bill" or not bill) else set()
    if bill or (held & {"parent", "product"} and part and held & {"usage", "count"}):
        found.add("bill")
    if held & QUALIFY_WORDS:
        found.add("alternates")
    if held & PRODUCT_WORDS and ("product" in held or "bill" not in found):
        found.add("products")
    counted = "count" in held and "bill" not in found and held & {"date", "stock_site"}
    if item and ("stock" in held or counted):
        found.add("stocks")
    found |= _partners(held, subject, item=item, alternates="alternates" in found)
    listed = "products" in found and "product" not in held
    if part and not listed and (held & PART_WORDS or "name" in held or found <= {"parts"}):
        found.add("parts")
    return found


def _partners(held: set[str], subject: str, *, item: bool, alternates: bool) -> set[str]:
    """Return those of sources, suppliers and sites that the roles call for."""
    supplier = bool(held & {"supplier", "supplier_name"})
    site = bool(held & {"site", "site_name"})
    found = set()
    stocked = subject == "stocks" or ("stock" in held and not held & SOURCE_WORDS)
    of_site = site and not stocked and subject != "sites"
    other = subject == "alternates" or (alternates and "alt_supplier" not in held)
    if item and not other and (supplier or of_site):
        found.add("sourcing")
    named = {"supplier", "supplier_name"} <= held or held & SUPPLIER_WORDS
    if supplier and (named or (not site and ("place" in held or not item))):
        found.add("suppliers")
    placed = {"site", "site_name"} <= held or held & SITE_WORDS or "place" in held
    if site and (placed or not item):
        found.add("sites")
    return found
