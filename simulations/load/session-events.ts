/** What a session's own client hears of it: the Server-Sent Events of GET /api/sessions/{id}/events. */
import type { SessionEvent } from '../../actors/protocol.ts';

/** Resolves when the server has ended the events. `hear` is called with each as it comes. */
export async function hearEvents(
  url: string,
  session: string,
  signal: AbortSignal,
  hear: (event: SessionEvent['event'], data: unknown) => void,
): Promise<void> {
  const response = await fetch(`${url}/api/sessions/${session}/events`, { signal });
  if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, event] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (event !== undefined) hear(event as SessionEvent['event'], JSON.parse(data ?? 'null'));
    }
  }
}
