import test from 'ava';
import { codecOf, matchPayloads } from '../../../transports/sdp/codecs-match.ts';
import type { Payload } from '../../../transports/sdp/payloads.ts';

function payload(
  name: string,
  parameters: Record<string, string> = {},
  clockRate = 90000,
  channels = 1,
): Payload {
  const map = new Map(Object.entries(parameters));
  return { payloadType: 96, name, clockRate, channels, parameters: map, feedback: new Set() };
}

const h264 = (profileLevelId: string) => payload('h264', { 'profile-level-id': profileLevelId });

test('H.264 profiles are told apart by RFC 6184 table 5', t => {
  const expected: Record<string, string | undefined> = {
    '42e01f': 'h264/42e0',
    '42E034': 'h264/42e0',
    '42c01f': 'h264/42e0',
    '42401f': 'h264/42e0',
    '4d801f': 'h264/42e0',
    '58c01f': 'h264/42e0',
    '42001f': 'h264/4200',
    '42801f': 'h264/4200',
    '58801f': 'h264/4200',
    '4d001f': 'h264/4d00',
    '4d401f': 'h264/4d00',
    '64001f': 'h264/6400',
    '640c1f': 'h264/6400',
    '58001f': undefined,
    '6e001f': undefined,
    '42e0': undefined,
    nonsense: undefined,
  };
  for (const [profile, id] of Object.entries(expected)) t.is(codecOf(h264(profile))?.id, id, profile);
  t.is(codecOf(payload('h264'))?.id, 'h264/4200', 'Baseline when nothing is said');
  t.is(codecOf(payload('h264', { 'packetization-mode': '2' })), undefined);
});

test('the other codecs go by name, clock rate, channels and profile', t => {
  t.is(codecOf(payload('opus', {}, 48000, 2))?.id, 'opus');
  t.is(codecOf(payload('opus', {}, 48000, 1)), undefined);
  t.is(codecOf(payload('vp8'))?.id, 'vp8');
  t.is(codecOf(payload('vp8', {}, 48000)), undefined);
  t.is(codecOf(payload('vp9'))?.id, 'vp9/0');
  t.is(codecOf(payload('vp9', { 'profile-id': '2' }))?.id, 'vp9/2');
  t.is(codecOf(payload('vp9', { 'profile-id': '1' })), undefined);
  t.is(codecOf(payload('av1'))?.id, 'av1/0');
  t.is(codecOf(payload('av1', { profile: '1' })), undefined);
  t.is(codecOf(payload('h265')), undefined);
  t.is(codecOf(payload('vp9/0')), undefined);
});

test('a peer that receives H.264 has to take packetization mode 1', t => {
  const mode = (value: string) =>
    payload('h264', { 'profile-level-id': '42e01f', 'packetization-mode': value });
  t.is(matchPayloads([mode('0')], 'sends').length, 1);
  t.is(matchPayloads([mode('0')], 'receives').length, 0);
  t.is(matchPayloads([mode('1')], 'receives').length, 1);
});
