"""The chain maps: one picture each, its weak nodes, and what is not known."""

from chainwright.diagnose import ChainDiagnosis
from chainwright.report.analysis import Analysis
from chainwright.report.answer_grids import answer_grid
from chainwright.report.blocks import Block, Drawing, Note, Section, Text
from chainwright.report.charts.chain_map import draw_chain
from chainwright.report.wording import Words

__all__ = ["chain_sections"]

ROWS = 10

COLUMNS = (
    "rank",
    "node",
    "status",
    "top_foreign",
    "top_foreign_share",
    "home_share",
    "finals_stopped",
)

WEAK = ("stuck", "broken", "blocked")


def chain_sections(analysis: Analysis, words: Words) -> list[Section]:
    """Return a section a chain map.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    return [_section(found, analysis, words) for found in analysis.maps]


def _section(found: ChainDiagnosis, analysis: Analysis, words: Words) -> Section:
    chain = found.chain
    title = chain.title_zh if words.language == "zh" else chain.title_en
    file = f"chain_diagnosis.{chain.name}"
    frame = analysis.frames[file]
    counts = found.counts
    weak = frame[frame["status"].isin(WEAK)]
    unknown = counts["unknown"] / len(frame) if len(frame) else 0.0
    blocks: list[Block] = [
        Text(
            words.say(
                "chain_lead",
                chain=title,
                home=words.place(found.home.name),
                nodes=len(frame),
                weak=len(weak),
                strong=counts["long plate"],
                unknown=words.share(unknown, 0),
            ),
            lead=True,
        ),
    ]
    status = "status_zh" if words.language == "zh" else "status"
    columns = [status if column == "status" else column for column in COLUMNS]
    listed = weak if len(weak) else frame[frame["watch"].astype(bool)]
    if len(listed):
        key = "chain_table" if len(weak) else "chain_watch"
        blocks.append(
            answer_grid(
                found,
                "chain_diagnosis",
                listed,
                columns,
                words,
                title=words.say(key),
                rows=ROWS,
                file=file,
                remark=f"reason_{words.language}",
                total=len(frame),
            )
        )
    blocks.append(Note(words.say("chain_note", unknown=words.share(unknown, 0))))
    blocks.append(
        Drawing(
            draw_chain(found, language=words.language).svg(),
            words.say("chain_caption", file=f"chain-{chain.name}.svg"),
        )
    )
    return Section(f"chain-{chain.name}", words.say("chain_head", chain=title), blocks)
