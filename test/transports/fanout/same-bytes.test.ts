import test from 'ava';
import fc from 'fast-check';
import { chooseEngine, type Engine } from '../../../transports/engine.ts';
import type { Fanout, FanoutPacket, OutletTerms } from '../../../transports/fanout/port.ts';
import { createSrtpTransform } from '../../../transports/srtp/transform.ts';
import type { Path } from '../../../transports/udp/path.ts';
import { openReceiver } from '../native/receiver.ts';
import { firstSequences, profiles, sessionKeys } from '../srtp/packets.ts';
import { canonicalPacket, ourPayloadTypes, outletTerms } from './packets.ts';

const addresses = ['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4'] as const;
/** Less than half of all numbers: what neither end takes for a step back. */
const STEP_TO_NEXT_ROLLOVER = 30_000;

const foreignIds = fc.record(
  { audioLevel: fc.nat(20), videoOrientation: fc.nat(20), playoutDelay: fc.nat(20), mid: fc.nat(20) },
  { requiredKeys: [] },
);
const viewers = fc.array(
  fc.record({
    profile: fc.constantFrom(...profiles),
    withRtx: fc.subarray([...ourPayloadTypes]),
    first: fc.integer({ min: 0, max: 122 }),
    extensionIds: fc.option(foreignIds, { nil: undefined }),
    numberOffset: fc.nat(0xffff),
    isLive: fc.boolean(),
  }),
  { minLength: 1, maxLength: addresses.length },
);
type ViewerPlan = typeof viewers extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('packet' as const),
        payloadType: fc.constantFrom(...ourPayloadTypes),
        marker: fc.boolean(),
        extensions: fc.subarray(['audioLevel', 'videoOrientation', 'playoutDelay'] as const),
        // Parts of one frame differ by little, and are padded; others do not.
        payloadBytes: fc.oneof(fc.integer({ min: 1000, max: 1020 }), fc.integer({ min: 1, max: 1400 })),
        gap: fc.constantFrom(1, 1, 1, 2, 500),
        duration: fc.constantFrom(0, 960, 3000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), viewer: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('repeat' as const), viewer: fc.nat(), back: fc.nat(5) }),
    },
  ),
  { maxLength: 10 },
);
type Turn = typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never;

const start = fc.record({
  sequenceNumber: fc.constantFrom(...firstSequences),
  rollovers: fc.constantFrom(0, 0, 1, 2),
  timestamp: fc.constantFrom(0, 0x7fff_f000, 0xffff_f000),
});
type Start = typeof start extends fc.Arbitrary<infer One> ? One : never;

/** The same viewers behind one engine. */
function makeAudience(engine: Engine, fanout: Fanout, plans: readonly ViewerPlan[], paths: readonly Path[]) {
  const group = fanout.openGroup();
  const all = plans.map(({ profile, numberOffset, isLive, ...more }, i) => {
    const terms: OutletTerms = outletTerms({ ssrc: 1000 * (i + 1), ...more });
    const outlet = fanout.openOutlet(engine.makeSrtp(sessionKeys(profile).a), terms, error => {
      throw error;
    });
    outlet.lead(paths[i]!);
    outlet.setNumberOffset(numberOffset);
    if (isLive) group.add(outlet);
    return { outlet, terms, numberOffset, isLive, rtxNumber: 0xfffe, sent: [] as FanoutPacket[] };
  });
  type Viewer = (typeof all)[number];

  const sendAlone = ({ outlet, numberOffset }: Viewer, packet: FanoutPacket) =>
    outlet.send(packet, packet.sequenceNumber + numberOffset, packet.timestamp);
  const send = (packet: FanoutPacket) => {
    group.send(packet);
    for (const viewer of all) {
      viewer.sent.push(packet);
      if (!viewer.isLive) sendAlone(viewer, packet);
    }
  };
  const move = (viewer: Viewer) => {
    viewer.isLive = !viewer.isLive;
    if (viewer.isLive) group.add(viewer.outlet);
    else group.remove(viewer.outlet);
  };
  const repeat = (viewer: Viewer, back: number) => {
    const packet = viewer.sent.at(-1 - back);
    if (packet === undefined) return;
    const { terms, outlet, numberOffset } = viewer;
    if (terms.rtxPayloadTypes[packet.bytes[1]! & 0x7f]! < 0) return sendAlone(viewer, packet);
    viewer.rtxNumber += 1;
    const { sequenceNumber, timestamp } = packet;
    outlet.sendRtx(packet, sequenceNumber + numberOffset, timestamp, viewer.rtxNumber & 0xffff);
  };
  return {
    /** As many rollovers pass unseen before what is compared. */
    reach({ sequenceNumber, rollovers }: Start): void {
      for (const viewer of all)
        for (let at = 0; at < sequenceNumber + rollovers * 65_536; at += STEP_TO_NEXT_ROLLOVER)
          sendAlone(viewer, trackPacket(at, 0, {}));
    },
    step(one: Turn[number], packet: FanoutPacket | undefined): void {
      if (one.kind === 'packet') send(packet!);
      else if (one.kind === 'move') move(all[one.viewer % all.length]!);
      else repeat(all[one.viewer % all.length]!, one.back);
    },
  };
}

