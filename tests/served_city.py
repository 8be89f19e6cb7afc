"""A store of a small made-up city: rated, signed, with its documents and the list of its key."""

from datetime import date
from typing import NamedTuple

from chainwright import System, carbon
from chainwright.carbon.codes.salts import SaltKey
from chainwright.records import Store
from signed_codes import AT

MONTH = "2026-10"


class ServedCity(NamedTuple):
    path: object
    rating: object
    texts: dict
    trust: object
    key: object


def served_city(folder, *, firms=40, months=14):
    """Make the store ``city.db`` in a folder."""
    system = System.demo("city", firms=firms, months=months)
    rating = carbon.rate(carbon.account(system))
    key = carbon.SigningKey.create(folder / "key.json", issuer="CN-330500-demo")
    salt = SaltKey.create(folder / "salt.json")
    issued = carbon.issue(rating, system.readings, key, salt=salt, months=[MONTH], issued=AT).frame
    texts = dict(zip(issued["firm"], issued["text"], strict=True))
    documents = carbon.code_documents(rating, MONTH, texts=texts)
    kept = {d["firm"]["id"]: carbon.document_text(d) for d in documents}
    with Store.create(folder / "city.db") as store:
        store.put_firms(system.firms.table, by="test")
        store.put_codes(issued.assign(document=issued["firm"].map(kept)), by="test")
    trust = carbon.TrustList.of(
        [key], valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31), official=True
    )
    return ServedCity(folder / "city.db", rating, texts, trust, key)
