import type { VNode } from "preact";
import { millisecondsBetween, type ToolEntry } from "../model/entry.ts";
import { Fold } from "./fold.tsx";
import { Icon } from "./icons.tsx";
import { oneLine, plain } from "./plain.ts";

/** One tool call, from called to its result or error. Folded it shows what was called with what, and how it went. */
export function ToolCard({ entry, isWorking }: { readonly entry: ToolEntry; readonly isWorking: boolean }): VNode {
  const { call, result, at } = entry;
  const name = call?.name ?? result?.name ?? "tool";
  const state = result ? (result.isError ? "error" : "done") : isWorking ? "running" : "called";
  return (
    <Fold
      class={`tool tool-${state}`}
      line={
        <>
          <ToolIcon state={state} />
          <code class="tool-name">{plain(name)}</code>
          <bdi class="tool-args">{oneLine(shortly(call?.args), 120)}</bdi>
          <span class="tool-state">{words[state]}</span>
          {result && call && <span class="tool-time">{duration(millisecondsBetween(at, result.at))}</span>}
          {result?.isError && <bdi class="tool-error">{oneLine(asText(result.output), 240)}</bdi>}
        </>
      }
    >
      <dl>
        <dt>Arguments</dt>
        <dd>
          <Value value={call?.args} />
        </dd>
        {result && (
          <>
            <dt>{result.isError ? "Error" : "Result"}</dt>
            <dd>
              <Value value={result.output} />
            </dd>
          </>
        )}
      </dl>
    </Fold>
  );
}

const words = { called: "called", running: "running", done: "result", error: "error" };

function ToolIcon({ state }: { readonly state: keyof typeof words }): VNode {
  if (state === "done") return <Icon name="check" />;
  if (state === "error") return <Icon name="cross" />;
  return state === "running" ? <i class="spinner" aria-hidden="true" /> : <Icon name="tool" />;
}

function Value({ value }: { readonly value: unknown }): VNode {
  return <pre tabIndex={0}>{plain(asText(value))}</pre>;
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "–" : JSON.stringify(value, undefined, 2);
}

/** `city: "Lyon", days: 2` */
function shortly(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value === undefined ? "" : asText(value);
  return Object.entries(value)
    .map(([key, each]) => `${key}: ${JSON.stringify(each)}`)
    .join(", ");
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}
