/** Where the page is: who one is, and which room is open. In the address, so that a reload or a link finds it again. */
export interface Route {
  readonly person: string | undefined;
  readonly room: string | undefined;
}

/** Reads `#/dana/<room id>`. */
export function readRoute(hash: string): Route {
  const [person, room] = hash.replace(/^#\/?/u, "").split("/").map(decode);
  return { person: person || undefined, room: room || undefined };
}

export function hashOf({ person = "", room }: Route): string {
  return `#/${encodeURIComponent(person)}${room === undefined ? "" : `/${room}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
