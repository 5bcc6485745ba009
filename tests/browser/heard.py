"""What axe finds on a page. Whether colours can be told apart takes it two fifths of its time, and the styles alone decide that: what is
written is asked for it once in a process for each way of being drawn, and with --long once in each test."""

import json
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import CDPSession, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = f"{{runOnly: {{type: 'tag', values: {TAGS}}}, resultTypes: ['violations']}}"
BY_COLOUR = {"color-contrast": "*", "link-in-text-block": ":is(a[href], [role=link])"}
"""The rules that colours decide → what they look at."""
OF_NOTHING = "Object.fromEntries(axe._audit.rules.filter(r => !document.querySelector(r.selector)).map(r => [r.id, {enabled: false}]))"
"""The rules that look at what this page has none of: axe would go through all of it for each of them."""
COLOURS = f"{{runOnly: {[*BY_COLOUR]}, resultTypes: ['violations']}}"
FOUND = "r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
"""Our script makes what scrolls at a new width reachable by keyboard in the frame that draws it, and folds the menu there."""
MARK = "data-not-heard"
MARKED = """((known, mark) => {
  const DRAWN = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight', 'fontStyle', 'textShadow',
    'textDecorationLine', 'borderBottomStyle', 'outlineStyle', 'display', 'position', 'filter', 'mixBlendMode']
  const heard = new Set(known), found = new Set(), ways = new Map([[null, ['', 1]]])
  const mixed = (text, seed) => [...text].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 2654435761), seed) >>> 0
  const way = e => {
    if (!ways.has(e)) {
      const [style, above] = [getComputedStyle(e), way(e.parentElement)], own = DRAWN.map(name => style[name]).join()
      ways.set(e, own === above[0] ? above : [own, mixed(own, above[1])])
    }
    return ways.get(e)
  }
  const writes = e => e.matches('input, select, textarea') || [...e.childNodes].some(one => one.nodeType === 3 && one.data.trim())
  for (const e of document.querySelectorAll('body, body *')) {
    if (!writes(e) || heard.has(way(e)[1]) || !e.checkVisibility()) continue
    e.setAttribute(mark, '')
    found.add(way(e)[1])
  }
  return [...found]
})"""
"""Marks what is written in a way that is not known, by how itself and all around it are drawn, and returns these ways."""
heard: set[int] = set()
"""Ways of being drawn in which axe has found nothing in this process."""


def axe(page: Page, options: str = OPTIONS) -> list[list[Any]]:
    """What axe finds, by these rules. Injected by the debugging protocol: the pages' own policy lets no foreign script in."""
    page.wait_for_load_state()
    page.evaluate(SETTLED)
    session = page.context.new_cdp_session(page)
    try:
        ways: list[int] = _said(session, f"{MARKED}({[*heard]}, '{MARK}')")
        found = _run(session, options) if ways or options != COLOURS else []
    finally:
        session.detach()
    if not {rule for rule, _ in found} & {*BY_COLOUR}:
        heard.update(ways)
    return found


def _run(session: CDPSession, options: str) -> list[list[Any]]:
    session.send("Runtime.evaluate", {"expression": AXE})
    rules = [{"id": rule, "selector": f"{selector}[{MARK}]"} for rule, selector in BY_COLOUR.items()]
    asked = f"{{...{options}, rules: document.querySelector('iframe, frame, object') ? {{}} : {OF_NOTHING}}}"
    unmarked = f"document.querySelectorAll('[{MARK}]').forEach(e => e.removeAttribute('{MARK}'))"
    run = f"axe.run(document, {asked}).then(r => ({unmarked}, {FOUND}))"
    return _said(session, f"axe.configure({{rules: {json.dumps(rules)}}}), {run}")


def _said(session: CDPSession, expression: str) -> Any:
    """What it comes to, once that is there."""
    answer = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"]["value"]
