import test from 'ava';
import { Publisher } from '../../../actors/forwarding/publisher.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

const video = {
  kind: 'video',
  mid: '1',
  payloads: [{ payloadType: 96, codecId: 'vp8' }],
  extensions: {},
  nack: true,
} as const;

test('a packet longer than any network carries is none', t => {
  const publisher = new Publisher(0, [video], 1);
  const packetOf = (payloadLength: number, sequenceNumber: number) =>
    rtpBytes({ payloadType: 96, sequenceNumber, payload: Array.from({ length: payloadLength }, () => 1) });
  t.truthy(publisher.receiveRtp(0, packetOf(1988, 1)));
  t.is(publisher.receiveRtp(1, packetOf(1989, 2)), undefined);
  t.is(publisher.receiveRtp(2, packetOf(60_000, 3)), undefined);
  t.is(publisher.counters.rtpMalformed, 2);
});
