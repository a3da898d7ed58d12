// @ts-check
/** The first page: from a class name to the page that publishes or watches it. */
import { element } from './show.js';
import { isStreamName, STREAM_NAME_RULE } from './stream-name.js';

const field = element('stream', HTMLInputElement);

field.addEventListener('input', () => {
  const name = field.value.trim();
  field.setCustomValidity(name === '' || isStreamName(name) ? '' : STREAM_NAME_RULE);
});
element('form', HTMLFormElement).addEventListener('submit', event => {
  event.preventDefault();
  const stream = field.value.trim();
  if (stream === '') return;
  const role = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'watch';
  location.assign(`/${role}/${encodeURIComponent(stream)}`);
});
