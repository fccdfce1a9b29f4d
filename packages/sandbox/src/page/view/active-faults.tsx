import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ActiveFault, readFaults } from "../platform/sandbox-api.ts";
import { Icon } from "./icons.tsx";

/** The sandbox tells of no hit by itself: while the list is looked at, it is read this often. */
const readEveryMs = 1_000;

/** What may still strike, or lasts, read again and again and whenever one asks for it. */
export function useActiveFaults(): { readonly faults: readonly ActiveFault[]; readonly read: () => Promise<void> } {
  const [faults, setFaults] = useState<readonly ActiveFault[]>([]);
  const read = (): Promise<void> => readFaults().then(setFaults, () => undefined); // the next reading may succeed
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), readEveryMs);
    return () => clearInterval(timer);
  }, []);
  return { faults, read };
}

/** The faults that may still strike, how often they did, and a way to take each back. */
export function ActiveFaults(props: {
  readonly faults: readonly ActiveFault[];
  readonly onTakeBack: (fault: ActiveFault) => void;
}): VNode | null {
  if (props.faults.length === 0) return null;
  return (
    <ul class="active-faults" aria-label="Active faults">
      {props.faults.map((each) => (
        <li key={each.id}>
          <div>
            <p>
              {each.name} <span class="tag">{each.hits === 1 ? "1 hit" : `${each.hits} hits`}</span>
              {each.left !== "always" && <span class="quiet-text"> {each.left} left</span>}
            </p>
            <p class="active-fault-what">
              {words(each.fault)} {each.where !== undefined && `· ${words(each.where)}`}
            </p>
          </div>
          <button
            type="button"
            class="icon-button"
            aria-label={`Take back ${each.name}`}
            onClick={() => props.onTakeBack(each)}
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
