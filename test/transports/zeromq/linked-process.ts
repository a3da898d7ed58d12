/** A node of its own process: says where it is, joins whom it is told to, and goes when it is told to. */
import process from 'node:process';
import { linkedSystem } from './linked-system.ts';

const { node, keys, join } = JSON.parse(process.argv[2]!);
const { endpoint, links, close } = await linkedSystem(node, keys);
for (const other of join) links.connect(other);
process.send!({ endpoint });
process.once('message', async () => {
  await close();
  // Nothing ends this process but that nothing is left open in it.
  process.disconnect!();
});
