"""REST at /api/v1: one module per noun. Errors have one shape: {"error": {"code", "message", "details"}}."""

from fastapi import FastAPI


def attach(app: FastAPI) -> None:
    """Add every route of the API."""
    del app
