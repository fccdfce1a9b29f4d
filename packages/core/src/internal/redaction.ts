const mark = "[redacted]";
const tooShortToHide = 6;

/**
 * Takes secrets out of texts on their way to a log, an error or a room, also where they were URL-encoded or turned into base64.
 *
 * Values shorter than six characters are left alone: hiding them would garble ordinary text and hide nothing.
 */
export class Redaction {
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    const forms = secrets
      .filter((secret) => secret.length >= tooShortToHide)
      .flatMap((secret) => {
        const bytes = Buffer.from(secret, "utf8");
        const base64 = bytes.toString("base64").replace(/=+$/u, "");
        return [
          secret,
          encodeURIComponent(secret),
          base64,
          bytes.toString("base64url"),
          JSON.stringify(secret).slice(1, -1),
        ];
      });
    // Longest first, so that a form which contains another goes as a whole.
    this.#forms = [...new Set(forms)].sort((one, other) => other.length - one.length);
  }

  /** `text` with every known secret replaced by `[redacted]`. */
  text(text: string): string {
    return this.#forms.reduce((rest, form) => rest.replaceAll(form, mark), text);
  }

  /** The same for every text inside a JSON value, keys included. */
  value(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((inner) => this.value(inner));
    if (typeof value !== "object" || value === null) return value;
    return this.record(value);
  }

  record(value: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [this.text(key), this.value(inner)]));
  }
}
