import type { DeliveryRecord, RoomHandle, TimelineItem } from "@thenvoi/sandbox";
import * as z from "zod";

/** A thing that must happen in the exchange, after the one before it. */
interface Moment {
  readonly what: string;
  readonly from: "dana" | "planner" | "weather";
  readonly type: TimelineItem["type"];
  readonly shows?: RegExp;
  /** Of the script; a real model may do without. */
  readonly isScripted?: true;
}

const moments: readonly Moment[] = [
  { what: "dana asks the planner", from: "dana", type: "text", shows: /^@planner / },
  { what: "the planner thinks", from: "planner", type: "thought", isScripted: true },
  { what: "the planner calls Weather as a tool", from: "planner", type: "tool_call", shows: /ask_(?:weather|peer)"/u },
  { what: "the planner's question is said to Weather", from: "planner", type: "text", shows: /^@weather / },
  { what: "the weather agent thinks", from: "weather", type: "thought", isScripted: true },
  { what: "the weather agent calls its forecast", from: "weather", type: "tool_call", shows: /"forecast"/u },
  { what: "the forecast fails", from: "weather", type: "tool_result", shows: /"is_error":true/u },
  { what: "the weather agent calls it once more", from: "weather", type: "tool_call", shows: /"forecast"/u },
  { what: "the forecast is there", from: "weather", type: "tool_result", shows: /highCelsius/u },
  { what: "the weather agent answers the planner", from: "weather", type: "text", shows: /^@planner / },
  {
    what: "the planner's tool gives it that answer",
    from: "planner",
    type: "tool_result",
    shows: /ask_(?:weather|peer)"/u,
  },
  { what: "the planner answers dana", from: "planner", type: "text", shows: /^@dana / },
];

/** What a room shows of the exchange. */
export interface Shown {
  readonly timeline: readonly TimelineItem[];
  readonly deliveries: readonly DeliveryRecord[];
}

export function shownIn(room: RoomHandle): Shown {
  const deliveries = [...room.deliveries("dana/planner"), ...room.deliveries("dana/weather")];
  return { timeline: room.timeline(), deliveries };
}

/** What is not as promised: a moment that did not come in its turn, a call without its one result, a message not settled. */
export function shortcomings({ timeline, deliveries }: Shown, play: { readonly isScripted: boolean }): string[] {
  return [
    ...missing(timeline, play),
    ...unclosed(timeline),
    ...deliveries.flatMap(({ text, status }) =>
      status === "processed" ? [] : [`${JSON.stringify(text)} is ${status}, not processed`],
    ),
  ];
}

function missing(timeline: readonly TimelineItem[], { isScripted }: { readonly isScripted: boolean }): string[] {
  let after = 0;
  for (const moment of moments.filter((each) => isScripted || each.isScripted !== true)) {
    const at = timeline.findIndex((item, index) => index >= after && isOf(moment, item));
    if (at === -1) return [`It did not come to this, in its turn: ${moment.what}`];
    after = at + 1;
  }
  return [];
}

function isOf({ from, type, shows = /^/u }: Moment, item: TimelineItem): boolean {
  return item.from === from && item.type === type && shows.test(item.type === "text" ? item.text : item.content);
}

const toolBody = z.looseObject({ name: z.string(), tool_call_id: z.string() });

function unclosed(timeline: readonly TimelineItem[]): string[] {
  const bodies = (type: TimelineItem["type"]) =>
    timeline.flatMap((item) =>
      item.type === type && item.type !== "text"
        ? [{ from: item.from, ...toolBody.parse(JSON.parse(item.content)) }]
        : [],
    );
  const results = bodies("tool_result");
  return bodies("tool_call").flatMap(({ from, name, tool_call_id: id }) => {
    const count = results.filter((result) => result.from === from && result.tool_call_id === id).length;
    return count === 1 ? [] : [`The call of ${name} by ${from} has ${count} results`];
  });
}
