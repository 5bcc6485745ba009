// Leaving a page at once, by button or by pressing Shift three times; and hiding what it shows while nobody uses it.
const PRESSES = 3
const WITHIN = 5000 // ms
const LOOKS = 1000 // ms
const USES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'input']
const others = new BroadcastChannel('leave')

const go = form => {
  document.documentElement.hidden = true
  location.replace(form.dataset.to)
}

const leave = form => {
  document.documentElement.hidden = true
  others.postMessage('leave')
  fetch(form.action, { method: 'POST', keepalive: true, redirect: 'manual' }).catch(() => {})
  go(form)
}

const leaves = form => {
  const said = form.querySelector('[role=status]')
  let times = []
  form.addEventListener('submit', event => {
    event.preventDefault()
    leave(form)
  })
  others.addEventListener('message', () => go(form))
  if (!form.dataset.once) return // nobody was told of the key, and what they typed would be gone
  addEventListener('keydown', event => {
    if (event.repeat) return
    if (event.key !== 'Shift') {
      times = []
      return
    }
    times = [...times.filter(at => event.timeStamp - at < WITHIN), event.timeStamp]
    said.textContent = form.dataset[times.length === 1 ? 'once' : 'twice']
    if (times.length === PRESSES) leave(form)
  })
}

const hides = blank => {
  const most = Number(blank.dataset.minutes) * 60_000
  let used = Date.now()
  const use = () => {
    if (!blank.open) used = Date.now()
  }
  const look = () => {
    if (!blank.open && Date.now() - used >= most) blank.showModal()
  }
  USES.forEach(kind => addEventListener(kind, use, { passive: true, capture: true }))
  blank.addEventListener('close', use)
  document.addEventListener('visibilitychange', look)
  setInterval(look, LOOKS)
}

export const keepSafe = () => {
  document.querySelectorAll('.own-leave').forEach(leaves)
  document.querySelectorAll('.own-blank').forEach(hides)
}
