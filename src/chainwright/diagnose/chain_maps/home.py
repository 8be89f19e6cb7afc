"""Home of a chain's diagnosis: a country or a bloc, whether or not the chain names it."""

from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.system import Axis, Bloc, Chain, Regions, Trade, bloc, groups

__all__ = ["chain_home"]


def chain_home(chain: Chain, trade: Trade | None, wanted: Regions) -> Bloc:
    """Return home among all countries, the suppliers of the chain and the places of trade.

    A country that no row names is a home too: then nothing is known of it, and the answer says so.

    Parameters
    ----------
    chain : Chain
        The chain.
    trade : Trade, optional
        Trade, whose product lists may use codes of their own.
    wanted : str or sequence of str
        A country, several, or a named group.

    Raises
    ------
    UnknownCodeError
        If a word is neither a country nor a group.
    """
    known = {row["code"]: None for row in table("places") if row["kind"] != "group"}
    known |= dict.fromkeys(place for place in chain.supply["place"] if place and place != "WLD")
    words = wanted.split("+") if isinstance(wanted, str) else list(wanted)
    strange = [word for word in words if word not in known and word not in groups()]
    if strange and trade is not None:
        known |= dict.fromkeys(trade.exports().places.codes)
        strange = [word for word in strange if word not in known]
    if strange:
        raise UnknownCodeError(strange[0], "country or group of countries", [*known, *groups()])
    return bloc(Axis("place", tuple(known)), wanted)
