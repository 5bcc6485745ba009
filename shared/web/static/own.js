// Starts GOV.UK's components and what keeps a page from being read along, and lets the keyboard into a scrolling region only while it has something to scroll.
import { initAll } from '/static/govuk-frontend.min.js'
import { hearNews } from '/static/news.js'
import { keepSafe } from '/static/safety.js'

initAll()
keepSafe()
hearNews()

const fit = region => {
  const scrolls = region.scrollWidth > region.clientWidth
  if (scrolls) region.setAttribute('tabindex', '0')
  else region.removeAttribute('tabindex')
}
const watch = new ResizeObserver(entries => entries.forEach(entry => fit(entry.target)))
document.querySelectorAll('.own-scroll').forEach(region => watch.observe(region))
