// @ts-check
/** The first page: from a class name to the page that publishes or watches it. */
import { element } from './show.js';

element('form', HTMLFormElement).addEventListener('submit', event => {
  event.preventDefault();
  const stream = element('stream', HTMLInputElement).value.trim();
  if (stream === '') return;
  const role = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'watch';
  location.assign(`/${role}/${encodeURIComponent(stream)}`);
});
