/** The gateway's listening socket. */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import type { Clock } from '../../transports/clock.ts';
import { isLoopback } from './client-address.ts';
import type { TlsFiles } from './self-signed.ts';

/** Whoever takes longer to say what they want keeps a socket from others (the slowloris attack). */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** 256 kB in this time is 70 kbit/s: slower than any line that could carry the media. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two above are looked at. */
const TIMEOUT_CHECK_MS = 2_000;
/** Longer than the minute for which common reverse proxies keep an idle connection, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** More than the event streams allowed, and fewer than the usual limit of files. */
const MAX_CONNECTIONS = 16_000;
/** What requests that are being answered get when the server closes. */
const CLOSE_GRACE_MS = 1_000;

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly tls?: TlsFiles;
  /** Whether tokens are asked for: without, only this machine may be served. */
  readonly hasSecret: boolean;
  readonly clock: Clock;
}

export interface Listening {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, ends event streams and idle connections at once, the others within a second. */
  close(): Promise<void>;
}

/** Rejects with an Error that names the setting to change: `http.host`, `http.port` or `auth.secret`. */
export async function listen(app: Pick<Koa, 'callback'>, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, clock } = options;
  if (!options.hasSecret && host !== 'localhost' && !isLoopback(host)) {
    throw new Error(
      `http.host is ${host}, where others can reach it, but auth.secret is not set: set auth.secret, ` +
        'or listen on 127.0.0.1 only',
    );
  }
  const callback = app.callback();
  const answering = new Set<ServerResponse>();
  const onRequest: RequestListener = (request, response) => {
    answering.add(response);
    response.on('close', () => answering.delete(response));
    void callback(request, response);
  };
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  };
  const server: Server = tls
    ? createTlsServer({ ...limits, ...tls, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, onRequest)
    : createServer(limits, onRequest);
  server.maxConnections = MAX_CONNECTIONS;
  await started(server, host, port);
  const scheme = tls ? 'https' : 'http';
  return {
    url: `${scheme}://${urlHost(host)}:${(server.address() as AddressInfo).port}`,
    close: () => closed(server, answering, clock),
  };
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(inWords(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function inWords(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `http.port: ${port} is in use by another process on ${host}`,
    EACCES: `http.port: this user may not listen on ${port}`,
    EADDRNOTAVAIL: `http.host: ${host} is not an address of this machine`,
    ENOTFOUND: `http.host: the name ${host} is not known`,
    EAI_AGAIN: `http.host: the name ${host} cannot be looked up now: no name server answers`,
  };
  return new Error(reasons[error.code ?? ''] ?? `http.host, http.port: ${error.message}`, { cause: error });
}

/** As a browser on this machine would write it: the wildcard addresses are none that one can go to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function closed(server: Server, answering: ReadonlySet<ServerResponse>, clock: Clock): Promise<void> {
  return new Promise(resolve => {
    const grace = clock.setTimer(CLOSE_GRACE_MS, () => server.closeAllConnections());
    server.close(() => {
      grace.cancel();
      resolve();
    });
    for (const response of answering) {
      const { socket } = response;
      response.on('finish', () => socket?.end());
      // An event stream has no end of its own.
      if (response.getHeader('Content-Type') === 'text/event-stream') response.end();
    }
  });
}
