/**
 * `stream-places`: which of this node's core shards a stream is published on, for the actors of that stream on the others.
 * There is one on a node with several cores; it is told by the shards, and forgets what goes with them.
 */
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Step } from '../runtime/behaviour.ts';
import { type Effect, tell, watch } from '../runtime/effects.ts';
import type { PlaceTaken, PlaceVacated, SeekPlace, StreamPlace } from './messages.ts';

interface Place {
  readonly shard: number;
  readonly epoch: number;
  /** The stream's actor there. */
  readonly address: Address;
}

interface Known {
  readonly place: Place | undefined;
  /** The stream's actors on other shards, by their path. */
  readonly seekers: ReadonlyMap<string, Address>;
}

/** Changed in place: to copy thousands of them for each that comes or goes would cost more than what is done. */
type Places = Map<string, Known>;

const nothing: Known = { place: undefined, seekers: new Map() };

export const streamPlaces: Behaviour<null, Places, SeekPlace | PlaceTaken | PlaceVacated> = {
  name: 'stream-places',
  restart: 'always',
  start: () => [new Map()],
  receive(places, message) {
    switch (message.type) {
      case 'seek-place':
        return seek(places, message);
      case 'place-taken':
        return taken(places, message);
      case 'place-vacated':
        return vacated(places, message.stream, message.address);
      case 'down':
        return gone(places, message.address);
      default:
        return [places];
    }
  },
};

function seek(places: Places, { stream, address }: SeekPlace): Step<Places> {
  const known = places.get(stream) ?? nothing;
  const seekers = new Map(known.seekers).set(address.path, address);
  return [
    set(places, stream, { ...known, seekers }),
    watch(address),
    tell(address, placeOf(stream, known.place)),
  ];
}

/** The newest publication wins, wherever it is. */
function taken(places: Places, { stream, shard, epoch, address }: PlaceTaken): Step<Places> {
  const known = places.get(stream) ?? nothing;
  if (known.place !== undefined && known.place.epoch > epoch)
    return [places, tell(address, placeOf(stream, known.place))];
  const place: Place = { shard, epoch, address };
  const seekers = new Map(known.seekers).set(address.path, address);
  const next: Known = { place, seekers };
  return [set(places, stream, next), watch(address), ...announce(stream, next)];
}

function vacated(places: Places, stream: string, address: Address): Step<Places> {
  const known = places.get(stream);
  if (known?.place?.address.path !== address.path) return [places];
  const next: Known = { ...known, place: undefined };
  return [set(places, stream, next), ...announce(stream, next)];
}

/** A stream's actor has ended, or its shard with it. */
function gone(places: Places, address: Address): Step<Places> {
  const effects: Effect[] = [];
  for (const [stream, known] of [...places]) {
    if (!known.seekers.has(address.path)) continue;
    const seekers = new Map(known.seekers);
    seekers.delete(address.path);
    set(places, stream, { ...known, seekers });
    const [, ...told] = vacated(places, stream, address);
    effects.push(...told);
  }
  return [places, ...effects];
}

function announce(stream: string, { place, seekers }: Known): readonly Effect[] {
  return [...seekers.values()].map(seeker => tell(seeker, placeOf(stream, place)));
}

function placeOf(stream: string, place: Place | undefined): StreamPlace {
  return {
    type: 'stream-place',
    stream,
    ...(place !== undefined && { shard: place.shard, epoch: place.epoch }),
  };
}

function set(places: Places, stream: string, known: Known): Places {
  if (known.place === undefined && known.seekers.size === 0) places.delete(stream);
  else places.set(stream, known);
  return places;
}
