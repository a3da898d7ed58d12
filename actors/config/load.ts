/** Puts the configuration together: defaults, then `zrtc.yaml`, then `ZRTC_*` variables, then flags. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError } from './config-error.ts';
import { type Config, configKeys, configSchema } from './schema.ts';
import { type Setting, settingsOfEnvironment, settingsOfFile } from './sources.ts';

/** Read from the working directory when it is there and no other file is named. */
export const DEFAULT_FILE = 'zrtc.yaml';

/** The most of a wrong value that an error repeats. */
const SHOWN_CHARACTERS = 60;

export interface ConfigSources {
  /** The values of flags by key: `{'http.port': '8081'}`. */
  readonly flags: Readonly<Record<string, string>>;
  /** What those flags were called, by key, where it was not the key itself: `{'http.port': 'port'}`. */
  readonly spellings?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory, which relative paths start from. */
  readonly directory: string;
  /** The file that was asked for; then it has to exist. */
  readonly file?: string;
}

/** The configuration, with the paths in it absolute. Throws ConfigError. */
export function loadConfig(sources: ConfigSources): Config {
  const settings = [
    ...settingsOfConfigFile(sources),
    ...settingsOfEnvironment(sources.env),
    ...Object.entries(sources.flags).map(([key, value]) => {
      return { key, value, from: `--${sources.spellings?.[key] ?? key}` };
    }),
  ];
  const strongest = new Map(settings.map(setting => [setting.key, setting]));
  const parsed = configSchema.safeParse(nested(strongest.values()));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw wrongValue(path.slice(0, 2).join('.'), message, strongest);
  }
  return withFiles(parsed.data, sources.directory);
}

/** The same with nothing in it that must not be seen: for logs. */
export function redactConfig(config: Config): Config {
  const hidden = '(not shown)';
  return {
    ...config,
    ...(config.auth.secret !== undefined && { auth: { secret: hidden } }),
    ...(config.cluster.registry !== undefined && { cluster: { ...config.cluster, registry: hidden } }),
  };
}

function settingsOfConfigFile({ file, directory }: ConfigSources): readonly Setting[] {
  const path = resolve(directory, file ?? DEFAULT_FILE);
  try {
    return settingsOfFile(basename(path), readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (file === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ConfigError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

function nested(settings: Iterable<Setting>): Record<string, Record<string, unknown>> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { key, value } of settings) {
    const [group, name] = key.split('.') as [string, string];
    groups[group] = { ...groups[group], [name]: value };
  }
  return groups;
}

function wrongValue(key: string, message: string, settings: ReadonlyMap<string, Setting>): ConfigError {
  const setting = settings.get(key);
  if (setting === undefined) return new ConfigError(`${key} ${message}`);
  const isSecret = configKeys.some(({ name, isSecret }) => name === key && isSecret);
  const written = inspect(setting.value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  const shown = written.length > SHOWN_CHARACTERS ? `${written.slice(0, SHOWN_CHARACTERS)}…` : written;
  return new ConfigError(`${key} ${message} (${isSecret ? '' : `${shown} `}from ${setting.from})`);
}

function withFiles(config: Config, directory: string): Config {
  const { tls } = config.http;
  return {
    ...config,
    http: typeof tls === 'string' ? config.http : { ...config.http, tls: readablePair(tls, directory) },
    auth: secretOf(config.auth, directory),
    cluster: absoluteKeys(config.cluster, directory),
    geo: { ...config.geo, files: config.geo.files.map(file => readablePath('geo.files', file, directory)) },
  };
}

function secretOf(auth: Config['auth'], directory: string): Config['auth'] {
  if (auth.secretFile === undefined) return auth;
  const secret = readText('auth.secretFile', auth.secretFile, directory).trimEnd();
  const checked = configSchema.safeParse({ auth: { secret } });
  if (!checked.success) {
    throw new ConfigError(
      `auth.secretFile: the secret ${checked.error.issues[0]!.message} (from ${auth.secretFile})`,
    );
  }
  return { ...auth, secret };
}

function absoluteKeys(cluster: Config['cluster'], directory: string): Config['cluster'] {
  if (cluster.keysFile === undefined) return cluster;
  readText('cluster.keysFile', cluster.keysFile, directory);
  return { ...cluster, keysFile: resolve(directory, cluster.keysFile) };
}

function readablePair(tls: { readonly cert: string; readonly key: string }, directory: string) {
  for (const file of [tls.cert, tls.key]) readText('http.tls', file, directory);
  return { cert: resolve(directory, tls.cert), key: resolve(directory, tls.key) };
}

/** Of a file that is too large to be read here. */
function readablePath(key: string, file: string, directory: string): string {
  const path = resolve(directory, file);
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    throw new ConfigError(`${key}: cannot read ${path}: ${reasonOf(error)}`);
  }
}

function readText(key: string, file: string, directory: string): string {
  const path = resolve(directory, file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${key}: cannot read ${path}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'not permitted';
  return code === 'EISDIR' ? 'it is a folder' : message;
}
