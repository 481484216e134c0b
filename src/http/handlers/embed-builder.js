// The page of codes without pressing a button: a change of the form writes the codes anew, and each is copied by a press.
const form = document.getElementById('embed-form');
const place = () => document.getElementById('embed-result');
let last = 0;

const reveal = () => {
  for (const button of document.querySelectorAll('[data-copies]')) button.hidden = false;
};

form.addEventListener('change', async () => {
  const turn = ++last;
  const filled = [...new FormData(form)].filter(([, value]) => value !== '');
  const address = `${form.getAttribute('action').split('?')[0]}?${new URLSearchParams(filled)}`;
  const answer = await fetch(address, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok || turn !== last) return;
  const written = new DOMParser().parseFromString(await answer.text(), 'text/html');
  place().replaceWith(written.getElementById('embed-result'));
  history.replaceState(null, '', address);
  reveal();
});

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copies]');
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  const said = button.parentElement.querySelector('[role=status]');
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = button.dataset.done;
  } catch {
    // Not allowed to: then it is chosen, for the reader's own keys.
    field.select();
    said.textContent = button.dataset.failed;
  }
});

reveal();
