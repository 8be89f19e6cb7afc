"""Unified social credit codes of China: their form and their check digit (GB 32100-2015)."""

__all__ = ["ALPHABET", "credit_code_fault", "expected_check_digit", "is_like_a_credit_code"]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a code in order of their values 0..30; I, O, S, V and Z are not used."""

LENGTH = 18
MISREAD = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2"})
"""Letters that no code has, and the digits that they are mostly misread from."""


def expected_check_digit(body: str) -> str:
    """Return the last character of the code whose first 17 characters are `body`.

    With C_i the value of character i (from 1) and the weights W_i = 3^(i-1) mod 31, the check
    digit has the value (31 - sum(C_i W_i) mod 31) mod 31 (GB 32100-2015, section 5.2).

    Parameters
    ----------
    body : str
        Seventeen characters of the alphabet.

    Examples
    --------
    >>> expected_check_digit("91440300708461136")
    'T'
    """
    total = sum(ALPHABET.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
    return ALPHABET[-total % 31]


def is_like_a_credit_code(text: str) -> bool:
    """Return whether a text has the length and the characters of a code, be it mistyped.

    Parameters
    ----------
    text : str
        The identity of a firm.

    Examples
    --------
    >>> is_like_a_credit_code("91440300708461136X"), is_like_a_credit_code("x-17")
    (True, False)
    """
    return len(text) == LENGTH and set(text) <= set(ALPHABET)


def credit_code_fault(code: str) -> tuple[str, str] | None:
    """Return what is expected and what to do where `code` is none, or nothing.

    Parameters
    ----------
    code : str
        What stands as a unified social credit code.

    Examples
    --------
    >>> credit_code_fault("91440300708461136T")
    >>> credit_code_fault("91440300708461136X")[0]
    "a last character 'T' after 91440300708461136"
    """
    if len(code) != LENGTH:
        return f"{LENGTH} characters", f"It has {len(code)}: copy it whole, as text."
    wrong = [(i, sign) for i, sign in enumerate(code, 1) if sign not in ALPHABET]
    if wrong:
        listed = ", ".join(f"{sign!r} at place {i}" for i, sign in wrong)
        better = code.upper().translate(MISREAD)
        fits = credit_code_fault(better) is None if better != code else False
        near = f" {better} would be one." if fits else ""
        return "digits and capital letters without I, O, S, V, Z", f"Correct {listed}.{near}"
    digit = expected_check_digit(code[:-1])
    if digit == code[-1]:
        return None
    swapped = [
        other
        for i in range(LENGTH - 1)
        if (other := code[:i] + code[i + 1] + code[i] + code[i + 2 :]) != code
        and expected_check_digit(other[:-1]) == other[-1]
    ]
    near = f" {swapped[0]} would be one." if len(swapped) == 1 else ""
    return (
        f"a last character {digit!r} after {code[:-1]}",
        f"One or more characters are mistyped: copy it again.{near}",
    )
