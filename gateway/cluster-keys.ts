/** The keys of the node's cluster, from the file that `cluster.keysFile` names. */
import { readFile } from 'node:fs/promises';
import { type ClusterKeys, parseClusterKeys } from '../transports/zeromq/keys.ts';

/** Rejects with one line that says what is wrong, and never repeats any of the file. */
export async function readClusterKeys(keysFile: string): Promise<ClusterKeys> {
  const parsed = parseClusterKeys(await readFile(keysFile, 'utf8'));
  if ('refusal' in parsed) throw new Error(`cluster.keysFile: ${keysFile} ${parsed.refusal}`);
  return parsed.keys;
}
