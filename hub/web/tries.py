"""The limits at the doors that strangers knock at, and whom a request counts against there."""

from fastapi import Request

from hub import guesses
from hub.guesses import Limit, Try
from hub.wiring import Wiring

SIGN_INS_OF_ADDRESS = Limit("sign-in address", most=30, minutes=15)
SIGN_INS_OF_NAME = Limit("sign-in name", most=10, minutes=15)
TOKENS = Limit("token", most=60, minutes=60)
PASSCODES = Limit("passcode", most=10, minutes=60)


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def at_password(request: Request, wiring: Wiring, name: str) -> tuple[Try, Try]:
    """A password for the person of this name, who may well not exist."""
    key = wiring.settings.key()
    return (
        guesses.a_try(SIGN_INS_OF_ADDRESS, address_of(request), key=key),
        guesses.a_try(SIGN_INS_OF_NAME, name, key=key),
    )


def at_token(request: Request, wiring: Wiring) -> Try:
    """The address of a link."""
    return guesses.a_try(TOKENS, address_of(request), key=wiring.settings.key())


def at_passcode(request: Request, wiring: Wiring, share_id: int) -> Try:
    """What the gate of a link asks for."""
    return guesses.a_try(PASSCODES, address_of(request), str(share_id), key=wiring.settings.key())
