/** Why a node could not start, in one line that says what to change. */

/** What Node adds to an error of the operating system. */
interface SystemError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
}

export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port, message }: SystemError = error;
  const place = [address, port].filter(part => part !== undefined).join(' port ') || 'the address';
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program; choose another with --http.port or --media.port`;
    case 'EACCES':
      return `not permitted to listen on ${place}; ports under 1024 need a privilege`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${place}; see --http.host and --media.addresses`;
    case 'EAI_AGAIN':
      return 'a host name cannot be looked up now: no name server answers; see --http.host';
    case 'ENOTFOUND':
      return `${message}; see --http.host`;
    default:
      return message.split('\n', 1)[0]!;
  }
}
