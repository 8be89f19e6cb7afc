"""Economic complexity: what places can make, how hard products are, and what lies near."""

from collections.abc import Mapping

from chainwright.diagnose.product_space.complexity_conventions import convention_named
from chainwright.diagnose.product_space.complexity_question import Method, Question, Test
from chainwright.diagnose.product_space.complexity_result import Complexity
from chainwright.diagnose.product_space.complexity_working import complexity_of
from chainwright.diagnose.product_space.exports_given import ExportsGiven, exports_at_hand
from chainwright.diagnose.product_space.presence_filter import PresenceFilter

__all__ = ["complexity"]


def complexity(
    exports: ExportsGiven,
    *,
    convention: str = "growthlab",
    method: Method = "eigen",
    iterations: int = 20,
    filter: PresenceFilter | Mapping[str, object] | None = None,
    year: int | None = None,
    population: Mapping[str, float] | None = None,
    presence: Test = "rca",
    threshold: float = 1.0,
    diagonal: float | None = None,
    neighbours: int | None = None,
    fitness_updates: int | None = None,
    given_pci: Mapping[str, float] | None = None,
) -> Complexity:
    r"""Return the economic complexity of places and products of one year.

    With the presence matrix M of :math:`RCA_{cp} \ge 1`, diversity d and ubiquity u:

    - ECI and PCI from the second eigenvectors :math:`k_c = D^{-1} M k_p` and :math:`k_p` of
      :math:`U^{-1} M' D^{-1} M`, or from reflections n = N-2 (places) and N-1 (products);
    - fitness and ``complexity_fitness`` by the fitness algorithm, whatever `method` says;
    - proximity :math:`\phi`, density w;
    - COI and COG with the raw eigenvector :math:`k_p`, whatever `method` says: reflections have no
      scale of their own.

    Conventions (fact table ``complexity_conventions``), for what the package has:

    ============== ====================== ====================== =====================
    \              growthlab              stata                  r
    ============== ====================== ====================== =====================
    package        Python ecomplexity     Stata ecomplexity      R economiccomplexity
    presence       RCA at least 1         RCA above 1            RCA at least 1
    ECI, PCI       both by mean and sd    as growthlab, sd over  each by its own mean
                   of k_c, ddof 0         C x P rows, ddof 1     and sd, ddof 1
    sign           diversity              diversity              reflections
    phi diagonal   1                      0                      1
    fitness        -                      50 updates             N - 1 updates
    density        yes                    yes                    -
    COI, COG       yes                    yes                    -
    ============== ====================== ====================== =====================

    An output that a package lacks is growthlab's formula, and `parameters` says so output by
    output; stata is by formula, not checked against Stata. Under growthlab and the eigenvectors
    ECI is the mean PCI of what a place has. Under reflections the same normalisation gives PCI on
    a scale that is smaller by the second eigenvalue, as one reflection more lies behind it; its
    ranking and its z-scores are those of the eigenvector up to 0.05 at N = 20.

    No convention brings a filter. An unfiltered ranking puts small territories with few exports
    beside the most complex countries: `notes` says so where nothing was filtered.

    Parameters
    ----------
    exports : System, Trade, Exports, path or Arrow stream
        Exports (or output, or employment) by place and product: a table with place, product,
        value and perhaps year, a file of one, or anything with trade.
    convention : str
        ``"growthlab"``, ``"stata"`` or ``"r"``.
    method : str
        ``"eigen"`` or ``"reflections"``, for ECI and PCI.
    iterations : int
        N: 20 means n = 0 .. 19, so places from n = 18 and products from n = 19, and 19 updates of
        fitness. Even for reflections; any size, as the constant is taken off in each step.
    filter : PresenceFilter or mapping, optional
        What to leave out, as ``{"min_share": 1e-4}``; keys ``places``, ``products`` (keep these
        alone), ``min_share``, ``min_product_share``, ``min_diversity``, ``min_ubiquity``,
        ``core``. What is left out keeps its row, with NaN and a reason.
    year : int, optional
        Which year; the last if not given.
    population : mapping of str to float, optional
        People of each place, for RPOP.
    presence : str
        What presence asks for: ``"rca"``, ``"rpop"``, or ``"both"``, which is either of them.
    threshold : float
        From where on an advantage counts.
    diagonal : float, optional
        Proximity of a product to itself, 0 to 1; the convention's if not given.
    neighbours : int, optional
        Density over this many nearest products alone.
    fitness_updates : int, optional
        Updates of the fitness algorithm; the convention's if not given.
    given_pci : mapping of str to float, optional
        Complexity of products from a wider set (the world), for provinces, cities or firms: ECI is
        then the mean over what a place has of the given PCI, z-scored on itself.

    Raises
    ------
    ParameterError
        If a parameter is unknown or outside its range.
    TableError, MissingPartError, MissingFileError, FormatError
        If there are no exports in what was given, or they cannot be used as they are.

    References
    ----------
    .. [1] C. A. Hidalgo, R. Hausmann, "The building blocks of economic complexity", PNAS, 106(26),
       2009.
    .. [2] R. Hausmann and others, The Atlas of Economic Complexity, MIT Press, 2014.
    .. [3] A. Tacchella and others, "A new metrics for countries' fitness and products'
       complexity", Scientific Reports, 2, 723, 2012.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("A", "x", 4.0), ("A", "y", 3.0), ("A", "z", 2.0), ("B", "x", 1.0), ("B", "y", 3.0),
    ...         ("C", "x", 6.0)]
    >>> found = complexity(pd.DataFrame(rows, columns=["place", "product", "value"]))
    >>> found.table()["place"].tolist()
    ['A', 'B', 'C']
    """
    rules = convention_named(convention)
    question = Question(
        method=method,
        iterations=iterations,
        presence=presence,
        threshold=threshold,
        diagonal=rules.diagonal if diagonal is None else diagonal,
        neighbours=neighbours,
        fitness_updates=rules.updates(iterations) if fitness_updates is None else fitness_updates,
        population=None if population is None else dict(population),
        given_pci=None if given_pci is None else dict(given_pci),
    )
    left = PresenceFilter.of(filter)
    return complexity_of(exports_at_hand(exports), year, rules, left, question)
