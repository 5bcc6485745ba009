"""Reporting's pages and interface: figures for the rapporteur, hand-offs for operators."""

from fastapi import APIRouter

from shared.runtime.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Everything that reporting answers to."""
    return APIRouter(prefix="")
