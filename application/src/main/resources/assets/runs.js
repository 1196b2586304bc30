// Charts of runs: the server draws them; here they are read with a pointer, and a drag asks for a part of the steps. Every form and link works without this.
const area = svg => svg.querySelector('line.base').getBoundingClientRect();
const read = svg => (svg.fovea ??= JSON.parse(svg.dataset.curve));
const tip = document.body.appendChild(Object.assign(document.createElement('div'), { className: 'tip', hidden: true }));
const SVG = 'http://www.w3.org/2000/svg';
let drag;

function nearest(places, at) {
  let low = 0;
  let best = 0;
  for (; low < places.length; low++) if (Math.abs(places[low] - at) < Math.abs(places[best] - at)) best = low;
  return best;
}
const under = (svg, event) => {
  const box = area(svg);
  const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  const { from, to } = read(svg);
  return { share, at: from + share * (to - from) };
};

function show(svg, event) {
  const { at } = under(svg, event);
  tip.replaceChildren(...read(svg).series.map(one => {
    const i = nearest(one.x ?? one.step, at);
    const line = document.createElement('div');
    const value = document.createElement('b');
    value.textContent = one.s ? `${one.s[i]} (raw ${one.y[i]})` : one.y[i];
    line.append(value, ` at step ${one.step[i].toLocaleString('en')}`, ...(read(svg).series.length > 1 ? [`, ${one.name}`] : []));
    return line;
  }));
  tip.hidden = false;
  tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

function stretch(svg, event) {
  const share = under(svg, event).share;
  const [a, b] = [drag.share, share].sort((x, y) => x - y);
  drag.mark.setAttribute('x', `${a * 100}%`);
  drag.mark.setAttribute('width', `${(b - a) * 100}%`);
}

document.addEventListener('pointermove', event => {
  const svg = drag?.svg ?? event.target.closest?.('[data-curve]');
  tip.hidden = true;
  if (!svg?.isConnected) return;
  show(svg, event);
  if (drag) stretch(svg, event);
});
document.addEventListener('pointerdown', event => {
  const svg = event.target.closest?.('[data-curve]');
  if (!svg || event.button !== 0 || event.pointerType === 'touch') return;
  event.preventDefault();
  const mark = svg.appendChild(document.createElementNS(SVG, 'rect'));
  mark.setAttribute('class', 'drag');
  mark.setAttribute('height', svg.getAttribute('height') - 30);
  drag = { svg, mark, start: event.clientX, ...under(svg, event) };
});
document.addEventListener('pointerup', event => {
  if (!drag) return;
  const { svg, mark, start, at } = drag;
  drag = undefined;
  mark.remove();
  if (Math.abs(event.clientX - start) < 8) return;
  const [low, high] = [at, under(svg, event).at].sort((x, y) => x - y);
  const steps = read(svg).series.flatMap(one => one.step.filter((_, i) => (one.x ?? one.step)[i] >= low && (one.x ?? one.step)[i] <= high));
  if (steps.length < 2) return;
  const address = new URL(location.href);
  address.searchParams.set('from', steps.reduce((a, b) => Math.min(a, b)));
  address.searchParams.set('to', steps.reduce((a, b) => Math.max(a, b)));
  address.hash = 'ch';
  location.assign(address);
});
addEventListener('keydown', event => {
  if (event.key === 'Escape' && drag) { drag.mark.remove(); drag = undefined; }
});
// A chart that somebody is dragging on is not taken away.
document.addEventListener('htmx:beforeRequest', event => { if (drag && event.target.closest('[data-charts]')) event.preventDefault(); });
