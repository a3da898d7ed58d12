import test from 'ava';
import type { RelayFrame } from '../../../transports/relay/frame.ts';
import { AUDIO_PATIENCE_MS, VIDEO_PATIENCE_MS } from '../../../transports/relay/limits.ts';
import { TrackSender } from '../../../transports/relay/track-sender.ts';
import { starts } from '../kcp/sequence-starts.ts';

const epoch = 5;
const packet = new Uint8Array(12);

function media(sequenceNumber: number, frame: number): RelayFrame {
  return { kind: 'media', epoch, sequenceNumber, timestamp: 3_000 * frame, packet };
}

/** Sends packets of one segment each, one a millisecond from 0 on, two to a frame. */
function sending(kind: 'audio' | 'video', count: number, firstSequence = 0) {
  const sender = new TrackSender(kind);
  const range = (place: number) => ({
    first: (firstSequence + place) >>> 0,
    end: (firstSequence + place + 1) >>> 0,
  });
  const send = (place: number, canStart = false) => {
    const frame = media(100 + place, place >> 1);
    if (!sender.admits(canStart)) return false;
    sender.sent(place, range(place), frame, canStart);
    return true;
  };
  for (let place = 0; place < count; place += 1) send(place);
  const acknowledge = (places: number) => sender.acknowledgedBefore((firstSequence + places) >>> 0);
  return { sender, send, acknowledge, range };
}

for (const firstSequence of starts) {
  test(`a picture is given up whole, with all that was sent after it: from ${firstSequence}`, t => {
    const { sender, send, acknowledge, range } = sending('video', 6, firstSequence);
    acknowledge(3);
    t.is(sender.giveUpAtMs(0), 3 + VIDEO_PATIENCE_MS);
    t.deepEqual(sender.expire(2 + VIDEO_PATIENCE_MS, 0), []);
    const given = sender.expire(3 + VIDEO_PATIENCE_MS, 0);
    t.deepEqual(
      given.map(({ first }) => first),
      [3, 4, 5].map(place => range(place).first),
    );
    t.is(sender.state, 'dropping');
    t.false(send(6));
    t.false(send(6, true), 'nor what a picture can start with, before the owner was asked');
    t.is(sender.giveUpAtMs(0), undefined);
    acknowledge(6);
    t.true(sender.mayStart());
    t.false(sender.mayStart(), 'once');
    t.deepEqual(sender.delivered, { epoch, sequenceNumber: 102 });
    t.false(send(6));
    t.true(send(7, true));
    t.true(send(8));
    acknowledge(9);
    t.deepEqual(sender.delivered, { epoch, sequenceNumber: 108 });
  });
}

test('sound is given up by the packet', t => {
  const { sender, send, acknowledge, range } = sending('audio', 6);
  t.deepEqual(
    sender.expire(1 + AUDIO_PATIENCE_MS, 0).map(({ first }) => first),
    [0, 1].map(place => range(place).first),
  );
  t.is(sender.giveUpAtMs(0), 2 + AUDIO_PATIENCE_MS);
  t.true(send(6));
  acknowledge(7);
  t.is(sender.giveUpAtMs(0), undefined);
  t.false(sender.mayStart());
});

test('on a long line everything is waited for that much longer', t => {
  const { sender } = sending('video', 1);
  t.is(sender.giveUpAtMs(200), VIDEO_PATIENCE_MS + 300);
});

test("the publisher's clock is given up alone", t => {
  const sender = new TrackSender('video');
  const clock = { kind: 'clock', epoch, ntp: { seconds: 1, fraction: 2 }, timestamp: 3 } as const;
  sender.sent(0, { first: 0, end: 1 }, clock, false);
  sender.sent(5, { first: 1, end: 2 }, media(100, 0), true);
  t.deepEqual(
    sender.expire(VIDEO_PATIENCE_MS, 0).map(({ first }) => first),
    [0],
  );
  t.is(sender.state, 'sending');
  sender.acknowledgedBefore(2);
  t.deepEqual(sender.delivered, { epoch, sequenceNumber: 100 });
});

test('a frame that finds no room is given up with what was sent of it', t => {
  const { sender, range } = sending('video', 5);
  t.deepEqual(
    sender.overflow(media(105, 2)).map(({ first }) => first),
    [range(4).first],
  );
  t.is(sender.state, 'dropping');
  const { sender: sound } = sending('audio', 5);
  t.deepEqual(sound.overflow(media(105, 2)), []);
  t.is(sound.state, 'sending');
});
