/** A plot as SVG: axes, series in colours and dashes that can be told apart in print, and a legend. */
import { tenths } from '../rounding.ts';
import { html, type Markup, nothing } from './markup.ts';
import type { Plot, Series, Shade } from './report.ts';
import { clockText, type Scale, scaleOf } from './scale.ts';

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 78;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 44;
/** Colours are the page's, by number; more series begin again with another dash. */
const COLOURS = 6;
const DASHES = ['', '7 3', '2 3'] as const;
/** Fewer points than this on a line are marked. */
const MARKED_BELOW = 40;
/** A line has no more points than can be seen. */
const POINTS_MAX = 1_500;

export function plotFigure(plot: Plot): Markup {
  const { title, series, note } = plot;
  return html`<figure><figcaption>${title}</figcaption>${plotSvg(plot)}${legend(series)}${
    note === undefined ? nothing : html`<p class="note">${note}</p>`
  }</figure>`;
}

function plotSvg({ title, x, y, xScale, yScale, style, series, shades = [] }: Plot): Markup {
  const points = series.flatMap(one => one.points);
  const across = scaleOf(
    points.map(([value]) => value),
    xScale,
  );
  const up = scaleOf(
    points.map(([, value]) => value),
    yScale,
  );
  const at: At = {
    x: value => LEFT + across.place(value) * (WIDTH - LEFT - RIGHT),
    y: value => HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM),
  };
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${shades.map(one =>
    shade(one, at),
  )}${grid(across, up, at)}<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}">${x}</text><text class="axis" transform="translate(12 ${
    (TOP + HEIGHT - BOTTOM) / 2
  }) rotate(-90)">${y}</text>${series.map((one, i) => drawn(one, i, style, at))}</svg>`;
}

interface At {
  x(value: number): number;
  y(value: number): number;
}

function grid(across: Scale, up: Scale, at: At): Markup {
  return html`<g class="grid">${across.ticks.map(({ value, text }) => {
    const x = tenths(at.x(value));
    return html`<line x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${x}" y="${HEIGHT - BOTTOM + 15}">${text}</text>`;
  })}${up.ticks.map(({ value, text }) => {
    const y = tenths(at.y(value));
    return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text class="end" x="${LEFT - 6}" y="${y + 4}">${text}</text>`;
  })}</g>`;
}

/** As wide as can be seen at least. */
function shade({ from, to, what }: Shade, at: At): Markup {
  const x = tenths(at.x(from));
  const width = Math.max(1.5, tenths(at.x(to) - at.x(from)));
  return html`<rect class="shade" x="${x}" y="${TOP}" width="${width}" height="${HEIGHT - TOP - BOTTOM}"><title>${clockText(from)}: ${what}</title></rect>`;
}

function drawn({ name, points }: Series, number: number, style: Plot['style'], at: At): Markup {
  const colour = `s${number % COLOURS}`;
  const places = thinned(points).map(([x, y]) => [tenths(at.x(x)), tenths(at.y(y))] as const);
  const dots = places
    .filter(([, y]) => Number.isFinite(y))
    .map(([x, y]) => html`<circle class="${colour}" cx="${x}" cy="${y}" r="3"/>`);
  if (style === 'dots') return html`<g><title>${name}</title>${dots}</g>`;
  const line = html`<path class="${colour}" stroke-dasharray="${dashOf(number)}" d="${pathOf(places, style)}"/>`;
  const marks = style === 'line' && points.length < MARKED_BELOW ? dots : [];
  return html`<g><title>${name}</title>${line}${marks}</g>`;
}

/** What is no number is a gap; a step goes on level, then up. */
function pathOf(places: readonly (readonly [number, number])[], style: 'line' | 'steps'): string {
  let path = '';
  let isOn = false;
  for (const [x, y] of places) {
    if (!Number.isFinite(y)) isOn = false;
    else {
      path += isOn ? (style === 'steps' ? `H${x}V${y}` : `L${x} ${y}`) : `M${x} ${y}`;
      isOn = true;
    }
  }
  return path;
}

function legend(series: readonly Series[]): Markup {
  if (series.length < 2) return nothing;
  return html`<ul class="legend">${series.map(
    ({ name }, i) =>
      html`<li><svg viewBox="0 0 26 8" aria-hidden="true"><path class="s${i % COLOURS}" stroke-dasharray="${dashOf(i)}" d="M0 4H26"/></svg>${name}</li>`,
  )}</ul>`;
}

function dashOf(number: number): string {
  return DASHES[Math.floor(number / COLOURS) % DASHES.length]!;
}

function thinned(points: Series['points']): Series['points'] {
  const every = Math.ceil(points.length / POINTS_MAX);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}
