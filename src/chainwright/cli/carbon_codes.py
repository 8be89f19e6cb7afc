"""The commands that issue, check, show, draw and withdraw carbon efficiency codes."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.carbon_keys import signing_key, trust_at
from chainwright.cli.carbon_source import carbon_system, is_store
from chainwright.cli.options import SINK, Sink, quiet, show, tell
from chainwright.errors import CodeError, MissingFileError, ParameterError

if TYPE_CHECKING:
    from chainwright.carbon import IssuedCodes

__all__ = ["code"]

code = App(name="code", help="Carbon efficiency codes: signed, checked without a network.")
carbon.command(code)

PREFIX = "CC1:"
UNOFFICIAL = (
    "Not an official code, unless the trust list that it is checked with says so.",
    "本码为非官方码，除非核验所用信任清单另有说明。",
)
"""What stands beside a code that was issued, in English and Chinese."""

OVER = (
    "Expired when issued: codes of that month were valid until {end}. Readers take it as a record "
    "of its period alone (--past).",
    "签发时已过期：该月的码有效期至 {end}，查验方只能作为历史记录接受（--past）。",
)
"""What is said where a code's hundred days were over before it was issued."""

LARGEST = 1 << 20
"""Bytes that are read of a file at most: far more than any code or disclosure has."""

BREAKS = dict.fromkeys(map(ord, "\r\n\t"))
"""What mail puts into a long line; a blank is a character of codes and stays."""

MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How files in UTF-16 begin, such as those that PowerShell writes."""

Text = Annotated[str, Parameter(allow_leading_hyphen=True)]
Output = Annotated[Path | None, Parameter(name=["--output", "-o"])]


@Parameter(name="*")
@dataclass(frozen=True)
class Held:
    """Which code of a store.

    Parameters
    ----------
    firm
        Code of a firm in the store.
    month
        Month of the code in the store, YYYY-MM; the last one if not given.
    """

    firm: str | None = None
    month: str | None = None


HELD = Held()


def _text(given: str, held: Held = HELD) -> str:
    """Return a code's text: given as it is, in a file, on standard input, or in a store."""
    if given.startswith(PREFIX):
        return given.translate(BREAKS)
    if given == "-":
        return sys.stdin.read(LARGEST).translate(BREAKS)
    path = Path(given)
    if not _is_file(path):
        msg = f"'{given[:60]}' is neither a code ({PREFIX}...) nor a file."
        raise MissingFileError(msg)
    if is_store(path):
        return _last(path, held)["text"]
    return _content(path).translate(BREAKS)


def _last(path: Path, held: Held) -> dict[str, str]:
    """Return the last code that a store has of a firm, or of a firm and month."""
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    firm = held.firm
    if firm is None:
        raise ParameterError("--firm", "a store of codes", "the code of a firm", firm)
    with Store.open(path) as store:
        found = store.code(firm, held.month)
    if found is None:
        raise ParameterError("--firm", f"the store {path.name}", "a firm with a code", firm)
    return found


def _is_file(path: Path) -> bool:
    """Return whether there is a file; a text may be too long to be the name of one."""
    try:
        return path.is_file()
    except OSError:
        return False


def _content(path: Path) -> str:
    """Return the text of a file, without the mark that some editors put before it."""
    if not path.is_file():
        raise MissingFileError(f"There is no file '{path}'.")
    with path.open("rb") as file:
        data = file.read(LARGEST)
    return data.decode("utf-16" if data.startswith(MARKS) else "utf-8-sig", errors="replace")


def _written(text: str, output: Path | None) -> None:
    """Write a text to a file, or to the screen if none is given."""
    from chainwright.tables import write_bytes  # noqa: PLC0415 - loads pandas

    if output is None:
        sys.stdout.write(text)
    else:
        write_bytes(output, text.encode())


