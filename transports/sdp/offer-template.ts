/**
 * An offer that was written once, with the values left open that differ from viewer to viewer. Our offer has some 120 lines,
 * of which a dozen are a viewer's own, and to write all of them for each viewer is a tenth of what a join costs.
 */
import type { LocalTransport, OutgoingSsrcs } from './port.ts';
import { msidToken, sessionId } from './write.ts';

/** What an offer is written of; of the transport, the fingerprint and the candidates are the same for all viewers. */
export interface OfferValues {
  readonly local: LocalTransport;
  readonly ssrcs: OutgoingSsrcs;
  readonly streamId: string;
}

/** Stand for a viewer's own values in the text that is kept: nothing else in it has one of them as a part. */
const standIns = {
  ice: { ufrag: 'UfragOfTheViewer', pwd: 'PasswordOfTheViewer' },
  ssrcs: { audio: 4294967291, video: 4294967292, videoRtx: 4294967293, cname: 'CnameOfTheViewer' },
  streamId: 'StreamOfTheViewer',
} as const;

export class OfferTemplate {
  /** Text, and between the texts the index of the own value that goes there. */
  readonly #parts: readonly (string | number)[];

  /** `write` writes a whole offer; `local` is any that has the fingerprint and the candidates that all offers are to have. */
  constructor(local: LocalTransport, write: (values: OfferValues) => string) {
    const { ice, ssrcs, streamId } = standIns;
    const values: OfferValues = { local: { ...local, ice }, ssrcs, streamId };
    const own = ownValues(values);
    const parts = write(values).split(new RegExp(`(${own.join('|')})`));
    this.#parts = parts.map((part, index) => (index % 2 === 0 ? part : own.indexOf(part)));
  }

  /** The same text as `write` makes of these values. */
  fill(values: OfferValues): string {
    const own = ownValues(values);
    let text = '';
    for (const part of this.#parts) text += typeof part === 'string' ? part : own[part];
    return text;
  }
}

/** As they are written. */
function ownValues({ local, ssrcs, streamId }: OfferValues): readonly string[] {
  return [
    sessionId(local),
    local.ice.ufrag,
    local.ice.pwd,
    String(ssrcs.audio),
    String(ssrcs.video),
    String(ssrcs.videoRtx),
    ssrcs.cname,
    msidToken(streamId),
  ];
}
