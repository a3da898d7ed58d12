/**
 * A clapperboard. In place of camera and microphone the publisher's page sends a picture that flashes and a beep, which
 * begin in the same moment; the viewer's page notes when it shows the one and plays the other.
 *
 * How exact it is: the flash is drawn up to one refresh (17 ms) before it is captured. A shown frame's time is the
 * browser's own (`presentationTime`). The beep is found to the sample in what WebAudio gets of the received track, some
 * 10 ms after the video element would have it. Together one offset has an error of -10 to +20 ms.
 */
import type { BrowserContext, Page } from 'playwright-core';

/** For both browsers: an AudioContext runs though nobody has clicked. */
export const soundWithoutClick = ['--autoplay-policy=no-user-gesture-required'];

/** Offsets of up to half of this are told apart from those of the flash before or after. */
const EVERY_MS = 700;
/** Several frames, and longer than what an encoder smears. */
const LASTS_MS = 150;

/** To be called before the publisher's page is opened. */
export async function flashInPlaceOfCamera(context: BrowserContext): Promise<void> {
  await context.addInitScript(
    ([everyMs, lastsMs]) => {
      // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
      const page = globalThis as any;
      page.navigator.mediaDevices.getUserMedia = async () => {
        const canvas = page.document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 360];
        const picture = canvas.getContext('2d');
        const sound = new page.AudioContext();
        const beep = new page.OscillatorNode(sound, { frequency: 1000 });
        const loudness = new page.GainNode(sound, { gain: 0 });
        const microphone = sound.createMediaStreamDestination();
        beep.connect(loudness).connect(microphone);
        beep.start();
        let wasOn = false;
        let refreshes = 0;
        const draw = (nowMs: number) => {
          page.requestAnimationFrame(draw);
          refreshes += 1;
          // 30 frames a second are enough, and leave the processor to others.
          if (refreshes % 2 === 0) return;
          const isOn = nowMs % everyMs! < lastsMs!;
          if (isOn !== wasOn) loudness.gain.setValueAtTime(isOn ? 0.5 : 0, 0);
          wasOn = isOn;
          picture.fillStyle = isOn ? 'white' : 'black';
          picture.fillRect(0, 0, 640, 360);
          // Something that moves in every frame, at the lower edge.
          picture.fillStyle = 'grey';
          picture.fillRect(refreshes % 600, 340, 40, 20);
        };
        page.requestAnimationFrame(draw);
        const stream = canvas.captureStream();
        stream.addTrack(microphone.stream.getAudioTracks()[0]);
        return stream;
      };
    },
    [EVERY_MS, LASTS_MS],
  );
}

/** Begins to note flashes and beeps on a page that shows them in its video element. */
export async function noteFlashesAndBeeps(viewer: Page): Promise<void> {
  await viewer.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const page = globalThis as any;
    const video = page.document.querySelector('video');
    const pixel = new page.OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
    page.flashesMs = [];
    let wasBright = false;
    const look = (_nowMs: number, { presentationTime }: { presentationTime: number }) => {
      video.requestVideoFrameCallback(look);
      pixel.drawImage(video, 0, 0, 8, 8);
      const isBright = pixel.getImageData(4, 2, 1, 1).data[0] > 128;
      if (isBright && !wasBright) page.flashesMs.push(presentationTime);
      wasBright = isBright;
    };
    video.requestVideoFrameCallback(look);

    // Far more sound than passes between two looks at it, however busy the machine is.
    const LISTENED = 32_768;
    const QUIET_BEFORE_MS = 100;
    const sound = new page.AudioContext();
    const ear = new page.AnalyserNode(sound, { fftSize: LISTENED });
    const samples = new Float32Array(LISTENED);
    const perMs = sound.sampleRate / 1000;
    page.beepsMs = [];
    let media: unknown;
    let source: { disconnect(): void } | undefined;
    // Of the context's clock: the earliest moment at which a time was reached, since each look may come late.
    let originMs = Number.POSITIVE_INFINITY;
    let heardUntilMs = 0;
    page.setInterval(() => {
      if (video.srcObject !== media) {
        source?.disconnect();
        source = sound.createMediaStreamSource(video.srcObject);
        sound.resume();
        (source as unknown as { connect(to: unknown): void }).connect(ear);
        media = video.srcObject;
      }
      const untilMs = sound.currentTime * 1000;
      originMs = Math.min(originMs, page.performance.now() - untilMs);
      ear.getFloatTimeDomainData(samples);
      let quiet = 0;
      for (let i = 0; i < LISTENED; i += 1) {
        quiet += 1;
        if (Math.abs(samples[i]!) < 0.05) continue;
        const atMs = untilMs - (LISTENED - i) / perMs;
        if (quiet > QUIET_BEFORE_MS * perMs && atMs > heardUntilMs + QUIET_BEFORE_MS) {
          page.beepsMs.push(originMs + atMs);
          heardUntilMs = atMs;
        }
        quiet = 0;
      }
    }, 50);
  });
}

/** How much later the beep was played than its flash was shown, ms, for every flash so far in order; negative if earlier. */
export async function offsetsMs(viewer: Page): Promise<readonly number[]> {
  const { flashesMs, beepsMs } = await viewer.evaluate(() => {
    const noted = globalThis as never as { flashesMs: readonly number[]; beepsMs: readonly number[] };
    return { flashesMs: noted.flashesMs, beepsMs: noted.beepsMs };
  });
  return flashesMs.flatMap(flashMs => {
    const nearest = beepsMs
      .map(beepMs => beepMs - flashMs)
      .sort((one, other) => Math.abs(one) - Math.abs(other))[0];
    return nearest !== undefined && Math.abs(nearest) < EVERY_MS / 2 ? [nearest] : [];
  });
}
