"""What a person may decide is named once: in its service's table, which the interface and the pages read."""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isfunction, signature
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy.process.composition import ORDER, pages_of, service
from deploy.process.country_file import country_of
from shared.casework.account import ACCOUNT
from shared.casework.kept_for_proceedings import KEEPING
from shared.casework.rights import RIGHTS
from shared.decisions.decide import Decision, DecisionContext
from shared.web.case import routes as case_routes
from shared.web.http.form_posts import on_pages
from shared.web.text import audit_words

ROOT = Path(__file__).resolve().parents[2]
DECIDING = [name for name in ORDER if find_spec(f"services.{name}.handlers")]

CASE_ROUTES = sorted(Path(case_routes.__file__).parent.glob("*.py"))


def table(name: str) -> dict[str, Decision]:
    return import_module(f"services.{name}.decisions").DECISIONS


def modules(package: str) -> Iterator[ModuleType]:
    found = import_module(package)
    yield found
    for one in walk_packages(getattr(found, "__path__", ()), f"{package}."):
        yield import_module(one.name)


def use_cases(name: str) -> set[Any]:
    """The functions of its handlers that take a command, or what is due, and the context of a decision."""
    found: set[Any] = set()
    for module in modules(f"services.{name}.handlers"):
        for _, function in getmembers(module, isfunction):
            takes = [one.annotation for one in signature(function).parameters.values()]
            if (
                function.__module__ == module.__name__
                and not function.__name__.startswith("_")
                and len(takes) == 2
                and takes[1] is DecisionContext
            ):
                found.add(function)
    return found


def routes(name: str) -> Iterator[APIRoute]:
    """Everything that the service answers to, at every kind of agency that runs it."""
    routers = {id(r): r for agency in country_of(Path("serbia")).agencies for r in pages_of(name).routers_of(agency)}
    yield from (route for router in routers.values() for route in router.routes if isinstance(route, APIRoute))


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, one.name) for one in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


def test_the_services_that_decide_are_found() -> None:
    assert DECIDING == ["intake", "assistance", "referral"]


@pytest.mark.parametrize("name", DECIDING)
def test_each_use_case_is_in_the_table_or_done_by_the_instance_itself(name: str) -> None:
    offered = {decision.use_case for decision in table(name).values()}
    by_itself = set(service(name).follow_ups.values())
    of_all = {use_case for use_case in offered if use_case.__module__.startswith("shared.casework.")}
    assert use_cases(name) == (offered - of_all) | by_itself
    every = {
        "name_case",
        "write_note",
        "mark_read",
        "explain_delay",
        *(decision.use_case.__name__ for decision in (RIGHTS | ACCOUNT | KEEPING).values()),
    }
    words = (
        set[str]() if name == "assistance" else {"ask_question", "answer_question", "arrange", "ask_support"}
    )  # a shelter looks for its address first
    assert {use_case.__name__ for use_case in of_all} == every | words, "what every service with cases lets one decide"
    assert not offered & by_itself
    assert len(offered) == len(table(name)), "a decision has one name"


@pytest.mark.parametrize("name", ORDER)
def test_programs_are_offered_the_table_and_nothing_else(name: str) -> None:
    below = f"/api/{name}/"
    offered = {route.path.removeprefix(below) for route in routes(name) if route.path.startswith(below) and route.methods != {"GET"}}
    assert offered == (set(table(name)) if name in DECIDING else set())


@pytest.mark.parametrize("name", DECIDING)
def test_pages_and_interface_name_no_use_case_themselves(name: str) -> None:
    known = {function.__name__ for function in use_cases(name)}
    folder = ROOT / "services" / name
    for path in (folder / "api.py", folder / "service.py", *(folder / "pages").glob("*.py"), *CASE_ROUTES):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert [(line, said) for line, said in names_used(tree) if said in known] == [], path


@pytest.mark.parametrize("name", DECIDING)
def test_pages_offer_each_decision_of_the_table_and_nothing_else(name: str) -> None:
    known, reached = table(name), set[Decision]()
    for module in (*modules(f"services.{name}.pages"), *modules(case_routes.__name__)):
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        assert "decide" not in {said for _, said in names_used(tree)}, "a page decides by its form alone"
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                if call.func.id in ("decide_by_form", "decide_each"):
                    reached |= chosen(name, module, call.args[2])
                elif call.func.id == "decide_on_page":
                    reached |= set(on_pages(known, eval(ast.unparse(call.args[3]), vars(module))).values())
    assert reached == set(known.values())
    of_all = [one for router in case_routes.ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    shared = {(f"{pages_of(name).cases}{one.path}", *one.methods) for one in of_all}
    assert shared <= {(one.path, *one.methods) for one in routes(name)}, "what every service with cases shows is reached here too"


def chosen(name: str, module: ModuleType, decision: ast.expr) -> set[Decision]:
    """What a page may hand to the form: one line of a table of its module, or of its desk's service, or any of it."""
    assert isinstance(decision, ast.Subscript), ast.unparse(decision)
    desk = SimpleNamespace(decisions=pages_of(name).decisions)
    lines: dict[str, Decision] = eval(ast.unparse(decision.value), vars(module) | {"desk": desk})
    return {lines[decision.slice.value]} if isinstance(decision.slice, ast.Constant) else set(lines.values())


def test_the_audit_has_words_for_each_decision_and_for_each_page_of_a_case() -> None:
    decided = {decision.use_case.__name__ for name in DECIDING for decision in table(name).values()}
    assert decided - set(audit_words.DONE) == set()
    shown = {route.path for name in ORDER for route in routes(name) if "GET" in route.methods and "{case}" in route.path}
    assert {path for path in shown if not path.startswith("/api/")} - set(audit_words.PAGES) == set()