def _time(text: str | None, name: str) -> datetime | None:
    """Return a time that is given in ISO 8601; in UTC where it has no zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        expected = "a time such as 2026-11-22T08:00:00Z"
        raise ParameterError(name, "the command", expected, text) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@code.command
def issue(
    source: str,
    *,
    key: Path,
    salt: Path | None = None,
    firm: str | None = None,
    month: str | None = None,
    method: str = "zj-2021",
    factors: str = "cn-industry",
    without_value_added: str = "",
    issued: str | None = None,
    into: Path | None = None,
    by: str = "",
    passphrase_file: Path | None = None,
    sink: Sink = SINK,
) -> None:
    """Issue signed codes; of one firm and month the text alone is printed.

    Parameters
    ----------
    source
        demo:city, a folder with firms.* and readings.*, or a store.
    key
        The signing key.
    salt
        The key of salts; KEY.salt if not given.
    firm
        Code of one firm; all, if not given.
    month
        Last month of the period, YYYY-MM; the last one with readings, if not given.
    method
        Method of rating.
    factors
        Factor set.
    without_value_added
        Firms that object to their value added being told, with commas between.
    issued
        From when codes hold, such as 2026-11-22T08:00:00Z; now if not given.
    into
        A store that keeps the codes, too.
    by
        Who puts them there.
    passphrase_file
        File with the passphrase of KEY, if it has one; it is asked for if not given.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    if into is not None and not by.strip():
        raise ParameterError("--by", "carbon code issue --into", "a name", by)
    signer = signing_key(key, passphrase_file)
    salts = green.SaltKey.read(Path(f"{key}.salt") if salt is None else salt)
    at = _time(issued, "--issued")
    system = carbon_system(source)
    rating = green.rate(green.account(system, factors=factors, progress=quiet), method=method)
    made = green.issue(
        rating,
        system.readings,
        signer,
        salt=salts,
        firms=None if firm is None else [firm],
        months=[rating.periods[-1] if month is None else month],
        issued=at,
        without_value_added=[f.strip() for f in without_value_added.split(",") if f.strip()],
        progress=quiet,
    )
    if max(made.expires) <= made.issued:
        tell(OVER[sink.lang == "zh"].format(end=made.table()["expires"].max()))
    if into is not None:
        kept = _keep(made, into, by)
        tell(f"{into} 新增 {kept} 个码。" if sink.lang == "zh" else f"{into} has {kept} more.")
    if len(made.texts) == 1 and sink.output is None and sink.format is None:
        tell(UNOFFICIAL[sink.lang == "zh"])
        sys.stdout.write(f"{made.texts[0]}\n")
    else:
        show(made, sink)


def _keep(made: "IssuedCodes", into: Path, by: str) -> int:
    """Put codes into a store, each with its document; return how many are new."""
    from chainwright.carbon.documents.firm_documents import (  # noqa: PLC0415
        code_document,
        code_documents,
    )
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    table = made.table()
    texts = dict(zip(table["firm"], table["text"], strict=True))
    (month,) = made.months
    if len(texts) == 1:
        ((firm, text),) = texts.items()
        documents = [code_document(made.rating, firm, month, text=text)]
    else:  # of all firms, in their order
        documents = list(code_documents(made.rating, month, texts=texts))
    table["document"] = [json.dumps(d, ensure_ascii=False) for d in documents]
    with Store.open(into) as store:
        return store.put_codes(table, by=by)


