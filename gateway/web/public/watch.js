// @ts-check
/** The page of a student: shows one stream, and says in words what is going on. */
import { bufferTarget } from './buffer-target.js';
import { watchFigures } from './figures.js';
import { pictureWatch } from './frozen.js';
import { inspectable } from './inspect.js';
import { measureWith, nothing } from './measure.js';
import { requestWith } from './request.js';
import { element, showFigures, showNotice, showState, streamOfPage } from './show.js';
import * as signalling from './signalling.js';
import { prepareSound } from './sound.js';
import { stayConnected } from './stay-connected.js';
import { impossibleName, isStreamName } from './stream-name.js';
import { takeToken } from './token.js';
import * as whep from './whep.js';

const token = takeToken();
const query = new URLSearchParams(location.search);
const stream = streamOfPage();
const uid = query.get('uid') ?? undefined;
const wish = { stream, ...(uid === undefined ? {} : { uid }), request: requestWith(token) };
const pull = query.get('via') === 'whep' ? whep.pull : signalling.pull;

const video = element('video', HTMLVideoElement);
const stage = element('stage', HTMLElement);
const sound = prepareSound(video);
const picture = pictureWatch();
const buffer = bufferTarget();

/** What a picture that does not move has no figures of. */
const noPicture = { videoBps: undefined, width: undefined, height: undefined, framesPerSecond: undefined };

let phase = 'connecting';
/** @type {string | undefined} */
let session;

const figures = measureWith(watchFigures, latest => {
  if (phase !== 'live') return showFigures(nothing);
  const sight = picture.look(latest, performance.now());
  showFigures(sight === 'frozen' ? { ...latest, ...noPicture } : latest);
  sayLive(sight);
});
inspectable({ ...figures, state: () => phase, session: () => session });

element('stream', HTMLElement).textContent = stream;
document.title = `${stream} · watch`;
element('fullscreen', HTMLButtonElement).addEventListener('click', toggleFullscreen);
if (isStreamName(stream)) watch();
else fail(impossibleName);

function watch() {
  stayConnected({
    token,
    createPeer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
    negotiate: (peer, signal) => pull(peer, wish, signal),
    onChange: say,
    onBuffer: buffer.set,
    onConnection(opened) {
      session = opened?.session.id;
      picture.restart(performance.now());
      figures.follow(opened?.peer);
      buffer.follow(opened?.peer);
      // Until the next connection the last picture stays.
      if (opened !== undefined) show(opened.peer);
    },
  });
}

/**
 * Shows what the peer receives, all tracks at once: whether sound may play is decided as playing begins.
 * @param {RTCPeerConnection} peer
 */
function show(peer) {
  const receiving = peer.getTransceivers().filter(({ currentDirection }) => currentDirection === 'recvonly');
  video.srcObject = new MediaStream(receiving.map(({ receiver }) => receiver.track));
  void sound.play();
}

/** @param {import('./stay-connected.js').Change} change */
function say({ phase: next, wasLive, reason, problem }) {
  phase = next;
  if (next !== 'failed' && next !== 'ended') showNotice();
  if (next !== 'live') showFigures(nothing);
  switch (next) {
    case 'connecting':
      return write('busy', 'Connecting…', 'Connecting…');
    case 'waiting':
      return wasLive
        ? write('busy', 'Waiting', 'The class is not live at the moment; waiting…')
        : write('busy', 'Waiting', 'The class has not started yet; waiting…');
    case 'live':
      return write('good', 'Live', '');
    case 'inactive':
      return write('busy', 'Waiting', 'The teacher’s stream has stopped; waiting for it to come back…');
    case 'reconnecting':
      return write(
        'busy',
        'Reconnecting…',
        problem === undefined ? 'Reconnecting…' : `${problem.title}; trying again…`,
      );
    case 'ended':
      write('bad', reason === 'replaced' ? 'Replaced' : 'Ended', '');
      return reason === 'replaced'
        ? showNotice({
            title: 'You are watching this class in another place now',
            action: 'Watch here',
            act: watch,
          })
        : showNotice({ title: 'You were taken out of this class', action: 'Come back', act: watch });
    case 'failed':
      // Where another link is needed, the same one does not help a second time.
      return fail({
        title: problem?.title ?? '',
        detail: problem?.detail ?? '',
        ...(problem?.isRefusal ? {} : { action: 'Try again', act: watch }),
      });
  }
}

/** @param {{ title: string, detail: string, action?: string, act?: () => void }} why */
function fail(why) {
  phase = 'failed';
  write('bad', 'Not connected', '');
  showNotice(why);
}

/** @param {import('./frozen.js').Sight} sight */
function sayLive(sight) {
  switch (sight) {
    case 'moving':
      return write('good', 'Live', '');
    case 'expected':
      return write('good', 'Live', 'Waiting for the picture…');
    case 'sound only':
      return write('good', 'Live', 'Sound only');
    case 'frozen':
      return write('busy', 'No picture', 'No picture at the moment');
  }
}

/**
 * @param {import('./show.js').Mood} mood
 * @param {string} state
 * @param {string} words over the picture; empty to leave it free
 */
function write(mood, state, words) {
  showState(mood, state);
  const line = element('stage-words', HTMLElement);
  line.hidden = words === '';
  if (line.textContent !== words) line.textContent = words;
}

function toggleFullscreen() {
  if (document.fullscreenElement !== null) return void document.exitFullscreen();
  if (stage.requestFullscreen !== undefined) return void stage.requestFullscreen();
  // iPhones only let a video itself fill the screen.
  /** @type {any} */ (video).webkitEnterFullscreen?.();
}
