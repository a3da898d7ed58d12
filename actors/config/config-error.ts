/** A configuration that the node cannot start with; the message is one line that names the wrong key or value. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message.replaceAll(/\s*[\r\n]+\s*/g, ' '));
    this.name = 'ConfigError';
  }
}
