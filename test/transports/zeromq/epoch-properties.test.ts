import test from 'ava';
import fc from 'fast-check';
import { type Epoch, LinksWorld, openEpoch, type WorldNode } from './links-world.ts';

const names = ['a', 'b', 'c'];

type Step =
  | { readonly step: 'post'; readonly from: number; readonly to: number; readonly count: number }
  | { readonly step: 'pass'; readonly ms: number }
  | { readonly step: 'cut' | 'silence' | 'stall'; readonly wire: number }
  | { readonly step: 'restart'; readonly node: number };

const place = fc.nat({ max: names.length - 1 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        step: fc.constant('post'),
        from: place,
        to: place,
        count: fc.nat({ max: 400 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ step: fc.constant('pass'), ms: fc.oneof(fc.nat(5), fc.nat(3_000)) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ step: fc.constantFrom('cut', 'silence', 'stall'), wire: fc.nat({ max: 5 }) }),
    },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('restart'), node: place }) },
  ),
  { minLength: 10, maxLength: 60 },
) as fc.Arbitrary<Step[]>;

class Cluster {
  readonly world: LinksWorld;
  readonly alive: WorldNode[];

  constructor(seed: string) {
    this.world = new LinksWorld(seed);
    this.alive = names.map(name => this.world.node({ name }));
    for (const node of this.alive) this.dialAll(node);
  }

  dialAll(node: WorldNode): void {
    for (const name of names) this.world.dial(node, `at-${name}`);
  }

  take(step: Step): void {
    const { world, alive } = this;
    switch (step.step) {
      case 'post':
        for (let n = 0; n < step.count; n += 1) this.post(alive[step.from]!, names[step.to]!);
        return;
      case 'pass':
        world.pass(step.ms);
        return;
      case 'restart': {
        const old = alive[step.node]!;
        world.kill(old);
        const { name, incarnation } = old;
        alive[step.node] = world.node({ name, incarnation: incarnation + 1 });
        this.dialAll(alive[step.node]!);
        return;
      }
      default: {
        const open = world.wires.filter(({ isOpen }) => isOpen);
        const wire = open[step.wire % Math.max(1, open.length)];
        if (wire === undefined) return;
        if (step.step === 'cut') world.cut(wire);
        if (step.step === 'silence') wire.isSilent = true;
        if (step.step === 'stall') wire.isStalled = true;
      }
    }
  }

  /** Each item says which epoch of its sender it was posted in, and the how many-th it is there. */
  post(from: WorldNode, to: string): void {
    const epoch: (Epoch & { sent?: number }) | undefined = openEpoch(from, to);
    if (epoch === undefined) return;
    const index = from.epochs.indexOf(epoch);
    epoch.sent = (epoch.sent ?? 0) + 1;
    this.world.post(from, to, { n: epoch.sent, from: `${from.name}#${from.incarnation}`, index });
  }
}

function checkEpochs(world: LinksWorld): void {
  const taken = new Set<string>();
  for (const node of world.nodes) {
    for (const [place, epoch] of node.epochs.entries()) {
      const { items, peer } = epoch;
      items.forEach(({ n }, at) => {
        if (n !== at + 1) throw new Error(`${node.name}: item ${n} came as number ${at + 1} of an epoch`);
      });
      const senders = new Set(items.map(({ from, index }) => `${from} ${index} to ${node.name}`));
      if (senders.size > 1) throw new Error(`items of ${[...senders].join(' and ')} came in one epoch`);
      for (const sender of senders) {
        if (taken.has(sender)) throw new Error(`items of ${sender} came in two epochs`);
        taken.add(sender);
        if (!sender.startsWith(`${peer.node}#${peer.incarnation} `))
          throw new Error(`${sender} is not the peer`);
      }
      // One link a peer at a time: the next begins when this one has ended.
      const next = node.epochs.slice(place + 1).find(later => later.peer.node === peer.node);
      if (next !== undefined && (epoch.downAtMs === undefined || epoch.downAtMs > next.upAtMs)) {
        throw new Error(`${node.name} has two links with ${peer.node}`);
      }
    }
  }
}

test('whatever breaks: in order, at most once, one down an epoch, one link a peer; and all heals', t => {
  let epochs = 0;
  let items = 0;
  fc.assert(
    fc.property(fc.string(), steps, (seed, list) => {
      const cluster = new Cluster(seed);
      for (const step of list) cluster.take(step);
      checkEpochs(cluster.world);
      // Nothing is done to them any more, and what was silent or stalled is found out.
      cluster.world.pass(15_000);
      for (const from of cluster.alive) {
        for (const to of names) if (to !== from.name) cluster.post(from, to);
      }
      cluster.world.pass(100);
      checkEpochs(cluster.world);
      for (const node of cluster.alive) {
        for (const peer of cluster.alive) {
          if (peer === node) continue;
          const epoch = openEpoch(node, peer.name);
          if (epoch?.peer.incarnation !== peer.incarnation)
            throw new Error(`${node.name} lacks ${peer.name}`);
          if (epoch.items.length === 0) throw new Error(`nothing came from ${peer.name} to ${node.name}`);
        }
      }
      epochs += cluster.world.nodes.reduce((sum, node) => sum + node.epochs.length, 0);
      items += cluster.world.nodes
        .flatMap(node => node.epochs)
        .reduce((sum, epoch) => sum + epoch.items.length, 0);
    }),
    { seed: 7, numRuns: 150 },
  );
  t.log(`${epochs} epochs, ${items} items`);
  t.true(epochs > 1_500 && items > 50_000);
});
