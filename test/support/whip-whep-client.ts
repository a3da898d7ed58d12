/** The HTTP of a WHIP or WHEP client (RFC 9725), for peer connections of any make. */

/** What is used of a peer connection. */
interface Negotiable {
  createOffer(): Promise<{ readonly type: unknown; readonly sdp?: string }>;
  // biome-ignore lint/suspicious/noExplicitAny: the makes differ in how they type a description
  setLocalDescription(description: any): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  setRemoteDescription(description: any): Promise<void>;
  readonly localDescription: { readonly sdp: string } | null;
}

export class WhipWhepClient {
  readonly #endpoint: string;
  #resource: string | undefined;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Offers what `peer` would send or receive, and applies the answer; the server needs no candidates. */
  async offer(peer: Negotiable): Promise<void> {
    await peer.setLocalDescription(await peer.createOffer());
    const sdp = await this.post(peer.localDescription!.sdp);
    await peer.setRemoteDescription({ type: 'answer', sdp });
  }

  /** POSTs an offer; the answer's SDP. */
  async post(sdp: string): Promise<string> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: sdp,
    });
    const text = await response.text();
    if (response.status !== 201) throw new Error(`${response.status} from ${this.#endpoint}: ${text}`);
    this.#resource = new URL(response.headers.get('Location')!, this.#endpoint).href;
    return text;
  }

  async delete(): Promise<void> {
    const response = await fetch(this.#resource!, { method: 'DELETE' });
    if (!response.ok) throw new Error(`${response.status} from DELETE of ${this.#resource}`);
  }
}
