/** Axes of a plot: where a value stands, which values are marked, and how they are written. Pure. */
import type { Plot } from './report.ts';

export interface Scale {
  /** From 0, the beginning of the axis, to 1, its end. */
  place(value: number): number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** As many marks as can be told apart. */
const TICKS = 6;
/** What differs by less does not differ: nothing is measured so finely, and a step must not come to 0. */
const SPAN_MIN = 1e-12;
/** A share of 1 has no place on an axis of tails: what is above this is drawn as this. */
const TAIL_MOST = 0.9999;
const TAIL_TICKS = [0, 0.5, 0.9, 0.99, 0.999, TAIL_MOST] as const;
/** Steps between marks of a clock: seconds, minutes and hours, ms. */
const CLOCK_STEPS = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400,
].map(seconds => 1000 * seconds);

export function scaleOf(values: readonly number[], kind: Plot['xScale'] | Plot['yScale'] = 'linear'): Scale {
  const finite = values.filter(Number.isFinite);
  switch (kind) {
    case 'log':
      return logScale(finite.filter(value => value > 0));
    case 'tail':
      return tailScale();
    case 'time':
      return timeScale(finite);
    case 'linear':
      return linearScale(finite);
    default:
      return kind satisfies never;
  }
}

/** 90 s are 1:30. */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** As many digits as tell something. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Begins at 0 where nothing is below. */
function linearScale(values: readonly number[]): Scale {
  const least = Math.min(0, ...values);
  const most = Math.max(least, ...values);
  const span = most - least;
  const step = roundStep((span >= SPAN_MIN ? span : 1) / TICKS);
  const [first, last] = [
    Math.floor(least / step),
    Math.max(Math.ceil(most / step), Math.floor(least / step) + 1),
  ];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tick((first + i) * step));
  return { place: value => (value / step - first) / (last - first), ticks };
}

function logScale(values: readonly number[]): Scale {
  const [least, most] = values.length === 0 ? [1, 10] : [Math.min(...values), Math.max(...values)];
  const first = Math.floor(Math.log10(least));
  const step = Math.max(1, Math.ceil((Math.log10(most) - first) / TICKS));
  const steps = Math.max(1, Math.ceil((Math.log10(most) - first) / step));
  const last = first + steps * step;
  const ticks = Array.from({ length: steps + 1 }, (_, i) => tick(10 ** (first + i * step)));
  // What has no logarithm stands at the beginning.
  return {
    place: value => (value > 0 ? Math.max(0, (Math.log10(value) - first) / (last - first)) : 0),
    ticks,
  };
}

function tailScale(): Scale {
  const nines = (share: number) => -Math.log10(1 - Math.min(TAIL_MOST, Math.max(0, share)));
  const ticks = TAIL_TICKS.map(value => ({ value, text: `${numberText(100 * value)} %` }));
  return { place: share => nines(share) / nines(TAIL_MOST), ticks };
}

function timeScale(values: readonly number[]): Scale {
  const [least, most] = values.length === 0 ? [0, 1000] : [Math.min(...values), Math.max(...values)];
  const span = Math.max(1000, most - least);
  const step = CLOCK_STEPS.find(one => span / one <= TICKS + 2) ?? CLOCK_STEPS.at(-1)!;
  const first = Math.ceil(least / step);
  const count = Math.floor((least + span) / step) - first + 1;
  const ticks = Array.from({ length: Math.max(0, count) }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: clockText(value) };
  });
  return { place: value => (value - least) / span, ticks };
}

function tick(value: number): Tick {
  return { value, text: numberText(value) };
}

/** 1, 2 or 5 times a power of ten, and no less than that. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find(one => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
