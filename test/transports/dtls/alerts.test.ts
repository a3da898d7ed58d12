import { fatalAlert, parseAlert, warningAlert } from '../../../transports/dtls/alerts.ts';
import { CONTENT_TYPE, recordBytes } from '../../../transports/dtls/record.ts';
import { eachEngine, outcome, run, START_MS } from './support/pair.ts';

const { alert, applicationData, handshake } = CONTENT_TYPE;
const inTheClear = (bytes: Uint8Array, contentType: number = alert) =>
  recordBytes({ contentType, version: 0xfefd, epoch: 0, sequence: 900 }, bytes);

eachEngine('a fatal alert during the handshake ends it, and is named', (t, dtls) => {
  const pair = run(dtls.makePair(), undefined, START_MS + 25);
  pair.server.receive(pair.nowMs, inTheClear(fatalAlert('bad_certificate')));
  t.is(outcome(run(pair)), 'failed: DTLS alert from the client: bad_certificate');
  t.is(pair.server.deadline(), undefined);
});

eachEngine('an alert that has no name here is given by its number', (t, dtls) => {
  const pair = dtls.makePair();
  pair.server.receive(pair.nowMs, inTheClear(Uint8Array.of(2, 255)));
  t.is(outcome(run(pair)), 'failed: DTLS alert from the client: alert 255');
});

eachEngine('a warning does not end the handshake', (t, dtls) => {
  const pair = dtls.makePair();
  pair.server.receive(pair.nowMs, inTheClear(warningAlert('unrecognized_name')));
  t.is(outcome(run(pair)), 'connected');
});

eachEngine('a malformed alert is counted and nothing else', (t, dtls) => {
  for (const bytes of [[], [2], [3, 0], [2, 40, 0]]) {
    t.is(parseAlert(Uint8Array.from(bytes)), undefined);
    const pair = dtls.makePair();
    pair.server.receive(pair.nowMs, inTheClear(Uint8Array.from(bytes)));
    t.is(outcome(run(pair)), 'connected');
    t.is(pair.server.counters.refusedFragments, 1);
  }
});

eachEngine('once connected what is in the clear counts for nothing', (t, dtls) => {
  const pair = dtls.connectedPair();
  const hello = pair.passed[0]!.bytes;
  for (const bytes of [
    inTheClear(fatalAlert('internal_error')),
    inTheClear(warningAlert('close_notify')),
    hello,
  ])
    pair.server.receive(pair.nowMs, bytes);
  t.is(outcome(run(pair)), '');
  t.is(pair.server.counters.refusedRecords, 3);
  pair.client.inject(1, alert, warningAlert('close_notify'));
  t.is(outcome(run(pair)), 'closed');
});

eachEngine('once connected a fatal alert under the keys ends it', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.client.inject(1, alert, fatalAlert('internal_error'));
  t.is(outcome(run(pair)), 'failed: DTLS alert from the client: internal_error');
});

eachEngine('a forged or repeated record under the keys counts for nothing', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.client.inject(1, alert, warningAlert('no_renegotiation'));
  const record = pair.client.poll()!;
  pair.server.receive(pair.nowMs, record.with(-1, record.at(-1)! ^ 1));
  t.is(pair.server.counters.refusedRecords, 1);
  pair.server.receive(pair.nowMs, record);
  t.is(pair.server.counters.refusedRecords, 1);
  pair.server.receive(pair.nowMs, record);
  t.is(pair.server.counters.refusedRecords, 2);
  t.is(outcome(run(pair)), '');
});

eachEngine('a client that says goodbye is answered', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.client.inject(1, alert, warningAlert('close_notify'));
  t.is(outcome(run(pair)), 'closed');
  t.deepEqual(pair.client.alerts, ['close_notify']);
});

eachEngine('a client that says goodbye during the handshake is answered in the clear', (t, dtls) => {
  const pair = run(dtls.makePair(), undefined, START_MS + 15);
  pair.client.inject(0, alert, warningAlert('close_notify'));
  t.is(outcome(run(pair)), 'closed');
  t.deepEqual(pair.client.alerts, ['close_notify']);
});

eachEngine('close says goodbye, once, and then all is silent', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.server.close(pair.nowMs);
  pair.server.close(pair.nowMs);
  pair.client.inject(1, applicationData, Uint8Array.of(1));
  run(pair);
  t.deepEqual(pair.client.alerts, ['close_notify']);
  t.is(outcome(pair), '');
});

eachEngine('close before anybody came says nothing', (t, dtls) => {
  const server = dtls.makeServer();
  server.close(0);
  t.is(server.poll(), undefined);
  t.is(server.deadline(), undefined);
});

eachEngine('close during the handshake says goodbye in the clear', (t, dtls) => {
  const pair = run(dtls.makePair(), undefined, START_MS + 15);
  pair.server.close(pair.nowMs);
  run(pair);
  t.deepEqual(pair.client.alerts, ['close_notify']);
  t.is(outcome(pair), '');
});

eachEngine('application data is counted and not answered', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.client.inject(1, applicationData, new Uint8Array(100));
  const before = pair.passed.length;
  run(pair);
  t.is(pair.server.counters.applicationData, 1);
  t.is(pair.passed.length, before + 1);
});

eachEngine('a new hello under the keys is not answered: nothing is negotiated twice', (t, dtls) => {
  const pair = dtls.connectedPair();
  const hello = pair.passed[0]!.bytes.subarray(13);
  pair.client.inject(1, handshake, hello);
  run(pair);
  t.is(pair.server.counters.refusedFragments, 1);
  t.deepEqual(pair.client.alerts, []);
  t.is(outcome(pair), '');
});
