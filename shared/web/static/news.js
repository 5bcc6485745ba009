// "n new" on Today: a line whose place is kept, filled while the page is looked at.
const hears = line => {
  const link = line.querySelector('a')
  let source = null
  let since = 0
  const open = () => {
    source = new EventSource(`${line.dataset.news}&since=${since}`)
    source.onmessage = event => {
      since = Number(event.lastEventId)
      line.querySelector('strong').textContent = event.data
      link.hidden = event.data === '0'
    }
    source.onerror = close
  }
  const close = () => {
    source?.close()
    source = null
  }
  const look = () => {
    if (document.hidden) close()
    else if (!source) open()
  }
  document.addEventListener('visibilitychange', look)
  look()
}

export const hearNews = () => document.querySelectorAll('[data-news]').forEach(hears)
