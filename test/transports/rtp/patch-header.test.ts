import test from 'ava';
import {
  parseRtp,
  setPayloadType,
  setSequenceNumber,
  setSsrc,
  setTimestamp,
} from '../../../transports/rtp/packet.ts';
import { rtpBytes } from './packets.ts';

test('patches each field and leaves every other byte alone', t => {
  for (const marker of [false, true]) {
    const bytes = rtpBytes({ marker, payloadType: 127, payload: [5, 6] });
    setPayloadType(bytes, 42);
    setSequenceNumber(bytes, 0xabcd);
    setTimestamp(bytes, 0xfffffffe);
    setSsrc(bytes, 0x80000001);
    t.deepEqual(
      bytes,
      rtpBytes({
        marker,
        payloadType: 42,
        sequenceNumber: 0xabcd,
        timestamp: 0xfffffffe,
        ssrc: 0x80000001,
        payload: [5, 6],
      }),
    );
  }
});

test('takes extended numbers, of which the wire shows the lowest bits', t => {
  const bytes = rtpBytes();
  setSequenceNumber(bytes, 3 * 2 ** 16 + 7);
  setTimestamp(bytes, 5 * 2 ** 32 + 9);
  const packet = parseRtp(bytes)!;
  t.is(packet.sequenceNumber, 7);
  t.is(packet.timestamp, 9);
});
