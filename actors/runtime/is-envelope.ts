/** Whether a value that another node sent is an envelope. */
import type { Address } from './address.ts';
import type { Envelope } from './link.ts';

const reasons: readonly unknown[] = ['stopped', 'crashed', 'no connection'];

export function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case 'message':
      return isAddress(value.to) && isRecord(value.message) && typeof value.message.type === 'string';
    case 'gone':
      return isAddress(value.to);
    case 'watch':
      return isCount(value.watch) && isAddress(value.target);
    case 'unwatch':
      return isCount(value.watch);
    case 'down':
      return isCount(value.watch) && reasons.includes(value.reason);
    default:
      return false;
  }
}

function isAddress(value: unknown): value is Address {
  return (
    isRecord(value) &&
    typeof value.node === 'string' &&
    typeof value.path === 'string' &&
    isCount(value.incarnation)
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
