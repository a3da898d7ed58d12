/** The raw viewer of the bench of uplinks: libdatachannel, which hands over packets as they come; nothing mends them. */
import { systemClock } from '../../transports/clock.ts';
import { loadLibrary, newPeer, pull } from './datachannel.ts';
import { RawWatch } from './raw-watch.ts';
import { STREAM, serveBench } from './uplink-protocol.ts';

/** Referred to as long as the process lives: the library forgets the callbacks of what nothing refers to. */
const kept: unknown[] = [];

await serveBench(async ({ url }) => {
  const viewer = newPeer(await loadLibrary(), 'viewer');
  const watch = new RawWatch();
  const seen = Promise.withResolvers<void>();
  viewer.onTrack(track => {
    kept.push(track);
    track.onMessage(bytes => {
      if (watch.receive(systemClock.nowMs(), bytes) === 'video') seen.resolve();
    });
  });
  kept.push(viewer);
  await pull(viewer, url, STREAM);
  await seen.promise;
  let before = watch.counts(systemClock.nowMs());
  return {
    begin() {
      watch.forgive();
      before = watch.counts(systemClock.nowMs());
    },
    end() {
      const after = watch.counts(systemClock.nowMs());
      const grown = (name: keyof typeof after) => after[name] - before[name];
      return {
        client: 'raw',
        frames: grown('frames'),
        undecodableFrames: grown('undecodableFrames'),
        undecodableOnArrival: grown('undecodableOnArrival'),
        cutShortFrames: grown('cutShortFrames'),
        packetsOutOfOrder: grown('packetsOutOfOrder'),
        packetsMissing: grown('packetsMissing'),
        audioOutOfOrder: grown('audioOutOfOrder'),
        audioMissing: grown('audioMissing'),
      };
    },
  };
});
