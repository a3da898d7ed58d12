/** What happened when, as SVG: a lane for each kind of event, violations above all. */
import { html, type Markup, nothing } from './markup.ts';
import type { Report, TimelineEvent } from './report.ts';
import { clockText, scaleOf } from './scale.ts';

const WIDTH = 760;
const LEFT = 96;
const RIGHT = 14;
const LANE = 24;
const BOTTOM = 24;
/** What lasted no time is as wide as can be seen. */
const LEAST_WIDTH = 2.5;
/** A lane of a thousand marks shows no more than one of these. */
const EVENTS_MAX = 1_000;

const lanes = [
  { name: 'violations', kind: 'violation' },
  { name: 'interruptions', kind: 'interruption' },
  { name: 'faults', kind: 'fault' },
  { name: 'nodes', kind: 'node' },
  { name: 'clients', kind: 'page' },
  { name: 'scene', kind: 'scene' },
] as const;

type Mark = Omit<TimelineEvent, 'kind'> & { readonly kind: TimelineEvent['kind'] | 'violation' };

export function timelineSvg({ timeline, violations }: Pick<Report, 'timeline' | 'violations'>): Markup {
  const marks: readonly Mark[] = [
    ...timeline,
    ...violations.map(({ invariant, atMs, detail }) => ({
      atMs,
      kind: 'violation' as const,
      what: `${invariant}: ${detail}`,
    })),
  ];
  if (marks.length === 0) return nothing;
  const used = lanes.filter(({ kind }) => marks.some(mark => mark.kind === kind));
  const height = used.length * LANE + BOTTOM;
  const scale = scaleOf([0, ...marks.flatMap(({ atMs, untilMs = atMs }) => [atMs, untilMs])], 'time');
  const x = (ms: number) => Math.round(10 * (LEFT + scale.place(ms) * (WIDTH - LEFT - RIGHT))) / 10;
  const grid = scale.ticks.map(
    ({ value, text }) =>
      html`<line x1="${x(value)}" x2="${x(value)}" y1="0" y2="${height - BOTTOM}"/><text x="${x(value)}" y="${height - 8}">${text}</text>`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline"><g class="grid">${grid}</g>${used.map(
    ({ name, kind }, lane) =>
      html`<text class="lane" x="0" y="${lane * LANE + 16}">${name}</text>${marks
        .filter(mark => mark.kind === kind)
        .slice(0, EVENTS_MAX)
        .map(({ atMs, untilMs = atMs, what }) => {
          const width = Math.max(LEAST_WIDTH, x(untilMs) - x(atMs));
          return html`<rect class="${kind}" x="${x(atMs)}" y="${lane * LANE + 4}" width="${width}" height="${LANE - 8}" rx="2"><title>${clockText(atMs)} ${what}</title></rect>`;
        })}`,
  )}</svg>`;
}
