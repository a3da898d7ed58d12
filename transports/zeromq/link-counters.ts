/** What a node counts of its links, since it began. */
export interface LinkCounters {
  /** Connections that were begun from here. */
  dials: number;
  /** Epochs that have begun; many with few nodes are a link that flaps. */
  linksUp: number;
  linksDown: number;
  /** Greetings that came to no link, on either side, by whoever's refusal. */
  refusals: number;
  itemsSent: number;
  itemsReceived: number;
  framesSent: number;
  framesReceived: number;
  /** Frames that were none, or out of place. */
  badFrames: number;
  /** Frames of another epoch than the connection's. */
  staleFrames: number;
  /** Frames of connections that are not known here, or no longer. */
  unknownFrames: number;
  /** Items that could not be sent: no JSON, or too large. */
  itemFaults: number;
  outboxOverflows: number;
}

export function newLinkCounters(): LinkCounters {
  return {
    dials: 0,
    linksUp: 0,
    linksDown: 0,
    refusals: 0,
    itemsSent: 0,
    itemsReceived: 0,
    framesSent: 0,
    framesReceived: 0,
    badFrames: 0,
    staleFrames: 0,
    unknownFrames: 0,
    itemFaults: 0,
    outboxOverflows: 0,
  };
}
