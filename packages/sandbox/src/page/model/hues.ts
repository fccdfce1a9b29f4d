/** How many colours there are for people and agents; the style knows each by its number. */
const count = 8;
const step = 3; // neighbours on the wheel look alike

/** A colour for each: the one that an id leads to, or, while some are free, one that nobody has yet. */
export class Hues {
  readonly #given = new Map<string, number>();
  readonly #free = new Set(Array.from({ length: count }, (_, hue) => hue));

  of(id: string): number {
    const known = this.#given.get(id);
    if (known !== undefined) return known;
    let hue = wished(id);
    while (this.#free.size > 0 && !this.#free.has(hue)) hue = (hue + step) % count;
    this.#free.delete(hue);
    this.#given.set(id, hue);
    return hue;
  }
}

function wished(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % count;
}
