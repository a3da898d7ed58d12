import { createPublicKey, X509Certificate } from 'node:crypto';
import test from 'ava';
import { fingerprintOf, makeCertificate } from '../../../transports/dtls/certificate.ts';

const WALL_MS = Date.UTC(2027, 1, 3);
const DAY_MS = 24 * 60 * 60 * 1000;

test('the certificate is self-signed for a key on P-256 and valid around now', async t => {
  const made = await makeCertificate(WALL_MS);
  const certificate = new X509Certificate(made.certificateDer);
  t.true(certificate.verify(certificate.publicKey));
  t.true(certificate.publicKey.equals(createPublicKey(made.privateKey)));
  t.is(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  t.is(certificate.subject, 'CN=zrtc');
  t.true(Date.parse(certificate.validFrom) <= WALL_MS - DAY_MS);
  t.true(Date.parse(certificate.validTo) >= WALL_MS + 14 * DAY_MS);
});

test('its fingerprint is the one that others compute', async t => {
  const made = await makeCertificate(WALL_MS);
  const certificate = new X509Certificate(made.certificateDer);
  t.deepEqual(made.fingerprint, { algorithm: 'sha-256', value: certificate.fingerprint256 });
  t.is(fingerprintOf(made.certificateDer, 'sha-512').value, certificate.fingerprint512);
});

test('no two are alike', async t => {
  const [one, other] = [await makeCertificate(WALL_MS), await makeCertificate(WALL_MS)];
  t.not(one.fingerprint.value, other.fingerprint.value);
  const serials = [one, other].map(made => new X509Certificate(made.certificateDer).serialNumber);
  t.not(serials[0], serials[1]);
});
