"""Commands that ask people what a chain map does not know, and read their answers."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from chainwright.cli.options import Sink, app, quiet, show
from chainwright.errors import ParameterError

__all__ = ["make", "read", "survey"]

Output = Annotated[Path, Parameter(name=["--output", "-o"])]

survey = App(name="survey", help="Ask by a questionnaire what a chain map does not know.")
app.command(survey)


@survey.command
def make(chain: str, *, home: str, output: Output) -> None:
    """Write a questionnaire on the unknown cells of a chain map, as XLSX.

    Parameters
    ----------
    chain
        Name of a chain of ours, or a folder with nodes.csv, links.csv and supply.csv.
    home
        Country whose use is asked about: ISO 3166-1 alpha-3.
    output
        XLSX file to write.
    """
    from chainwright.system import chain_map, make_survey  # noqa: PLC0415

    make_survey(chain_map(chain), output, home=home)
    quiet(f"written: {output}")


@survey.command
def read(file: Path, chain: str, *, output: Output, lang: Literal["en", "zh"] = "en") -> None:
    """Read a questionnaire that came back: print the answers, write the chain map with them in it.

    Parameters
    ----------
    file
        The questionnaire.
    chain
        The chain map that it was made of: a name or a folder.
    output
        Folder to write, which is not there yet.
    lang
        Language of the headings on the screen: en or zh.
    """
    from chainwright.system import chain_map, read_survey, write_chain  # noqa: PLC0415

    if output.exists():
        expected = "a folder that is not there yet, so that no map is lost"
        raise ParameterError("output", "survey read", expected, str(output))
    answers = read_survey(file, chain_map(chain))
    write_chain(answers.chain, output)
    show(answers, Sink(lang=lang))
    quiet(f"written: {output}")
