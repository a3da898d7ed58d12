/** `zrtc token`: makes the token that lets somebody publish or watch. */
import { PERMISSIONS, type Permission } from '../auth/caller.ts';
import { mintToken } from '../auth/token.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { configFileFlag, configOf } from './config-flags.ts';
import { secondsIn } from './duration.ts';
import { EXIT } from './terminal.ts';

/** A lesson and its breaks; a token cannot be taken back, so it should not live long. */
const DEFAULT_TTL = '2h';

export const token: Command = {
  name: 'token',
  summary:
    'Prints a token (JWT) that permits something with a stream, signed with the secret of the configuration.',
  usage: '--stream ID --can WHAT[,WHAT] [--uid ID] [--ttl TIME]',
  flags: [
    {
      name: 'stream',
      placeholder: 'ID',
      description: 'the stream, or a prefix and * (math-*), or * for all',
    },
    {
      name: 'can',
      placeholder: 'WHAT',
      description: `some of ${PERMISSIONS.join(', ')} (see below), with commas between them`,
    },
    { name: 'uid', placeholder: 'ID', description: 'the user that sessions with this token belong to' },
    {
      name: 'ttl',
      placeholder: 'TIME',
      description: `how long it is good for: 90s, 30m, 2h, 7d; by default ${DEFAULT_TTL}`,
    },
    {
      name: 'secret',
      placeholder: 'SECRET',
      standsFor: 'auth.secret',
      description: 'the secret, in place of the configured one; other users of this machine can see it',
    },
    {
      name: 'auth.secretFile',
      placeholder: 'FILE',
      description: 'the file that holds it, in place of the configured one',
    },
    configFileFlag,
  ],
  examples: [
    'zrtc token --stream math-101 --can publish --ttl 1h',
    "zrtc token --stream 'math-*' --can view --uid 7",
    "zrtc token --stream '*' --can observe --ttl 30d",
  ],
  notes: [
    'What a token permits, with the streams that it is for:',
    '  publish  publish them',
    '  view     watch them',
    '  observe  see what the node does: zrtc status, GET /api/..., GET /metrics',
    '  admin    all of these, and end anybody’s session',
    'It cannot be taken back. A node takes it until 5 seconds past its time, since clocks differ.',
    '',
    'A page takes it in its address, after the #: http://127.0.0.1:8080/watch/math-101#token=TOKEN',
    'A program sends it as a header: Authorization: Bearer TOKEN',
  ],
  async run(flags, terminal) {
    const stream = demanded(flags, 'stream');
    const can = permissionsIn(demanded(flags, 'can'));
    const lifeSeconds = lifeIn(flags.ttl ?? DEFAULT_TTL);
    const { secret } = configOf(flags, terminal).auth;
    if (secret === undefined) {
      terminal.tell(
        'zrtc: no secret to sign with: set auth.secret or auth.secretFile, as the node has it, or --secret',
      );
      return EXIT.failed;
    }
    const exp = Math.floor(terminal.clock.wallMs() / 1000) + lifeSeconds;
    const minted = await minting(secret, { stream, can, uid: flags.uid, exp });
    terminal.out(minted);
    return EXIT.done;
  },
};

function demanded(flags: FlagValues, name: string): string {
  const value = flags[name];
  if (value === undefined) throw new UsageError(`--${name} is missing; see zrtc token --help`);
  return value;
}

function permissionsIn(text: string): readonly Permission[] {
  return text.split(',').map(part => {
    const found = PERMISSIONS.find(permission => permission === part.trim());
    if (found === undefined)
      throw new UsageError(`--can knows ${PERMISSIONS.join(', ')}, not '${part.trim()}'`);
    return found;
  });
}

function lifeIn(text: string): number {
  const seconds = secondsIn(text);
  if (seconds === undefined)
    throw new UsageError(`--ttl must be a time such as 90s, 30m, 2h or 7d, not '${text}'`);
  return seconds;
}

/** What is wrong with a claim is the caller's doing: a stream that can be none, a uid that is too long. */
async function minting(secret: string, claims: Parameters<typeof mintToken>[1]): Promise<string> {
  try {
    return await mintToken(secret, claims);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
