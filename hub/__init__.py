"""Quiver 弹药库: a sales-enablement hub. Each folder here is one room of the house; see docs/house.md."""

__version__ = "0.1.0"
