import { comeIn } from "../actions.ts";
import { names } from "../people.ts";
import { Avatar } from "./avatar.tsx";

/** Where people say who they are. */
export function Door() {
  return (
    <main className="door">
      <h1>Who are you?</h1>
      {names().length === 0 && <p>Nobody can come in yet: set PEOPLE, or start with `pnpm dev`.</p>}
      {names().map(({ name, needsPassword }) => (
        <form key={name} action={comeIn}>
          <input type="hidden" name="name" value={name} />
          <Avatar id={name} name={name} />
          {needsPassword && (
            <input
              type="password"
              name="password"
              aria-label={`Password of ${name}`}
              autoComplete="current-password"
              required
            />
          )}
          <button type="submit">
            Come in as <span>{name}</span>
          </button>
        </form>
      ))}
    </main>
  );
}
