/**
 * The operator's databases of addresses (MaxMind's format), in memory: read at the start, and again when a file has
 * changed. A new version that cannot be read leaves the one before in use.
 */
import { readFile, stat } from 'node:fs/promises';
import { Reader } from 'maxmind';
import { locationOfRecord, mergedLocation } from '../../actors/geo/geo-record.ts';
import type { Location } from '../../actors/geo/location.ts';
import type { Clock, Timer } from '../../transports/clock.ts';
import type { Log } from '../deps.ts';

/** Databases come anew once or twice a week: within a minute is soon. */
export const LOOK_INTERVAL_MS = 60_000;
/** The largest that are sold have some 150 MB for cities; a file past this is something else. */
export const FILE_MAX_BYTES = 512 * 2 ** 20;
/** A disk reads this in seconds; a network file system that hangs is not waited for. */
const READ_TIMEOUT_MS = 30_000;

interface GeoFile {
  readonly path: string;
  /** Of the version in use, or that was last found to be none: size and time of its last change. */
  readonly version: string;
  readonly reader: Reader<never> | undefined;
}

export class GeoFiles {
  #files: readonly GeoFile[] = [];
  #timer: Timer | undefined;
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'info' | 'warn'>;

  private constructor(clock: Clock, log: Pick<Log, 'info' | 'warn'>) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws when one cannot be read: whoever has named it wants it. */
  static async open(
    paths: readonly string[],
    clock: Clock,
    log: Pick<Log, 'info' | 'warn'>,
  ): Promise<GeoFiles> {
    const files = new GeoFiles(clock, log);
    const opened: GeoFile[] = [];
    for (const path of paths) opened.push(await files.#read(path, await versionOf(path)));
    files.#files = opened;
    if (paths.length > 0) files.#lookLater();
    return files;
  }

  /** Undefined when none of them has the address, or it is none. */
  find(ip: string): Location | undefined {
    const found = this.#files.flatMap(({ reader }) => {
      try {
        return reader?.get(ip) ?? [];
      } catch {
        // A file that is damaged there, or what is no address.
        return [];
      }
    });
    return found.length === 0 ? undefined : mergedLocation(found.map(locationOfRecord));
  }

  /** Looks whether files have changed, and reads those that have. */
  async look(): Promise<void> {
    const files: GeoFile[] = [];
    for (const file of this.#files) files.push(await this.#lookAt(file));
    this.#files = files;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #lookAt(file: GeoFile): Promise<GeoFile> {
    const { path } = file;
    let version = file.version;
    try {
      version = await versionOf(path);
      if (version === file.version) return file;
      const read = await this.#read(path, version);
      this.#log.info({ file: path }, 'database of addresses read anew');
      return read;
    } catch (error) {
      // A file that is gone for a moment is being replaced.
      if (version === file.version) return file;
      this.#log.warn(
        { file: path, reason: reasonOf(error) },
        'database of addresses cannot be read; the one before stays in use',
      );
      return { ...file, version };
    }
  }

  async #read(path: string, version: string): Promise<GeoFile> {
    const size = Number(version.split(' ', 1)[0]);
    if (size > FILE_MAX_BYTES) throw new Error(`${path} is larger than ${FILE_MAX_BYTES} bytes`);
    const late = new AbortController();
    const timer = this.#clock.setTimer(READ_TIMEOUT_MS, () => late.abort(new Error('reading took too long')));
    try {
      return { path, version, reader: new Reader<never>(await readFile(path, { signal: late.signal })) };
    } catch (error) {
      throw new Error(`${path} is no database of addresses: ${reasonOf(error)}`);
    } finally {
      timer.cancel();
    }
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimer(LOOK_INTERVAL_MS, async () => {
      await this.look();
      if (this.#timer !== undefined) this.#lookLater();
    });
  }
}

async function versionOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${size} ${mtimeMs}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
