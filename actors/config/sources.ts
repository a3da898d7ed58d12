/** Where settings come from. Each source is read into a flat list of named values that remember where they stood. */
import { LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { didYouMean } from './nearest.ts';
import { configKeys } from './schema.ts';

/** One value for one key. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  /** For people: `zrtc.yaml`, `ZRTC_HTTP_PORT`, `--http.port`. */
  readonly from: string;
}

const keyNames = configKeys.map(key => key.name);
const keyOfVariable = new Map(configKeys.map(key => [key.variable, key.name]));

/** Reads a YAML file's text; `name` is what errors call the file. */
export function settingsOfFile(name: string, text: string): readonly Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const error = document.errors[0];
  if (error !== undefined) {
    throw new ConfigError(`${name}, line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (refusal) {
    // Such as a reference to an anchor that is not there, or too many of them.
    throw new ConfigError(`${name}: ${(refusal as Error).message}`);
  }
  return content === null ? [] : settingsIn(content, '', name);
}

/** Reads the `ZRTC_*` variables. One that is set to nothing counts as not set, as compose files leave them. */
export function settingsOfEnvironment(env: Readonly<Record<string, string | undefined>>): readonly Setting[] {
  const settings: Setting[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('ZRTC_')) continue;
    const key = keyOfVariable.get(variable);
    if (key === undefined) {
      throw new ConfigError(`unknown variable ${variable}${didYouMean(variable, [...keyOfVariable.keys()])}`);
    }
    if (value !== undefined && value !== '') settings.push({ key, value, from: variable });
  }
  return settings;
}

function settingsIn(content: unknown, path: string, file: string): readonly Setting[] {
  if (keyNames.includes(path)) {
    if (content === null) throw new ConfigError(`${path} in ${file} has no value`);
    return [{ key: path, value: content, from: file }];
  }
  const below = path === '' ? keyNames : keyNames.filter(name => name.startsWith(`${path}.`));
  if (below.length === 0)
    throw new ConfigError(`unknown key ${path} in ${file}${didYouMean(path, keyNames)}`);
  if (content === null) return [];
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError(`${path === '' ? file : `${path} in ${file}`} must hold keys such as ${below[0]}`);
  }
  return Object.entries(content).flatMap(([key, value]) =>
    settingsIn(value, path === '' ? key : `${path}.${key}`, file),
  );
}
