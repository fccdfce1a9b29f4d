import type { DynamicToolUIPart } from "ai";

/** A tool call: one line while it runs and after, all of it when opened. */
export function ToolCard({ call }: { call: DynamicToolUIPart }) {
  const { toolName, state, input } = call;
  const isRunning = state === "input-available" || state === "input-streaming";
  return (
    <details className="tool" data-state={state}>
      <summary>
        <span className="mark" aria-hidden="true" />
        <code>{toolName.replace(/^(?:thenvoi|band)_/u, "")}</code>
        <span className="input">{brief(input)}</span>
        <span className="tool-state">{isRunning ? "running" : state === "output-error" ? "failed" : "done"}</span>
      </summary>
      <pre>{written(input)}</pre>
      {state === "output-available" && <pre>{written(call.output)}</pre>}
      {state === "output-error" && <pre>{call.errorText}</pre>}
    </details>
  );
}

function brief(input: unknown): string {
  if (typeof input !== "object" || input === null) return input === undefined ? "" : String(input);
  return Object.values(input)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(", ");
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
