/** How unevenly the edges of a site are filled. */
export interface FilledEdge {
  readonly idc: string;
  readonly viewers: number;
}

/** In every site its fullest edge against the mean of the site: the worst of all sites, 1 where all are even. */
export function imbalanceOf(edges: Iterable<FilledEdge>): number {
  const bySite = Map.groupBy(edges, ({ idc }) => idc);
  return Math.max(
    ...[...bySite.values()].map(ofSite => {
      const viewers = ofSite.map(edge => edge.viewers);
      const mean = viewers.reduce((sum, count) => sum + count, 0) / viewers.length;
      return mean === 0 ? 1 : Math.max(...viewers) / mean;
    }),
  );
}
