/** docs/http-api.md has every address and every problem type that a client can meet. */
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { Registry } from 'prom-client';
import { apiResources } from '../../gateway/api/resources.ts';
import type { GatewayDeps } from '../../gateway/deps.ts';
import { EventStreams } from '../../gateway/http/event-streams.ts';
import { problem, problemDocument } from '../../gateway/http/problem.ts';
import { metricsResource } from '../../gateway/metrics/resource.ts';
import { signallingResources } from '../../gateway/signalling/resources.ts';
import { whepResources } from '../../gateway/whep/resources.ts';
import { whipResources } from '../../gateway/whip/resources.ts';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/http-api.md', root), 'utf8');

test('every address', t => {
  // Nothing is called, so nothing of the node is needed.
  const deps = {} as GatewayDeps;
  const streams = new EventStreams();
  const resources = [
    ...signallingResources(deps),
    ...whipResources(deps),
    ...whepResources(deps, streams),
    ...apiResources(deps, streams),
    metricsResource(deps, new Registry()),
  ];
  const anyName = text.replaceAll(/\{\w+\}/g, '{}');
  for (const { path } of resources) t.true(anyName.includes(path.replaceAll(/:\w+/g, '{}')), path);
});

test('every type of problem', t => {
  const sources = ['gateway', 'actors/sessions', 'actors/node'].flatMap(folder =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.startsWith('web/'))
      .map(name => readFileSync(new URL(`${folder}/${name}`, root), 'utf8')),
  );
  const titles = new Set(
    sources.flatMap(source =>
      [...source.matchAll(/\btitle: '([^']+)'|\brefused\(\s*\d+,\s*'([^']+)'/g)].map(
        match => match[1] ?? match[2]!,
      ),
    ),
  );
  t.true(titles.size > 10);
  for (const title of titles) {
    const { type } = problemDocument(problem(599, '', { title }).problem, '/');
    const name = String(type).replace('urn:zrtc:problem:', '');
    t.true(text.includes(`\`${name}\``), title);
  }
});
