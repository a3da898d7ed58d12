import test from 'ava';
import type { LinkEnd } from '../../../transports/zeromq/link-end.ts';
import { LinkLog, type LinkLogEntry } from '../../../transports/zeromq/link-log.ts';

function log() {
  const entries: LinkLogEntry[] = [];
  return { log: new LinkLog(entry => entries.push(entry)), entries };
}

const peer = { node: 'b', incarnation: 2, version: 1, epoch: 3, endpoint: 'at-b', facts: {} };
const end = (code: LinkEnd['code'], words = ''): LinkEnd => ({ code, words, by: 'us' });

test('what keeps happening is said once, until it changes or has been well', t => {
  const { log: made, entries } = log();
  made.refused('at-b', undefined, end('lost', 'nobody listens at at-b'));
  made.refused('at-b', undefined, end('lost', 'nobody listens at at-b'));
  made.refused('at-c', undefined, end('keys', 'other keys'));
  made.refused('at-b', undefined, end('keys', 'other keys'));
  made.up(peer);
  made.down(peer, end('silent'));
  made.refused('at-b', undefined, end('keys', 'other keys'));
  t.deepEqual(
    entries.map(({ level, message }) => `${level}: ${message}`),
    [
      'warn: cannot join at-b: nobody listens at at-b',
      'error: cannot join at-c: other keys',
      'error: cannot join at-b: other keys',
      'info: linked with b',
      'warn: link with b ended: silent',
      'error: cannot join at-b: other keys',
    ],
  );
});

test('strangers are a line in ten seconds at most', t => {
  const { log: made, entries } = log();
  for (let count = 1; count <= 100; count += 1) made.strangers(count * 150, count);
  made.strangers(1e6, 100);
  made.strangers(2e6, 100);
  t.deepEqual(
    entries.map(({ message }) => message),
    [
      "refused 1 connection without the cluster's keys",
      "refused 67 connections without the cluster's keys",
      "refused 32 connections without the cluster's keys",
    ],
  );
});

test('a log that throws does no harm', t => {
  const made = new LinkLog(() => {
    throw new Error('disk full');
  });
  t.notThrows(() => made.up(peer));
});
