/** The engines, for tests that hold for either. That the native one has been built is a test of its own (native/built.test.ts). */
import { chooseEngine, type Engine } from '../../transports/engine.ts';
import { loadAddon, type NativeAddon } from '../../transports/native/addon.ts';

export const engines: readonly Engine[] = [
  chooseEngine('portable'),
  ...(typeof loadAddon() === 'string' ? [] : [chooseEngine('native')]),
];

/** Throws, saying what to do, where it has not been built. */
export function builtAddon(): NativeAddon {
  const addon = loadAddon();
  if (typeof addon !== 'string') return addon;
  throw new Error(
    `the native engine is not built (${addon}): it takes g++ (C++20), make and python3 (on Debian, as root: ` +
      'apt-get install g++ make python3), then npm run native:build; what was said then is in transports/native/build/output',
  );
}
