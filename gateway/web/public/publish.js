// @ts-check
/** The page of a teacher: camera and microphone, one button to go live, and what is going on in words. */
import { publishFigures } from './figures.js';
import { inspectable } from './inspect.js';
import { measureWith } from './measure.js';
import { requestWith } from './request.js';
import { sendingPeer } from './sender.js';
import { shareLink } from './share.js';
import { element, showFigures, showNotice, showState, streamOfPage } from './show.js';
import * as signalling from './signalling.js';
import { stayConnected } from './stay-connected.js';
import { openStudio } from './studio.js';
import { takeToken } from './token.js';
import * as whip from './whip.js';

const token = takeToken();
const query = new URLSearchParams(location.search);
const stream = streamOfPage();
const uid = query.get('uid') ?? undefined;
const wish = { stream, ...(uid === undefined ? {} : { uid }), request: requestWith(token) };
const push = query.get('via') === 'whip' ? whip.push : signalling.push;
const codec = (query.get('codec') ?? '').toLowerCase();
const start = element('start', HTMLButtonElement);

let state = 'asking';
/** @type {string | undefined} */
let session;
/** @type {(() => void) | undefined} set while publishing */
let stop;

const figures = measureWith(publishFigures, showFigures);
inspectable({ ...figures, state: () => state, session: () => session });
const studio = openStudio(problem => showNotice({ ...problem, action: 'Try again', act: prepare }));

element('stream', HTMLElement).textContent = stream;
document.title = `${stream} · publish`;
shareLink(stream, token);
start.addEventListener('click', () => (stop === undefined ? publish() : idle()));
prepare().then(isReady => {
  if (isReady && query.get('autostart') === '1') publish();
});

/** Asks for camera and microphone; true when there is something to publish. */
async function prepare() {
  if (stop === undefined) write('asking', 'busy', 'Asking for camera…');
  const isReady = await studio.open();
  start.disabled = !isReady;
  if (stop !== undefined) return isReady;
  if (isReady) idle();
  else write('failed', 'bad', 'No camera');
  return isReady;
}

function publish() {
  showNotice();
  start.textContent = 'Stop';
  start.dataset.live = 'true';
  stop = stayConnected({
    token,
    createPeer: () => sendingPeer(studio.media(), codec),
    negotiate: (peer, signal) => push(peer, wish, signal),
    onChange: say,
    onConnection(opened) {
      session = opened?.session.id;
      studio.sendTo(opened?.peer);
      figures.follow(opened?.peer);
    },
  });
}

/** Stops publishing, if it had begun; the camera stays on for the next start. */
function idle() {
  rest();
  showNotice();
  write('idle', 'idle', 'Idle');
}

function rest() {
  stop?.();
  stop = undefined;
  start.textContent = 'Start';
  start.dataset.live = 'false';
}

/** @param {import('./stay-connected.js').Change} change */
function say({ phase, reason, problem }) {
  if (phase === 'live') showNotice();
  switch (phase) {
    case 'connecting':
      return write(phase, 'busy', 'Connecting…');
    case 'live':
    case 'inactive':
      return write('live', 'good', 'Live');
    case 'waiting':
    case 'reconnecting':
      write('reconnecting', 'busy', 'Reconnecting…');
      return problem && showNotice({ title: problem.title, detail: problem.detail });
    case 'ended':
      rest();
      write(phase, 'bad', reason === 'replaced' ? 'Replaced' : 'Ended');
      return reason === 'replaced'
        ? showNotice({
            title: 'Another publisher took over this class',
            detail: 'Students now see that one.',
            action: 'Publish here again',
            act: publish,
          })
        : showNotice({
            title: 'Your stream was ended by an administrator',
            action: 'Publish again',
            act: publish,
          });
    case 'failed':
      rest();
      write(phase, 'bad', 'Not connected');
      return showNotice({ title: problem?.title ?? '', detail: problem?.detail ?? '' });
  }
}

/**
 * @param {string} next
 * @param {import('./show.js').Mood} mood
 * @param {string} words
 */
function write(next, mood, words) {
  state = next;
  showState(mood, words);
}