@code.command
def verify(
    text: Text,
    *,
    trust: Path,
    root: Path | None = None,
    status: Path | None = None,
    seen: Path | None = None,
    at: str | None = None,
    past: bool = False,
    disclosure: Path | None = None,
    held: Held = HELD,
    lang: Literal["en", "zh"] = "en",
) -> None:
    """Check a code without a network: who signed it, whether it was changed, expired, withdrawn.

    Parameters
    ----------
    text
        The code (in single quotes), a file with it, - for standard input, or a store with --firm.
    trust
        The trust list.
    root
        Public key of who must have signed that list; without it no code is official.
    status
        The issuer's status list.
    seen
        File that notes the lists that were seen, made if it is not there; an older list than one
        noted is refused. It needs --root.
    at
        For when it is checked; now if not given.
    past
        Take an expired code as a record of its period.
    disclosure
        A file of single inputs, to be proved by the code.
    held
        Which code of a store.
    lang
        Language of what is said: en or zh.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.cli.code_words import (  # noqa: PLC0415
        claim_lines,
        input_lines,
        refusals_told,
    )

    if seen is not None and root is None:
        expected = "given with --root: without it anybody can make a list"
        raise ParameterError("--seen", "carbon code verify", expected, "alone")
    with refusals_told(lang):
        known = trust_at(trust, root)
        listed = None if status is None else green.StatusList.read(status, known)
        when = _time(at, "--at")
        if seen is not None:
            green.remember_lists(seen, known, listed, at=when)
        found = green.verify(_text(text, held), known, status=listed, at=when, past=past)
        words = found.words_zh if lang == "zh" else found.words_en
        lines = [words, *claim_lines(found.claims, lang)]
        if disclosure is not None:
            lines += input_lines(green.check_disclosure(found, _json(disclosure)), lang)
    sys.stdout.write("\n".join(lines) + "\n")


def _json(path: Path) -> dict[str, object]:
    """Return an object of JSON in a file; anything else is no disclosure."""
    try:
        found = json.loads(_content(path))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@code.command(name="show")
def show_code(
    text: Text,
    *,
    held: Held = HELD,
    lang: Literal["en", "zh"] = "en",
) -> None:
    """Show what a code says; its signature is not checked (that is `verify`).

    Parameters
    ----------
    text
        The code (in single quotes), a file with it, - for standard input, or a store with --firm.
    held
        Which code of a store.
    lang
        Language of what is shown: en or zh.
    """
    from chainwright.carbon import Claims  # noqa: PLC0415 - of an extra
    from chainwright.carbon.codes.cose import Envelope  # noqa: PLC0415
    from chainwright.cli.code_words import claim_lines  # noqa: PLC0415

    claims = Claims.decoded(Envelope.of(_text(text, held)).payload)
    first = (
        "签名未核验；本码为非官方码，除非核验所用信任清单另有说明。"
        if lang == "zh"
        else "Signature not checked. Not an official code, unless a trust list says so."
    )
    sys.stdout.write("\n".join([first, *claim_lines(claims, lang)]) + "\n")


@code.command
def qr(
    text: Text,
    *,
    output: Output = None,
    error: Literal["l", "m", "q", "h"] = "m",
    held: Held = HELD,
) -> None:
    """Draw a code as a QR picture, SVG.

    Parameters
    ----------
    text
        The code (in single quotes), a file with it, - for standard input, or a store with --firm.
    output
        File to write; the screen if not given.
    error
        Error correction: l, m, q or h; q for print.
    held
        Which code of a store.
    """
    from chainwright.carbon import qr_svg  # noqa: PLC0415 - of an extra

    _written(qr_svg(_text(text, held), error=error, title="CC1") + "\n", output)


@code.command
def withdraw(
    text: Text,
    *,
    key: Path,
    status: Path,
    reason: str,
    at: str | None = None,
    held: Held = HELD,
    by: str = "",
    trust: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """Withdraw codes: put them on their issuer's status list, and sign the list anew.

    Of a store, every code that was issued for the firm and month, for an earlier one verifies as
    well as the last.

    The list comes first, and the store after it: if the command is cut off between, no reader takes
    the code, and the same command again marks the store.

    Parameters
    ----------
    text
        The code (in single quotes), a file with it, - for standard input, or a store with --firm,
        which marks them, too.
    key
        A signing key of the issuer.
    status
        The status list; it is made if it is not there.
    reason
        Why.
    at
        When; now if not given.
    held
        Which codes of a store.
    by
        Who withdraws them in the store.
    trust
        A trust list with the keys that the issuer had before, if one of them signed the code or
        the list.
    passphrase_file
        File with the passphrase of KEY, if it has one; it is asked for if not given.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.carbon.codes.verifying import signed_claims  # noqa: PLC0415
    from chainwright.records.appending import one_writer  # noqa: PLC0415

    in_store = _is_file(Path(text)) and is_store(text)
    if in_store and not by.strip():
        raise ParameterError("--by", "carbon code withdraw", "a name, for the store", by)
    given, when = _issued(Path(text), held) if in_store else [_text(text)], _time(at, "--at")
    signer = signing_key(key, passphrase_file)
    issuer = signer.public.issuer
    others = green.TrustList((), date.max) if trust is None else trust_at(trust, None)
    known = others.with_key(green.TrustedKey(signer.public, date.min, date.max))
    try:
        each = [signed_claims(one, known)[0] for one in given]
        with one_writer(status):
            there = status.exists()
            before = green.StatusList.read(status, known) if there else green.StatusList(issuer, 0)
            now = before
            for claims in each:
                now = now.with_code(claims, reason, at=when)
            now.save(status, signer)
    except CodeError as error:
        if error.reason != "unknown_key" or trust is not None:
            raise
        expected = f"given, with the earlier key of {issuer!r} that signed the code or the list"
        raise ParameterError("--trust", "carbon code withdraw", expected, None) from error
    for code_id in dict.fromkeys(map(green.code_id, each)):
        tell(f"Withdrawn: {code_id}, of {each[0].month}.")
    tell(f"{status} has {len(now.withdrawn)}.")
    if in_store:
        _mark(Path(text), held, each[0].month, by=by, reason=reason)


def _issued(path: Path, held: Held) -> list[str]:
    """Return every text that a store has of a firm and month; of its last month if none is said."""
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    last = _last(path, held)
    with Store.open(path) as store:
        return store.code_texts(last["firm"], last["period"])


def _mark(path: Path, held: Held, month: str, *, by: str, reason: str) -> None:
    """Mark the codes of a store as withdrawn, unless they are."""
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    with Store.open(path) as store:
        if store.code_texts(str(held.firm), month, withdrawn=False):
            store.withdraw(str(held.firm), month, by=by, reason=reason)


@code.command
def disclose(
    source: str,
    *,
    text: str,
    salt: Path,
    kinds: str,
    firm: str | None = None,
    output: Output = None,
) -> None:
    """Show single inputs of a code with what proves them, for a bank: JSON.

    Parameters
    ----------
    source
        The readings that it was made of: demo:city, a folder or a store.
    text
        The code (in single quotes), or a file with it.
    salt
        The key of salts that it was issued with.
    kinds
        Kinds of data, with commas between, such as grid_electricity,coal.
    firm
        The firm in the readings, where they do not use the credit code.
    output
        File to write; the screen if not given.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    key = green.SaltKey.read(salt)
    readings = carbon_system(source).readings
    shown = green.disclose(readings, _text(text), key, kinds=wanted, firm=firm)
    _written(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", output)
