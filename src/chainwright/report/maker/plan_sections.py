"""The sections on what covers the gaps, and on the data that would change the ranking most."""

from chainwright.report.blocks import Block, Note, Section, Text
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.maker_grids import MakerGrids
from chainwright.report.wording import Words

__all__ = ["measures_section", "missing_section"]

ROWS = 20


def measures_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the measures that cover the gaps at the least cost.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_measures_head")
    frame = analysis.frame("mitigation")
    if frame is None:
        return Section("measures", title, [Note(analysis.told("mitigation", words))])
    blocks: list[Block] = [Text(words.say("mk_measures_lead"), lead=True)]
    return Section("measures", title, blocks)


def missing_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the data that are missing, those first that would change the ranking most.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_missing_head")
    frame = analysis.frame("missing_data")
    if frame is None:
        note = Note(analysis.told("missing_data", words))
        return Section("missing", title, [note], fresh=False)
    blocks: list[Block] = [Text(words.say("mk_missing_lead"), lead=True)]
    _ = MakerGrids(words)
    return Section("missing", title, blocks, fresh=False)
