/** The plots that most scenarios have: how much took no longer than so long. */
import type { DelayDistribution } from '../delay-distribution.ts';
import type { Plot, Series } from './scenario.ts';

export interface NamedDelays {
  readonly name: string;
  readonly delays: DelayDistribution;
}

/** Its axis shows the last hundredths: they are what is seen as a freeze. */
export function delayPlot(all: readonly NamedDelays[], title = 'Delay of pictures'): Plot {
  const series = all.map(({ name, delays }) => ({ name, points: delays.cumulative }));
  return distributionPlot(title, series, 'tail');
}

/** Of points in ms, and shares from 0 to 1. */
export function distributionPlot(
  title: string,
  series: readonly Series[],
  yScale: Plot['yScale'] = 'linear',
): Plot {
  return { title, x: 'ms', y: 'share that takes no longer', style: 'steps', yScale, series };
}
