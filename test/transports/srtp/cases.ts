/** SRTP by each engine, in each profile. */
import { engines } from '../engines.ts';
import { profiles } from './packets.ts';

export const cases = engines.flatMap(({ name, makeSrtp }) =>
  profiles.map(profile => ({ name: `${name}, ${profile}`, profile, makeSrtp })),
);
