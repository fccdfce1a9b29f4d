/** Where this package writes what it has to say; `console` fits. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The default: warnings, errors and the one line that says the agent is live, to stderr.
 *
 * Control characters are escaped, so that a room's text can't forge a line.
 */
export const defaultLogger: Logger = {
  debug() {},
  info: write,
  warn: write,
  error: write,
};

function write(message: string): void {
  const line = message.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  process.stderr.write(`${line}\n`);
}
