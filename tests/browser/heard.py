"""What axe finds on a page. Whether colours can be told apart takes it two fifths of its time, and the styles alone decide that: what is
written is asked for it once in a process for each way of being drawn, and with --long once in each test."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import CDPSession, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = f"{{runOnly: {{type: 'tag', values: {TAGS}}}, resultTypes: ['violations']}}"
CONTRAST = "color-contrast"
OF_NOTHING = "Object.fromEntries(axe._audit.rules.filter(r => !document.querySelector(r.selector)).map(r => [r.id, {enabled: false}]))"
"""The rules that look at what this page has none of: axe would go through all of it for each of them."""
COLOURS = f"{{runOnly: {[CONTRAST, 'link-in-text-block']}, resultTypes: ['violations']}}"
"""The rules that colours decide. Of a link in a text the text around it decides, too: it is asked for on each page."""
FOUND = "r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
"""Our script makes what scrolls at a new width reachable by keyboard in the frame that draws it, and folds the menu there."""
MARK = "data-not-heard"
MARKED = """((known, mark) => {
  const DRAWN = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight', 'fontStyle', 'textShadow',
    'textDecorationLine', 'borderBottomStyle', 'outlineStyle', 'display', 'position', 'filter', 'mixBlendMode']
  const heard = new Set(known), ways = new Map([[null, ['', 1]]])
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
    e.setAttribute(mark, way(e)[1])
  }
})"""
"""Marks what is written in a way that is not known with this way: how itself and all around it are drawn."""
JUDGED = """((check, mark) => {
  const [judge, passed, open] = [check.evaluate, new Set(), new Set()]
  check.evaluate = function (e, ...more) {
    const said = judge.call(this, e, ...more)
    if (axe.commons.dom.isVisibleOnScreen(e)) (said === true ? passed : open).add(+e.getAttribute(mark))
    return said
  }
  return () => [...passed].filter(way => !open.has(way))
})"""
"""What tells in the end in which ways all could be judged, and was told apart."""
heard: set[int] = set()
"""Ways of being drawn that axe has judged in this process, and found nothing."""


def axe(page: Page, options: str = OPTIONS) -> list[list[Any]]:
    """What axe finds, by these rules. Injected by the debugging protocol: the pages' own policy lets no foreign script in."""
    page.wait_for_load_state()
    page.evaluate(SETTLED)
    session = page.context.new_cdp_session(page)
    try:
        _said(session, f"{MARKED}({[*heard]}, '{MARK}')")
        found, ways = _run(session, options)
    finally:
        session.detach()
    heard.update(ways)
    return found


def _run(session: CDPSession, options: str) -> tuple[list[list[Any]], list[int]]:
    """What it finds, and the ways in which nothing is left to be found."""
    session.send("Runtime.evaluate", {"expression": AXE})
    marked = f"axe.configure({{rules: [{{id: '{CONTRAST}', selector: '[{MARK}]'}}]}})"
    asked = f"{{...{options}, rules: document.querySelector('iframe, frame, object') ? {{}} : {OF_NOTHING}}}"
    unmarked = f"document.querySelectorAll('[{MARK}]').forEach(e => e.removeAttribute('{MARK}'))"
    run = f"axe.run(document, {asked}).then(r => ({unmarked}, [{FOUND}, ways()]))"
    found, ways = _said(session, f"{marked}, (ways => {run})({JUDGED}(axe._audit.checks['{CONTRAST}'], '{MARK}'))")
    return found, ways


def _said(session: CDPSession, expression: str) -> Any:
    """What it comes to, once that is there."""
    answer = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
