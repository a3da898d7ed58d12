import test from 'ava';
import fc from 'fast-check';
import { DropToKeyframe } from '../../../transports/memory/drop-to-keyframe.ts';

const delta = { startsFrame: true, startsKeyframe: false };
const rest = { startsFrame: false, startsKeyframe: false };
const keyframe = { startsFrame: true, startsKeyframe: true };

test('from the frame that finds no room, all are dropped until a keyframe finds room', t => {
  const gate = new DropToKeyframe();
  t.true(gate.admit(delta, true));
  t.true(gate.admit(rest, true));
  t.false(gate.admit(delta, false));
  t.is(gate.state, 'dropping');
  t.false(gate.admit(rest, true));
  t.false(gate.admit(delta, true));
  t.false(gate.admit(keyframe, false));
  t.false(gate.admit(rest, true), 'the keyframe it belongs to was dropped');
  t.true(gate.admit(keyframe, true));
  t.is(gate.state, 'passing');
  t.is(gate.takeDropped(), 5);
  t.true(gate.admit(rest, true));
  t.is(gate.takeDropped(), 0);
  t.is(gate.droppedPackets, 5);
  t.is(gate.droppedFrames, 3);
});

test('a frame that is cut short counts as dropped', t => {
  const gate = new DropToKeyframe();
  t.true(gate.admit(keyframe, true));
  t.false(gate.admit(rest, false));
  t.false(gate.admit(rest, true));
  t.is(gate.droppedFrames, 1);
  t.is(gate.droppedPackets, 2);
});

test('what passes can be decoded: every frame whole or cut at its end, and none after one that was dropped but a keyframe', t => {
  const step = fc.record({ packet: fc.constantFrom(delta, rest, rest, keyframe), hasRoom: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { size: 'max', maxLength: 80 }), steps => {
      const gate = new DropToKeyframe();
      let mayFollow = true;
      let dropped = 0;
      let sinceLast = 0;
      for (const { packet, hasRoom } of steps) {
        const passes = gate.admit(packet, hasRoom);
        if (passes && !hasRoom) return false;
        if (passes && !mayFollow && !packet.startsKeyframe) return false;
        if (!passes && hasRoom && (mayFollow || packet.startsKeyframe)) return false;
        mayFollow = passes;
        if (passes) {
          if (gate.takeDropped() !== sinceLast) return false;
          sinceLast = 0;
        } else {
          dropped += 1;
          sinceLast += 1;
        }
      }
      return gate.droppedPackets === dropped && gate.state === (mayFollow ? 'passing' : 'dropping');
    }),
  );
  t.pass();
});
