import test from 'ava';
import type { TrackNotice } from '../../../actors/forwarding/commands.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { track } from '../../../actors/stream/track.ts';
import { puppet, testSystem } from '../runtime/harness.ts';

const address = addressOf('a', '/streams/stream-math-101/track-video');

async function trackActor() {
  const logged: { event?: string; track?: string; state?: string }[] = [];
  const log = (entry: unknown) => logged.push(entry as never);
  const { system, clock } = testSystem({ ports: { media: () => {}, log } });
  system.start(address.path, track, { stream: 'math-101', kind: 'video' });
  await system.whenQuiet();
  return {
    system,
    events: () => logged.flatMap(({ event }) => event ?? []),
    logged,
    async hear(notice: TrackNotice) {
      system.tell(address, notice);
      await system.whenQuiet();
    },
    async pass(ms: number) {
      clock.advanceBy(ms);
      await system.whenQuiet();
    },
  };
}

test('a gap that is soon over is not worth a word', async t => {
  const { hear, pass, events } = await trackActor();
  await hear({ type: 'track-state', state: 'holding' });
  await pass(900);
  await hear({ type: 'track-state', state: 'forwarding' });
  await pass(5000);
  t.deepEqual(events(), []);
});

test('a track that does not go on for a second is told once, and once that it does again', async t => {
  const { hear, pass, events, logged } = await trackActor();
  await hear({ type: 'track-state', state: 'holding' });
  await pass(600);
  await hear({ type: 'track-state', state: 'awaiting keyframe' });
  await pass(600);
  await pass(5000);
  await hear({ type: 'track-state', state: 'forwarding' });
  t.deepEqual(events(), ['track-stalled', 'track-resumed']);
  t.like(logged[0], { track: 'video', state: 'awaiting keyframe' });
});

test('who begins to speak, and who stops, is told to whoever listens to events', async t => {
  const { hear, events } = await trackActor();
  await hear({ type: 'speaking', isSpeaking: true });
  await hear({ type: 'speaking', isSpeaking: false });
  t.deepEqual(events(), ['speaking-started', 'speaking-stopped']);
});

test('how long players should hold back goes to the stream, and from there to its viewers', async t => {
  const { system } = testSystem({ ports: { media: () => {}, log: () => {} } });
  const heard: Message[] = [];
  system.start('/streams/stream-math-101', puppet, { heard });
  system.start(address.path, track, { stream: 'math-101', kind: 'video' });
  await system.whenQuiet();
  system.tell(address, { type: 'buffer-target', targetMs: 120 } as Message);
  await system.whenQuiet();
  t.deepEqual(heard, [{ type: 'buffer-target', stream: 'math-101', targetMs: 120 } as Message]);
});
