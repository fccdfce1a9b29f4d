import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ActiveFault, readFaults, removeFault } from "../platform/sandbox-api.ts";
import { Icon } from "./icons.tsx";
import type { Attempt } from "./notices.tsx";

/** The sandbox tells of no hit by itself: while the list is looked at, it is read this often. */
const readEveryMs = 1_000;

/** The faults that may still strike, how often they did, and a way to take each back. */
export function ActiveFaults({ attempt }: { readonly attempt: Attempt }): VNode | null {
  const [faults, setFaults] = useState<readonly ActiveFault[]>([]);
  const read = (): Promise<void> => readFaults().then(setFaults, () => undefined); // the next reading may succeed
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), readEveryMs);
    return () => clearInterval(timer);
  }, []);
  if (faults.length === 0) return null;
  return (
    <ul class="active-faults" aria-label="Active faults">
      {faults.map(({ id, name, where, fault, left, hits }) => (
        <li key={id}>
          <div>
            <p>
              {name} <span class="tag">{hits === 1 ? "1 hit" : `${hits} hits`}</span>
              {left !== "always" && <span class="quiet-text"> {left} left</span>}
            </p>
            <p class="active-fault-what">
              {words(fault)} {where !== undefined && `· ${words(where)}`}
            </p>
          </div>
          <button
            type="button"
            class="icon-button"
            aria-label={`Take back ${name}`}
            onClick={() => void attempt(() => removeFault(id)).then(read)}
          >
            <Icon name="cross" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function words(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key} ${typeof each === "object" ? JSON.stringify(each) : String(each)}`)
    .join(", ");
}
