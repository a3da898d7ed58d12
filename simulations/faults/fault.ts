/** What goes wrong in a run: each fault begins, lasts, and ends. */
import type { DrainNode, UndrainNode } from '../../actors/node/drain-messages.ts';
import { addressOf } from '../../actors/runtime/address.ts';
import type { Message } from '../../actors/runtime/behaviour.ts';
import type { LinkSettings } from '../impairment.ts';
import type { SimulatedPage } from '../page.ts';
import type { Simulation } from '../simulation.ts';

export type Fault =
  /** Nothing gets through between two sites; `one way` from the first to the second, media alone. */
  | {
      readonly kind: 'partition';
      readonly sites: readonly [string, string];
      readonly way: 'both' | 'one way';
    }
  /** The line between two sites is bad, both ways. */
  | {
      readonly kind: 'bad line';
      readonly sites: readonly [string, string];
      readonly line: LinkSettings;
    }
  /** The process is killed, and another one started at the end. */
  | { readonly kind: 'killed'; readonly node: string }
  | { readonly kind: 'drained'; readonly node: string }
  /** A node hears nothing and is not heard; its process runs on. */
  | { readonly kind: 'cut off'; readonly node: string }
  /** A client's last mile is bad. */
  | {
      readonly kind: 'bad last mile';
      readonly page: SimulatedPage;
      readonly up: LinkSettings;
      readonly down: LinkSettings;
    }
  /** A client is gone without a word, and comes again at the end. */
  | { readonly kind: 'vanished'; readonly page: SimulatedPage };

export interface PlannedFault {
  readonly fault: Fault;
  /** From the beginning of the plan. */
  readonly atMs: number;
  readonly durationMs: number;
}

/** Puts it into the run, from now on. */
export function plan(simulation: Simulation, { fault, atMs, durationMs }: PlannedFault): void {
  simulation.after(atMs, () => happen(simulation, fault, durationMs));
}

/** It begins now, and ends after so long. */
export async function happen(simulation: Simulation, fault: Fault, durationMs: number): Promise<void> {
  // Before it does anything: what follows from it at once is not to be taken for a fault of the product.
  const begun = simulation.faultBegins(describe(fault));
  if (!(await turn(simulation, fault, true))) return begun.withdraw();
  simulation.after(durationMs, async () => {
    await turn(simulation, fault, false);
    begun.end();
  });
}

export function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'partition':
      return fault.way === 'both'
        ? `partition between ${fault.sites.join(' and ')}`
        : `partition of the media from ${fault.sites.join(' to ')}`;
    case 'bad line':
      return `bad line between ${fault.sites.join(' and ')}: ${describeLine(fault.line)}`;
    case 'killed':
    case 'drained':
    case 'cut off':
      return `${fault.node} ${fault.kind}`;
    case 'bad last mile':
      return `bad last mile of ${fault.page.options.name}: up ${describeLine(fault.up)}; down ${describeLine(fault.down)}`;
    case 'vanished':
      return `${fault.page.options.name} vanished`;
    default:
      return fault satisfies never;
  }
}

function describeLine(line: LinkSettings): string {
  const parts = Object.entries(line).map(
    ([name, value]) => `${name} ${Number(Number(value).toPrecision(3))}`,
  );
  return parts.join(', ') || 'as ever';
}

/** Whether there was anything to turn: who is down cannot be killed. */
async function turn(simulation: Simulation, fault: Fault, begins: boolean): Promise<boolean> {
  const { world } = simulation;
  switch (fault.kind) {
    case 'partition':
      part(simulation, fault, begins);
      return true;
    case 'bad line': {
      const [one, other] = fault.sites;
      const line = begins ? fault.line : {};
      simulation.impair(one, other, line);
      simulation.impair(other, one, line);
      return true;
    }
    case 'killed': {
      if (world.nodes.has(fault.node) !== begins) return false;
      await (begins ? world.kill(fault.node) : world.revive(fault.node));
      return true;
    }
    case 'drained': {
      const node = world.nodes.get(fault.node);
      const type: (DrainNode | UndrainNode)['type'] = begins ? 'drain' : 'undrain';
      node?.system.tell(addressOf(fault.node, '/drain'), {
        type,
        replyTo: addressOf(fault.node, '/drained'),
      } as Message);
      return node !== undefined;
    }
    case 'cut off': {
      if (!world.nodes.has(fault.node) && begins) return false;
      world.network.isolate(world.addressOf(fault.node), begins);
      for (const { name } of world.plans) if (name !== fault.node) world.cutControl(name, fault.node, begins);
      return true;
    }
    case 'bad last mile':
      simulation.impairPage(fault.page, begins ? fault.up : {}, begins ? fault.down : {});
      return true;
    case 'vanished':
      if (fault.page.isHere !== begins) return false;
      if (begins) await fault.page.close(false);
      else fault.page.open();
      return true;
    default:
      return fault satisfies never;
  }
}

function part(
  { world }: Simulation,
  { sites: [from, to], way }: Fault & { readonly kind: 'partition' },
  begins: boolean,
): void {
  const inSite = (idc: string) => world.plans.filter(node => node.idc === idc);
  for (const { name: one } of inSite(from))
    for (const { name: other } of inSite(to)) {
      world.cutOneWay(one, other, begins);
      if (way === 'one way') continue;
      world.cutOneWay(other, one, begins);
      world.cutControl(one, other, begins);
    }
}
