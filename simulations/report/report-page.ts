/**
 * The report as a page of HTML that needs nothing else: its drawings are SVG within it, its colours those of whoever reads it,
 * light or dark, and it can be printed.
 */
import { thousandths } from '../rounding.ts';
import { html, type Markup, nothing } from './markup.ts';
import { plotFigure } from './plot-svg.ts';
import type { Figure, FigureRecord, Report } from './report.ts';
import { styleOfReport } from './report-style.ts';
import { clockText } from './scale.ts';
import { timelineSvg } from './timeline-svg.ts';
import { NODES_MAX, treeSvg } from './tree-svg.ts';

/** More are told by their number. */
const EVENTS_LISTED = 200;

export function reportPage(report: Report): string {
  const { title, summary, explanation, command, ok, facts, figures, plots, violations, tree = [] } = report;
  const { violationCount = violations.length } = report;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>zrtc ${title}</title><style>${styleOfReport}</style></head><body>
<header><h1>${title}</h1><p class="summary">${summary}</p>
<p class="verdict ${ok ? 'good' : 'bad'}">${ok ? 'All that has to hold held' : `${violationCount} violations`}</p></header>
${recordList(facts)}
<section><h2>What was run</h2><p>${withCode(explanation.join(' '))}</p><p>The same again:</p><pre>${command}</pre></section>
${violations.length === 0 ? nothing : section('Violations', violationTable(report))}
${plots.length === 0 ? nothing : section('Plots', html`${plots.map(plotFigure)}`)}
${timelineSection(report)}
${tree.length === 0 ? nothing : section('Ways of the streams', treePart(report))}
${section('Figures', html`${Object.entries(figures).map(([name, figure]) => figurePart(name, figure))}`)}
</body></html>
`;
  return page.markup;
}

/** What stands between backticks is code. */
function withCode(text: string): Markup {
  return html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function section(title: string, content: Markup): Markup {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

function recordList(record: FigureRecord): Markup {
  return html`<dl>${Object.entries(record).map(([name, value]) => html`<div><dt>${name}</dt><dd>${cell(value)}</dd></div>`)}</dl>`;
}

function violationTable({ violations, violationCount = violations.length }: Report): Markup {
  const rows = violations.map(({ invariant, atMs, detail }) => ({ at: clockText(atMs), invariant, detail }));
  const left = violationCount - rows.length;
  return html`${table(rows)}${left > 0 ? html`<p class="note">and ${left} more</p>` : nothing}`;
}

function timelineSection(report: Report): Markup {
  const { timeline } = report;
  if (timeline.length + report.violations.length === 0) return nothing;
  const rows = timeline.map(({ atMs, untilMs, kind, what }) => ({
    at: clockText(atMs),
    lasted: untilMs === undefined ? '' : `${((untilMs - atMs) / 1000).toFixed(1)} s`,
    kind,
    what,
  }));
  const left = rows.length - EVENTS_LISTED;
  const list = html`<details><summary>${rows.length} events</summary>${table(rows.slice(0, EVENTS_LISTED))}${
    left > 0 ? html`<p class="note">and ${left} more</p>` : nothing
  }</details>`;
  return section('Timeline', html`${timelineSvg(report)}${rows.length === 0 ? nothing : list}`);
}

function treePart({ tree = [] }: Report): Markup {
  const left = tree.length - NODES_MAX;
  return html`${treeSvg(tree)}${left > 0 ? html`<p class="note">and ${left} more</p>` : nothing}`;
}

function figurePart(name: string, figure: Figure): Markup {
  if (!isList(figure)) {
    if (typeof figure === 'object') return html`<h3>${name}</h3>${recordList(figure)}`;
    return recordList({ [name]: figure });
  }
  const [first] = figure;
  if (first === undefined) return html`<h3>${name}</h3><p class="note">none</p>`;
  if (typeof first === 'string')
    return html`<h3>${name}</h3><ul>${figure.map(text => html`<li>${String(text)}</li>`)}</ul>`;
  return html`<h3>${name}</h3>${table(figure as readonly FigureRecord[])}`;
}

function isList(figure: Figure): figure is readonly FigureRecord[] | readonly string[] {
  return Array.isArray(figure);
}

/** Records with the keys of the first. */
function table(rows: readonly FigureRecord[]): Markup {
  const keys = Object.keys(rows[0] ?? {});
  const body = rows.map(
    row =>
      html`<tr>${keys.map(key => {
        const value = row[key] ?? '';
        return html`<td class="${typeof value === 'number' ? 'number' : 'text'}">${cell(value)}</td>`;
      })}</tr>`,
  );
  return html`<div class="wide"><table><thead><tr>${keys.map(key => html`<th>${key}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** To a thousandth. */
function cell(value: number | string | boolean): string {
  return typeof value === 'number' ? String(thousandths(value)) : String(value);
}
