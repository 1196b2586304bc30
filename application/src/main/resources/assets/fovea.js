// The little script that every page carries: theme, copy, dialogs, shortcuts. Pages work without it.
const root = document.documentElement;
const themes = ['system', 'light', 'dark'];
const project = root.dataset.project ?? '';
const remembered = () => { try { return localStorage.getItem('theme') || 'system'; } catch { return 'system'; } };

function wear(theme) {
  if (theme === 'system') root.removeAttribute('data-theme'); else root.dataset.theme = theme;
  try { localStorage.setItem('theme', theme); } catch { /* private window: the choice lasts for this page */ }
  document.querySelector('[data-theme-toggle]')?.setAttribute('aria-label', theme === 'system' ? 'Theme: follows the system' : `Theme: ${theme}`);
  dispatchEvent(new Event('fovea:theme'));
}

function toast(text) {
  const note = document.createElement('div');
  note.className = 'toast';
  note.append(Object.assign(document.createElement('span'), { textContent: text }));
  document.querySelector('.toasts')?.replaceChildren(note);
  setTimeout(() => note.remove(), 6000);
}

wear(new URLSearchParams(location.search).get('theme') || remembered());

addEventListener('click', event => {
  const at = selector => event.target.closest(selector);
  if (at('[data-theme-toggle]')) wear(themes[(themes.indexOf(remembered()) + 1) % themes.length]);
  const copy = at('[data-copy]');
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.dataset.done = ''; toast(`Copied ${copy.dataset.copy}`); });
  const opener = at('[data-dialog]');
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (at('[data-close]')) at('dialog').close();
});

document.querySelector('#project')?.addEventListener('change', event => { location.href = `/${event.target.value}`; });

// Objects are drawn in the pixels of their image, whose size only the browser knows; the letters stay as large as they are elsewhere.
function draw(image) {
  const boxes = image.nextElementSibling;
  if (!image.naturalWidth || !image.clientWidth || boxes?.tagName !== 'svg') return;
  boxes.setAttribute('viewBox', `0 0 ${image.naturalWidth} ${image.naturalHeight}`);
  boxes.style.fontSize = `${12 * image.naturalWidth / image.clientWidth}px`;
  boxes.removeAttribute('hidden');
}
const scenes = part => part.querySelectorAll('.scene > img');
function watch(part) {
  for (const image of scenes(part)) { image.addEventListener('load', () => draw(image)); if (image.complete) draw(image); }
}
watch(document);
document.addEventListener('htmx:afterSwap', event => watch(event.target));
addEventListener('resize', () => scenes(document).forEach(draw));

let lead = '';
addEventListener('keydown', event => {
  if (event.target.closest('input, select, textarea, dialog, [data-bench]') || event.metaKey || event.ctrlKey || event.altKey) return;
  const go = { o: '', d: '/datasets', r: '/releases', a: '/batches', l: '/lineage' };
  if (lead === 'g' && event.key in go && project) location.href = `/${project}${go[event.key]}`;
  lead = event.key;
  if (event.key === '?') document.getElementById('keys')?.showModal();
  if (event.key === '/') { event.preventDefault(); document.getElementById('find')?.focus(); }
});

// htmx: no evaluation of text, no script from an answer, the CSRF token on every change.
document.addEventListener('htmx:configRequest', event => {
  const meta = name => document.querySelector(`meta[name="${name}"]`)?.content;
  if (meta('csrf-header')) event.detail.headers[meta('csrf-header')] = meta('csrf-token');
});
