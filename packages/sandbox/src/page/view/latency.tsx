import type { VNode } from "preact";
import { useState } from "preact/hooks";

/** How much slower everything is: what is in force, whoever set it, or what one is just choosing. */
export function Latency(props: { readonly inForceMs: number; readonly onSet: (ms: number) => Promise<void> }): VNode {
  const [chosenMs, setChosenMs] = useState<number>();
  const ms = chosenMs ?? props.inForceMs;
  const set = async (wantedMs: number): Promise<void> => {
    await props.onSet(wantedMs);
    setChosenMs((nowMs) => (nowMs === wantedMs ? undefined : nowMs)); // unless one has moved on
  };
  return (
    <section class="fault-group" aria-label="Latency">
      <h3>Latency</h3>
      <label class="field">
        <span>{ms} ms each way</span>
        <input
          type="range"
          min={0}
          max={1000}
          step={50}
          value={ms}
          onInput={(event) => setChosenMs(Number(event.currentTarget.value))}
          onChange={(event) => void set(Number(event.currentTarget.value))}
        />
      </label>
    </section>
  );
}
