// @ts-check
/** What the server refused and why (RFC 9457), in words that a teacher or a student can use. */

export class Problem extends Error {
  /**
   * @param {number} status the HTTP status; 0 when no answer came at all
   * @param {string} title
   * @param {string} detail
   * @param {number} [retryAfterSeconds]
   */
  constructor(status, title, detail, retryAfterSeconds) {
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether nothing but another link, or another name, can help. */
  get isRefusal() {
    return this.status === 400 || this.status === 401 || this.status === 403;
  }

  /** Whether the same request may well be granted later, with nothing changed by the user. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Our own words where the protocol's would help nobody. @type {Record<number, string>} */
const titleByStatus = {
  401: 'You need an invitation link',
  403: 'You have no permission for this class',
  429: 'Too many requests',
  502: 'The server cannot be reached',
  503: 'The server is full or not ready',
};

/** Instead of the server's, which is about tokens. @type {Record<number, string>} */
const detailByStatus = {
  401: 'Open the link that you were given for this class, or ask for a new one.',
  403: 'Your link is for another class, or does not allow this. Ask for the right one.',
};

/**
 * Reads the problem out of an answer that is not a success; an answer without a problem document gets plain words.
 * @param {Response} response
 */
export async function problemFrom(response) {
  const { status } = response;
  const document = await problemDocument(response);
  const title = titleByStatus[status] ?? document.title ?? `The server answered ${status}`;
  const detail = detailByStatus[status] ?? document.detail ?? '';
  return new Problem(status, title, detail, retryAfterSeconds(response));
}

/** No answer at all: no network, no server, or none in time. */
export function unreachable() {
  return new Problem(0, 'The server cannot be reached', 'Check the network; trying again by itself.');
}

/**
 * @param {Response} response
 * @returns {Promise<{ title?: string, detail?: string }>}
 */
async function problemDocument(response) {
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) return {};
  try {
    const { title, detail } = await response.json();
    return {
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof detail === 'string' ? { detail } : {}),
    };
  } catch {
    return {};
  }
}

/** @param {Response} response @returns {number | undefined} */
function retryAfterSeconds(response) {
  const value = response.headers.get('retry-after');
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
