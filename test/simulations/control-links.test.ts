import test from 'ava';
import type { Link } from '../../actors/runtime/link.ts';
import { ControlLinks } from '../../simulations/control-links.ts';
import { VirtualClock } from '../../simulations/virtual-clock.ts';
import { REDIAL_FIRST_MS, SILENCE_MAX_MS } from '../../transports/zeromq/limits.ts';

/** A node that notes what becomes of its link with the other one. */
function node(name: string) {
  const events: string[] = [];
  let link: Link | undefined;
  return {
    name,
    events,
    say: (watch: number) => link?.post({ kind: 'unwatch', watch }),
    system: {
      attachNode(_: string, attached: Link) {
        link = attached;
        events.push('linked');
        attached.listen(
          envelope => events.push(`hears ${envelope.kind === 'unwatch' ? envelope.watch : envelope.kind}`),
          () => events.push('closed'),
        );
      },
      detachNode() {
        link = undefined;
        events.push('detached');
      },
      tell() {},
    },
  };
}

function linked() {
  const clock = new VirtualClock();
  const links = new ControlLinks(clock, () => undefined);
  const [one, other] = [node('a'), node('b')];
  links.connect(one, other);
  const cut = (isCut: boolean) => links.cut('a', 'b', isCut);
  return { clock, links, one, other, cut };
}

test('of two cuts the last to end counts', t => {
  const { clock, one, other, cut } = linked();
  cut(true);
  cut(true);
  one.say(1);
  cut(false);
  clock.advanceBy(SILENCE_MAX_MS / 2);
  t.deepEqual(other.events, ['linked']);
  cut(false);
  clock.advanceBy(SILENCE_MAX_MS);
  t.deepEqual(other.events, ['linked', 'hears 1']);
});

test('a node that starts while its line is cut is linked after the cut', t => {
  const { clock, links, one, cut } = linked();
  links.remove('b');
  cut(true);
  const again = node('b');
  links.connect(one, again);
  clock.advanceBy(2 * SILENCE_MAX_MS);
  t.deepEqual(again.events, []);
  cut(false);
  clock.advanceBy(REDIAL_FIRST_MS);
  t.deepEqual(again.events, ['linked']);
  t.deepEqual(one.events, ['linked', 'closed', 'linked']);
});

test('a death behind a cut is heard of by the silence alone', t => {
  const { clock, links, one, other, cut } = linked();
  cut(true);
  links.remove('b');
  other.say(1);
  clock.advanceBy(SILENCE_MAX_MS - 1);
  t.deepEqual(one.events, ['linked']);
  t.is(other.events[1], 'detached');
  clock.advanceBy(1);
  t.deepEqual(one.events, ['linked', 'closed']);
});

test('or when the cut ends, after what was sent before, and then a new process is linked', t => {
  const { clock, links, one, other, cut } = linked();
  cut(true);
  other.say(1);
  links.remove('b');
  links.connect(one, node('b'));
  cut(false);
  t.deepEqual(one.events, ['linked', 'hears 1', 'closed']);
  clock.advanceBy(REDIAL_FIRST_MS);
  t.deepEqual(one.events, ['linked', 'hears 1', 'closed', 'linked']);
});
