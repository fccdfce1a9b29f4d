import fc from "fast-check";
import { expect, test } from "vitest";
import type { RoomEntry } from "./entry.ts";
import { type RoomUIMessage, toUIMessages } from "./messages.ts";
import { RoomView } from "./view.ts";

const ada = { id: "ada", kind: "user", name: "Ada", handle: "ada" } as const;
const weather = { id: "weather", kind: "agent", name: "Weather", handle: "ada/weather" } as const;
const said = (at: number, sender: RoomEntry["sender"]) => {
  const time = `2026-01-01T00:00:${String(at).padStart(2, "0")}Z`;
  return { id: `e${at}`, at: time, updatedAt: time, sender };
};
const text = (at: number, sender: RoomEntry["sender"], words: string, to?: RoomEntry["sender"]): RoomEntry => {
  const mentions = to === undefined ? [] : [{ id: to.id, handle: to.handle, name: to.name }];
  return { ...said(at, sender), type: "text", text: words, mentions, deliveries: {} };
};
const thought = (at: number, words: string): RoomEntry => ({ ...said(at, weather), type: "thought", text: words });
const call = (at: number, callId: string): RoomEntry => ({
  ...said(at, weather),
  type: "tool-call",
  callId,
  toolName: "forecast",
  input: { at },
});
const result = (at: number, callId: string | undefined, isError = false): RoomEntry => ({
  ...said(at, weather),
  type: "tool-result",
  callId,
  toolName: "forecast",
  output: `${at}`,
  isError,
});

const drawn = (entries: readonly RoomEntry[]) => toUIMessages(entries).map(({ message }) => line(message));

function line({ id, parts }: RoomUIMessage): string {
  const shown = parts.map((part) => {
    if (part.type === "text" || part.type === "reasoning") return part.text;
    if (part.type !== "dynamic-tool") return part.type;
    return `${part.toolCallId}=${part.state === "output-available" ? part.output : part.state === "output-error" ? part.errorText : "…"}`;
  });
  return `${id}: ${shown.join(" | ")}`;
}

test.each<[string, readonly RoomEntry[], readonly string[]]>([
  ["what an agent reports joins the text it leads to", [thought(1, "hm"), text(2, weather, "No.")], ["e1: hm | No."]],
  [
    "each text ends a message",
    [text(1, weather, "One"), thought(2, "hm"), text(3, weather, "Two")],
    ["e1: One", "e2: hm | Two"],
  ],
  [
    "who addresses the agent anew begins a message",
    [
      thought(1, "hm"),
      text(2, ada, "and?", weather),
      thought(3, "oh"),
      text(4, ada, "aside"),
      text(5, weather, "Yes."),
    ],
    ["e1: hm", "e2: and?", "e3: oh | Yes.", "e4: aside"],
  ],
  ["a call is open until its result comes", [call(1, "c")], ["e1: e1=…"]],
  ["an error is told as one", [call(1, "c"), result(2, "c", true)], ["e1: e1=2"]],
  ["a result joins its call past a text", [call(1, "c"), text(2, weather, "x"), result(3, "c")], ["e1: e1=3 | x"]],
  [
    "an id used twice means the latest open call",
    [call(1, "c"), result(2, "c"), call(3, "c"), result(4, "c")],
    ["e1: e1=2 | e3=4"],
  ],
  ["a result without an id means the latest open call", [call(1, "c"), result(2, undefined)], ["e1: e1=2"]],
  ["a result without a call is shown", [result(1, "c")], ["e1: e1=1"]],
  [
    "a call that was left open is closed by the next beginning, until its result says otherwise",
    [call(1, "c"), text(2, ada, "again", weather), thought(3, "oh")],
    ["e1: e1=No result was reported.", "e2: again", "e3: oh"],
  ],
])("%s", (_, entries, expected) => {
  expect(drawn(entries)).toEqual(expected);
});

const history = fc
  .array(
    fc
      .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom("a", "b", undefined))
      .map(([kind, callId]) => ({ kind, callId })),
    { maxLength: 30 },
  )
  .map((steps) =>
    steps.map(({ kind, callId }, at): RoomEntry => {
      if (kind === 0) return text(at, ada, `t${at}`, weather);
      if (kind === 1) return text(at, ada, `t${at}`);
      if (kind === 2) return text(at, weather, `t${at}`);
      if (kind === 3) return call(at, callId ?? "a");
      if (kind === 4) return result(at, callId);
      return thought(at, `h${at}`);
    }),
  );

test("any history makes the same messages, each id once, whatever order it comes in and however often", () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat()), (entries, chances) => {
      const whole = toUIMessages(entries).map(({ message }) => message);
      const view = new RoomView();
      const shuffled = [...entries, ...entries].toSorted(() => ((chances.next().value ?? 0) % 3) - 1);
      for (const entry of shuffled) {
        view.apply({ type: "entry", entry });
        void view.messages; // what was made before is used again
      }
      expect(view.messages).toEqual(whole);
      expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
      const tools = whole.flatMap(({ parts }) =>
        parts.flatMap((part) => (part.type === "dynamic-tool" ? [part.toolCallId] : [])),
      );
      expect(new Set(tools).size).toBe(tools.length);
    }),
    { numRuns: 300 },
  );
});

test("a message that did not change stays the same object", () => {
  const view = new RoomView();
  view.apply({ type: "entry", entry: text(1, ada, "hello") });
  const [before] = view.messages;
  view.apply({ type: "entry", entry: text(2, ada, "again") });
  expect(view.messages[0]).toBe(before);
});

test("what a read does not name is gone, save what is older", () => {
  const view = new RoomView();
  for (const at of [1, 2, 3]) view.apply({ type: "entry", entry: text(at, ada, `${at}`) });
  view.apply({ type: "read", from: said(2, ada).at, ids: ["e3"] });
  expect(view.messages.map(({ id }) => id)).toEqual(["e1", "e3"]);
});
