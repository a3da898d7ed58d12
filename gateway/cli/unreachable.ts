/** Why a node could not be asked, in one line. */

/** What fetch, and Node below it, reject with. */
interface NetworkError extends Error {
  readonly code?: string;
  readonly cause?: Error & { readonly code?: string };
}

export function unreachable(error: unknown, { origin, hostname }: URL): string {
  const { name, message, code, cause }: NetworkError = error as NetworkError;
  if (name === 'SyntaxError') return `what answers at ${origin} is no zrtc node`;
  switch (cause?.code ?? code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${origin}; is the node running (zrtc up)?`;
    case 'ENOTFOUND':
      return `the name ${hostname} is not known`;
    case 'EAI_AGAIN':
      return `the name ${hostname} cannot be looked up now: no name server answers`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `there is no way to ${origin} from here`;
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return `${origin} closed the connection without an answer; does it speak HTTPS (http.tls)?`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${origin} does not speak HTTPS; see http.tls`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `${origin} has a certificate that this machine does not trust; trust it with NODE_EXTRA_CA_CERTS=FILE`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${origin} is for other names than ${hostname}`;
    default:
      return `cannot reach ${origin}: ${(cause?.message || message).split('\n', 1)[0]}`;
  }
}