function trackPacket(
  sequenceNumber: number,
  timestamp: number,
  parts: Parameters<typeof canonicalPacket>[0],
): FanoutPacket {
  const bytes = canonicalPacket({ ...parts, sequenceNumber, timestamp });
  return { bytes, sequenceNumber, timestamp };
}

test('both engines make the same datagrams, in the same order, and a receiver opens each', async t => {
  const [portable, native] = [chooseEngine('portable'), chooseEngine('native')];
  const receiver = await openReceiver(addresses);
  const sink = { receive() {}, batchEnd() {} };
  const socket = await native.openSocket({ port: 0, addresses: ['127.0.0.1'], sink });
  t.teardown(() => Promise.all([receiver.close(), socket.close()]));
  const paths = addresses.map(receiver.pathTo);
  let compared = 0;

  await fc.assert(
    fc.asyncProperty(
      viewers,
      start,
      fc.array(steps, { minLength: 1, maxLength: 4 }),
      async (plans, from, turns) => {
        let made = new Map<string, Buffer[]>();
        const ours = portable.makeFanout((bytes, { remoteAddress }) => {
          made.set(remoteAddress, [...(made.get(remoteAddress) ?? []), Buffer.from(bytes)]);
        });
        const theirs = native.makeFanout(() => {});
        theirs.attach(socket);
        const audiences = [
          makeAudience(portable, ours, plans, paths),
          makeAudience(native, theirs, plans, paths),
        ];
        const seen = plans.map(() => new Set<string>());
        const viewersSrtp = plans.map(({ profile }) => createSrtpTransform(sessionKeys(profile).b));

        const endTurn = async () => {
          ours.flush();
          theirs.flush();
          const received = await receiver.taken(socket);
          for (const [i, srtp] of viewersSrtp.entries()) {
            const expected = made.get(addresses[i]!) ?? [];
            t.deepEqual(received.get(addresses[i]!) ?? [], expected);
            compared += expected.length;
            for (const datagram of expected) {
              const opened = srtp.openRtp(datagram);
              // Without RTX a repetition is the very same packet.
              const isRepetition = seen[i]!.has(datagram.toString('latin1'));
              t.is(typeof opened === 'string' ? opened : 'opened', isRepetition ? 'replay' : 'opened');
              seen[i]!.add(datagram.toString('latin1'));
            }
          }
          made = new Map();
        };

        for (const audience of audiences) audience.reach(from);
        await endTurn();
        let sequenceNumber = from.sequenceNumber + from.rollovers * 65_536;
        let { timestamp } = from;
        for (const turn of turns) {
          for (const one of turn) {
            let packet: FanoutPacket | undefined;
            if (one.kind === 'packet') {
              sequenceNumber += one.gap;
              timestamp += one.duration;
              packet = trackPacket(sequenceNumber, timestamp, one);
            }
            for (const audience of audiences) audience.step(one, packet);
          }
          await endTurn();
        }
      },
    ),
    { seed: 6, numRuns: 300 },
  );
  t.log(`${compared} datagrams`);
  t.true(compared > 3000);
});
