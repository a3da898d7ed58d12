/** The flags by which commands are configured: one a key of the configuration, and a few shorter names. */
import { type ConfigSources, loadConfig } from '../../actors/config/load.ts';
import { type Config, configKeys } from '../../actors/config/schema.ts';
import { type Flag, type FlagValues, spellingOf } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export const configFileFlag: Flag = {
  name: 'config',
  placeholder: 'FILE',
  description: 'the YAML file to read, in place of zrtc.yaml in the working directory',
};

/** `--tls` alone is what a phone on the same network needs: browsers give out the camera over HTTPS only. */
const TLS_ALONE = 'self-signed';

export const shortFlags: readonly Flag[] = [
  { name: 'host', placeholder: 'HOST', standsFor: 'http.host', description: 'the same as --http.host' },
  { name: 'port', placeholder: 'PORT', standsFor: 'http.port', description: 'the same as --http.port' },
  { name: 'cores', placeholder: 'N', standsFor: 'media.cores', description: 'the same as --media.cores' },
  {
    name: 'tls',
    placeholder: 'CERT,KEY',
    standsFor: 'http.tls',
    alone: TLS_ALONE,
    description: `the same as --http.tls; without a value it is ${TLS_ALONE}`,
  },
];

export const keyFlags: readonly Flag[] = configKeys.map(({ name, description }) => ({
  name,
  placeholder: 'VALUE',
  description,
  ...(name === 'http.tls' ? { alone: TLS_ALONE } : {}),
}));

/** The configuration that the flags, the environment and the file make together. Throws ConfigError. */
export function configOf(flags: FlagValues, terminal: Terminal): Config {
  const given = configKeys.flatMap(({ name }) => (flags[name] === undefined ? [] : [name]));
  const sources: ConfigSources = {
    flags: Object.fromEntries(given.map(name => [name, flags[name]!])),
    spellings: Object.fromEntries(given.map(name => [name, spellingOf(flags, name)])),
    env: terminal.env,
    directory: terminal.directory,
  };
  return loadConfig(flags.config === undefined ? sources : { ...sources, file: flags.config });
}

/** The help on all keys: what each is for, its variable and its default. */
export function keyLines(): readonly string[] {
  return configKeys.flatMap(({ name, description, variable, initial }) => [
    `  ${name}`,
    `      ${description}`,
    `      ${variable}${initial === undefined ? '' : `, default ${initial}`}`,
  ]);
}
