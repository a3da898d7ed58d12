// @ts-check
/** The page of a teacher: camera and microphone, one button to go live, and what is going on in words. */
import { publishFigures } from './figures.js';
import { inspectable } from './inspect.js';
import { measureWith } from './measure.js';
import { requestWith } from './request.js';
import { remember, wasPublishing } from './resume.js';
import { sendingPeer, VIDEO_LIMIT_BPS } from './sender.js';
import { shareLink } from './share.js';
import { element, showFigures, showNotice, showState, streamOfPage } from './show.js';
import * as signalling from './signalling.js';
import { stayConnected } from './stay-connected.js';
import { impossibleName, isStreamName } from './stream-name.js';
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
/** Whether to begin as soon as there is a camera. */
let isAwaited = query.get('autostart') === '1' || wasPublishing();
/** Whether the server lets nobody publish by this link. */
let isRefused = false;

const figures = measureWith((now, before) => publishFigures(now, before, VIDEO_LIMIT_BPS), showFigures);
inspectable({ ...figures, state: () => state, session: () => session });
const studio = openStudio(problem => {
  // What cannot be published needs no camera.
  if (!isRefused) showNotice({ ...problem, action: 'Try again', act: prepare });
});

element('stream', HTMLElement).textContent = stream;
document.title = `${stream} · publish`;
shareLink(stream, token);
start.addEventListener('click', () => (stop === undefined ? publish() : idle()));
if (isStreamName(stream)) void prepare();
else refuse(impossibleName);

/** Asks for camera and microphone. */
async function prepare() {
  if (stop === undefined) write('asking', 'busy', 'Asking for camera…');
  const isReady = await studio.open();
  start.disabled = !isReady;
  if (stop !== undefined) return;
  if (!isReady) return write('failed', 'bad', 'No camera');
  idle();
  if (isAwaited) publish();
}

function publish() {
  isAwaited = false;
  remember(true);
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

/** @param {string} [next] what the button offers now */
function rest(next = 'Start') {
  stop?.();
  stop = undefined;
  remember(false);
  start.textContent = next;
  start.dataset.live = 'false';
}

/**
 * Nothing on this page can help; it stays as it is until it is opened by another link.
 * @param {{ title: string, detail: string }} why
 */
function refuse({ title, detail }) {
  isRefused = true;
  rest();
  start.disabled = true;
  element('share', HTMLElement).hidden = true;
  write('failed', 'bad', 'Not connected');
  showNotice({ title, detail });
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
      rest(reason === 'replaced' ? 'Publish here again' : 'Publish again');
      write(phase, 'bad', reason === 'replaced' ? 'Replaced' : 'Ended');
      return reason === 'replaced'
        ? showNotice({
            title: 'Another publisher took over this class',
            detail: 'Students now see that one.',
          })
        : showNotice({ title: 'Your stream was ended by an administrator' });
    case 'failed':
      if (problem?.isRefusal) return refuse(problem);
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
