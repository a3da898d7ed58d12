/** Time, randomness and sockets come through ports, so that a simulation can be master of all three. */
import test from 'ava';
import { findings, type Import, layers, sourceFiles } from './source-files.ts';

/** What runs in the browser has no ports of ours. */
const files = sourceFiles(layers).filter(({ path }) => !path.startsWith('gateway/web/public/'));

interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  /** The files that may, by path. */
  readonly except: RegExp;
  readonly instead: string;
}

const bans: readonly Ban[] = [
  {
    what: 'the clock',
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bperformance\b|\bprocess\.(hrtime|uptime)\b/,
    except: /^transports\/clock\.ts$/,
    instead: 'take nowMs as a parameter, or a Clock from transports/clock.ts',
  },
  {
    what: 'timers',
    pattern: /\bset(Timeout|Interval)\b|\bAbortSignal\.timeout\b|\bAtomics\.wait\b/,
    except: /^transports\/clock\.ts$/,
    instead: 'have a deadline(), or use the setTimer of a Clock from transports/clock.ts',
  },
  {
    what: 'setImmediate',
    pattern: /\bsetImmediate\b/,
    except: /^transports\/clock\.ts$|\.socket\.ts$/,
    instead: 'use the setTimer of a Clock from transports/clock.ts',
  },
  {
    what: 'randomness',
    pattern: /\bMath\.random\b|\brandom(Bytes|UUID|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
    except: /^transports\/random\.ts$/,
    instead: 'take a Random from transports/random.ts',
  },
  {
    what: 'listening',
    pattern: /\b\w*(app|server|socket)\.listen\(/i,
    except: /\.socket\.ts$/,
    instead: 'listen in a file named *.socket.ts',
  },
];

for (const { what, pattern, except, instead } of bans) {
  test(`${what} is left to its port`, t => {
    const offences = files.filter(({ path }) => !except.test(path)).flatMap(file => findings(file, pattern));
    t.deepEqual(offences, [], instead);
  });
}

/** Modules that open sockets, with those of their names that do not. */
const socketModules: Readonly<Record<string, readonly string[]>> = {
  'node:dgram': [],
  'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
  'node:tls': [],
  'node:http': ['STATUS_CODES', 'METHODS'],
  'node:http2': ['constants'],
  'node:https': [],
  zeromq: ['curveKeyPair'],
  '@redis/client': [],
};

function opensSockets({ target, names, isTypeOnly }: Import): boolean {
  const harmless = socketModules[target];
  if (harmless === undefined || isTypeOnly) return false;
  return names.length === 0 || names.some(name => !harmless.includes(name));
}

test('only files named *.socket.ts open sockets', t => {
  const openers = files.filter(({ imports }) => imports.some(opensSockets)).map(({ path }) => path);
  t.deepEqual(
    openers.filter(path => !path.endsWith('.socket.ts')),
    [],
    'take a port (DatagramSocket, ListenOptions), and open the socket in a file named *.socket.ts',
  );
  t.true(openers.length > 0, 'no file was seen to open a socket, which cannot be true');
});

test('modules of Node are imported by their full names, which the rules above look for', t => {
  const short = /^(net|dgram|tls|https?|http2|timers|crypto|fs|path|worker_threads)$/;
  const offences = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ target }) => (short.test(target) ? [`${path}: write node:${target}`] : [])),
  );
  const timers = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ target }) =>
      target.startsWith('node:timers') ? [`${path}: use a Clock, not ${target}`] : [],
    ),
  );
  t.deepEqual([...offences, ...timers], []);
});
