// Draws each metric with uPlot in the colours of the theme, and again when the theme or the width changes. All charts of a page share one crosshair.
const charts = [...document.querySelectorAll('[data-plot]')];
const colour = name => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
};

function draw(place) {
  const [ink, faint, line] = ['--text', '--text-3', '--line'].map(colour);
  const font = '12px ' + getComputedStyle(document.body).fontFamily;
  const axis = { stroke: faint, grid: { stroke: line, width: 1 }, ticks: { show: false }, font };
  place.replaceChildren();
  new uPlot({
    width: place.clientWidth, height: 190, legend: { show: false }, scales: { x: { time: false } },
    padding: [8, 8, 0, 0], cursor: { sync: { key: 'run' }, points: { size: 7 } },
    axes: [{ ...axis, size: 28, grid: { show: false } }, { ...axis, size: 44 }],
    series: [{}, { label: place.dataset.name, stroke: ink, width: 1.75, points: { show: false } }],
  }, JSON.parse(place.dataset.plot), place);
}

const drawn = new WeakMap();
const fit = new ResizeObserver(entries => entries.forEach(({ target }) => {
  if (target.clientWidth !== drawn.get(target)) { drawn.set(target, target.clientWidth); draw(target); }
}));
charts.forEach(chart => fit.observe(chart));
const redraw = () => charts.forEach(draw);
addEventListener('fovea:theme', redraw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
