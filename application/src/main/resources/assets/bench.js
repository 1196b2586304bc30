// The bench's keys. Every key presses a button or follows a link that is on the page, so that nothing is possible by key alone.
const bench = document.querySelector('[data-bench]');
const pressed = event => [...bench.querySelectorAll('[data-key]')].find(each => each.dataset.key.toLowerCase() === event.key.toLowerCase());

addEventListener('keydown', event => {
  if (event.target.closest('input, select, textarea, dialog') || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
  if (event.key === 'Enter' && event.target.closest('button, a')) return;
  const control = pressed(event);
  if (!control) return;
  event.preventDefault();
  control.click();
});

bench.querySelector('#answer')?.addEventListener('submit', () => { document.getElementById('saved').textContent = 'Saving'; });
bench.querySelector('.film [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
