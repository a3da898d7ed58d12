import test from 'ava';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { createSrtpTransform } from '../../../transports/srtp/transform.ts';
import { engines } from '../engines.ts';
import { openReceiver } from '../native/receiver.ts';
import { profiles, sessionKeys } from '../srtp/packets.ts';
import { canonicalPacket, outletTerms } from './packets.ts';

const packet = (sequenceNumber: number, payloadBytes: number): FanoutPacket => ({
  bytes: canonicalPacket({ sequenceNumber, payloadBytes }),
  sequenceNumber,
  timestamp: 0,
});

const [withRtx, without] = ['127.0.1.1', '127.0.1.2'] as const;

for (const { name, openSocket, makeSrtp, makeFanout } of engines)
  for (const profile of profiles)
    test(`${name}, ${profile}: who has no RTX gets no padding, so that a repetition is the same packet to the byte`, async t => {
      const receiver = await openReceiver([withRtx, without]);
      const socket = await openSocket({
        port: 0,
        addresses: ['127.0.0.1'],
        sink: { receive() {}, batchEnd() {} },
      });
      t.teardown(() => Promise.all([socket.close(), receiver.close()]));
      const fanout = makeFanout((bytes, path) => socket.send(bytes, path));
      fanout.attach(socket);
      const group = fanout.openGroup();
      const open = (address: string, more: { withRtx?: readonly number[] }) => {
        const outlet = fanout.openOutlet(makeSrtp(sessionKeys(profile).a), outletTerms(more), error =>
          t.fail(String(error)),
        );
        outlet.lead(receiver.pathTo(address));
        group.add(outlet);
        return outlet;
      };
      open(withRtx, {});
      const outlet = open(without, { withRtx: [] });

      const sent = [packet(65_535, 1000), packet(65_536, 1010)];
      for (const one of sent) group.send(one);
      fanout.flush();
      outlet.send(sent[0]!, sent[0]!.sequenceNumber, 0);
      const received = await receiver.taken(socket);

      const paddings = (datagrams: readonly Buffer[]) => {
        const viewer = createSrtpTransform(sessionKeys(profile).b);
        return datagrams.map(datagram => parseRtp(viewer.openRtp(datagram) as Uint8Array)!.paddingLength);
      };
      t.deepEqual(paddings(received.get(withRtx)!), [10, 0]);
      const [first, second, again] = received.get(without)!;
      t.deepEqual(paddings([first!, second!]), [0, 0]);
      t.deepEqual(again, first);
    });
