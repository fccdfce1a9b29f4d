import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { makePerson } from "../platform/sandbox-api.ts";
import type { Attempt } from "./notices.tsx";

/** A sandbox that nobody has an account in: makes the first person. */
export function FirstPerson({
  made,
  attempt,
}: {
  readonly made: () => Promise<unknown>;
  readonly attempt: Attempt;
}): VNode {
  const [handle, setHandle] = useState("");
  return (
    <main class="first">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(async () => {
            await makePerson(handle.trim().toLowerCase());
            await made();
          });
        }}
      >
        <img src="/icon.svg" alt="" width="44" height="44" />
        <h1>Nobody is here yet</h1>
        <p>Choose a handle. Agents and other people will know you by it.</p>
        <label class="field">
          <span>Handle</span>
          <input
            value={handle}
            required
            pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
            placeholder="dana"
            onInput={(event) => setHandle(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Come in
        </button>
      </form>
    </main>
  );
}
