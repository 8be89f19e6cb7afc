"""Runs in the environment of cwt: codes as JSON come in, what cwt makes of each goes out."""

import json
import sys


def key_of(row):
    """Return the public key of a row as cwt takes it (RFC 9053, sections 7.1 and 7.2)."""
    from cwt import COSEKey  # noqa: PLC0415 - there alone

    public, kid = bytes.fromhex(row["public"]), bytes.fromhex(row["kid"])
    if row["algorithm"] == "EdDSA":
        return COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, -2: public})
    return COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})


def main():
    """Read codes, check their signatures, write payloads and claims or the error."""
    import cbor2  # noqa: PLC0415 - there alone
    from cwt import COSE, VerifyError  # noqa: PLC0415

    found = []
    for row in json.load(sys.stdin):
        try:
            payload = COSE.new(verify_kid=True).decode(bytes.fromhex(row["code"]), key_of(row))
        except VerifyError as error:
            found.append({"error": str(error)})
            continue
        claims = cbor2.loads(payload)
        body = {key: str(value) for key, value in claims[-65537].items()}
        found.append({"payload": payload.hex(), "issuer": claims[1], "body": body})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
