import { labelOf } from "./handler.ts";
import type { Dated } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { Played } from "./play.ts";

/** A property that a history breaks, and where. */
export interface Violation {
  readonly property: string;
  readonly text: string;
}

/** Figures of one run. */
export interface Figures {
  readonly messages: number;
  readonly lost: number;
  readonly reordered: number;
  readonly doubled: number;
  /** Doubles that no client can avoid: the platform committed, or showed, later than the read-back waits. */
  readonly doubledByLateCommit: number;
  readonly crashes: number;
  readonly faults: Record<string, number>;
}

const connectsAtMost = 25;
const failuresAllowed = 4;
const abandonmentsAllowed = 3;
const cutWithinMs = 100;

/** Everything that must hold in every history; the numbers are those of the properties in docs/faults.md. */
export function violationsOf(plan: Plan, played: Played): readonly Violation[] {
  return [
    ...oneRunPerRoom(played),
    ...settledAfterEffects(plan, played),
    ...silentAfterTheEnd(played),
    ...inOrder(played),
    ...runsAsClaimed(played),
    ...boundedAttempts(played),
    ...saidOnce(plan, played),
    ...boundedPressure(played),
    ...secretsKept(plan, played),
    ...stopObeyed(played),
    ...cutObeyed(played),
    ...givenUpAtLast(played),
    ...nothingLost(played),
    ...everythingAnswered(plan, played),
    ...converged(plan, played),
    ...nothingHeld(played),
    ...silentAtRest(played),
  ];
}

export function figuresOf(plan: Plan, played: Played): Figures {
  const { history, platform } = played;
  const faults: Record<string, number> = {};
  for (const { what } of history.of("fault")) faults[what] = (faults[what] ?? 0) + 1;
  const copies = copiesOf(plan, played);
  return {
    messages: platform.rooms.flatMap(({ items }) => items.flatMap((item) => [...item.deliveries])).length,
    lost: platform.unsettled().length,
    reordered: inOrder(played).length,
    doubled: copies.filter(({ count, allowed }) => count > allowed).length,
    doubledByLateCommit: copies.filter(({ count, allowed }) => count > 1 && count <= allowed).length,
    crashes: history.of("killed").length,
    faults,
  };
}

/** S1: at no time do two turns of one process live in one room. */
function oneRunPerRoom({ history }: Played): Violation[] {
  const live = new Map<string, string>();
  const found: Violation[] = [];
  for (const event of history.all) {
    if (event.type === "run") {
      const place = `${event.life} ${event.agentId} ${event.roomId}`;
      const other = live.get(place);
      if (other !== undefined) found.push({ property: "S1", text: `${event.content} runs beside ${other}` });
      live.set(place, event.content);
    }
    if (event.type === "ran" || event.type === "aborted") live.delete(`${event.life} ${event.agentId} ${event.roomId}`);
  }
  return found;
}

/** S2: no text of a message arrives after it was marked processed. */
function settledAfterEffects(plan: Plan, { history }: Played): Violation[] {
  if (plan.processes.some(({ what }) => what === "second")) return []; // a post on its way while superseded is let go
  const processed = new Set<string>();
  const late = lateCommits(history.of("late-commit"));
  const found: Violation[] = [];
  for (const event of history.all) {
    if (event.type === "mark" && event.as === "processed") processed.add(`${event.agentId} ${event.content}`);
    if (event.type !== "text") continue;
    const label = labelOf(event.content);
    if (processed.has(`${event.agentId} ${label}`) && !late.has(label))
      found.push({ property: "S2", text: `"${event.content}" came after its message was settled` });
  }
  return found;
}

/** S3: a turn that was cut says nothing more, and neither does one that is over. */
function silentAfterTheEnd({ history }: Played): Violation[] {
  const found: Violation[] = [];
  const cut = new Map<string, string>();
  for (const event of history.all) {
    if (event.type === "text" && event.content.includes("afterthought"))
      found.push({ property: "S3", text: `"${event.content}" was said after its turn` });
    if (event.type === "aborted") cut.set(`${event.life} ${event.roomId}`, event.content);
    if (event.type === "run") cut.delete(`${event.life} ${event.roomId}`);
    if (event.type !== "request" || event.method !== "POST" || !event.path.endsWith("/messages")) continue;
    const content = cut.get(`${event.life} ${event.path.split("/").at(-2)}`);
    if (content !== undefined) found.push({ property: "S3", text: `a text was sent after ${content} had been cut` });
  }
  return found;
}

/** S4: what is said first to each message comes in the order of the messages; a batch counts as its oldest. */
function inOrder({ history }: Played): Violation[] {
  const found: Violation[] = [];
  const position = new Map(history.of("message").map(({ content }, index) => [content, index]));
  /** By agent and room: the position of what is being answered, and of the newest that was. */
  const places = new Map<string, { answering: number; newest: number; readonly begun: Set<string> }>();
  for (const event of history.all) {
    if (event.type !== "run" && event.type !== "text") continue;
    const key = `${event.agentId} ${event.roomId}`;
    const place = places.get(key) ?? { answering: -1, newest: -1, begun: new Set<string>() };
    places.set(key, place);
    if (event.type === "run") {
      place.answering = Math.min(...event.batch.map((content) => position.get(content) ?? Number.POSITIVE_INFINITY));
      continue;
    }
    const label = labelOf(event.content);
    if (place.begun.has(label)) continue;
    place.begun.add(label);
    if (place.answering < place.newest)
      found.push({ property: "S4", text: `${label} was answered after a newer message` });
    place.newest = Math.max(place.newest, place.answering);
  }
  return found;
}

/** S5: the handler runs at most once for each claim. */
function runsAsClaimed({ history }: Played): Violation[] {
  const claims = countBy(history.of("mark").filter(({ as }) => as === "processing"));
  const runs = countBy(history.of("run"));
  return [...runs]
    .filter(([message, count]) => count > (claims.get(message) ?? 0))
    .map(([message]) => ({ property: "S5", text: `${message} ran more often than it was claimed` }));
}

/** S6: a message runs a bounded number of times, cuts and crashes not counted. */
function boundedAttempts({ history }: Played): Violation[] {
  const ended = countBy(history.of("ran"));
  const cut = countBy(history.of("aborted"));
  return [...ended]
    .filter(([message, count]) => count - (cut.get(message) ?? 0) > failuresAllowed + abandonmentsAllowed)
    .map(([message, count]) => ({ property: "S6", text: `${message} ran ${count} times` }));
}

/** S7: nothing is said twice, apart from what committed, or showed, too late to be found. */
function saidOnce(plan: Plan, played: Played): Violation[] {
  return copiesOf(plan, played)
    .filter(({ count, allowed }) => count > allowed)
    .map(({ text, count }) => ({ property: "S7", text: `"${text}" was said ${count} times` }));
}

function copiesOf(plan: Plan, { history }: Played) {
  const late = lateCommits(history.of("late-commit"));
  const hidden =
    history.of("fault").some(({ what }) => what === "late-visibility") ||
    plan.faults.some(({ what }) => what === "late-visibility");
  const overlaps = plan.processes.filter(({ what }) => what === "second").length;
  const counts = new Map<string, number>();
  for (const { agentId, content } of history.of("text")) {
    const key = `${agentId} ${content}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => {
    const label = labelOf(text);
    const crashed = history.of("killed").length;
    return { text, count, allowed: 1 + (late.get(label) ?? 0) + overlaps + (hidden ? crashed : 0) };
  });
}

/** S9: connecting is never more than a trickle. */
function boundedPressure({ history }: Played): Violation[] {
  const connects = new Map<number, number>();
  for (const { life } of history.of("connect")) connects.set(life, (connects.get(life) ?? 0) + 1);
  return [...connects]
    .filter(([, count]) => count > connectsAtMost)
    .map(([life, count]) => ({ property: "S9", text: `life ${life} connected ${count} times` }));
}

/** S10: no key in a log, an address, a text or an event. */
function secretsKept(_plan: Plan, { history }: Played): Violation[] {
  return history.all
    .filter((event) => event.type !== "started" && JSON.stringify(event).includes("canary"))
    .map((event) => ({ property: "S10", text: `a ${event.type} shows a key` }));
}

/** S11: where a process has heard that it is to stop, it starts no turn until a person lets it go on. */
function stopObeyed({ history }: Played): Violation[] {
  /** By agent and room: where a person's last word is to stop, and the lives that have heard it. */
  const stopped = new Map<string, Set<number>>();
  const found: Violation[] = [];
  for (const event of history.all) {
    if (event.type !== "control" && event.type !== "heard" && event.type !== "run") continue;
    const place = `${event.agentId} ${event.roomId}`;
    const lives = stopped.get(place);
    if (event.type === "control" && event.mode === "stop") stopped.set(place, lives ?? new Set());
    if (event.type === "control" && event.mode === "play") stopped.delete(place);
    if (event.type === "heard" && event.mode === "stop") lives?.add(event.life); // late, it may be out of date
    if (event.type === "run" && lives?.has(event.life) === true)
      found.push({ property: "S11", text: `${event.content} ran where the agent was stopped` });
  }
  return found;
}

/** S11: the run that a person's word is about has ended, or is told to, within a tenth of a second. */
function cutObeyed({ history }: Played): Violation[] {
  /** By life and room: what runs there, and since when it should not. */
  const runs = new Map<string, { readonly content: string; untilMs: number }>();
  const found: Violation[] = [];
  for (const event of history.all) {
    for (const [place, { content, untilMs }] of runs) {
      if (event.atMs <= untilMs) continue;
      runs.delete(place);
      found.push({ property: "S11", text: `${content} ran on after a person's word` });
    }
    if (event.type === "killed")
      for (const place of runs.keys()) if (place.startsWith(`${event.life} `)) runs.delete(place);
    if (event.type !== "heard" && event.type !== "run" && event.type !== "ran" && event.type !== "aborted") continue;
    const place = `${event.life} ${event.roomId}`;
    const running = runs.get(place);
    if (event.type === "run") runs.set(place, { content: event.content, untilMs: Number.POSITIVE_INFINITY });
    else if (event.type !== "heard") runs.delete(place);
    else if (event.mode !== "play" && running !== undefined)
      running.untilMs = Math.min(running.untilMs, event.atMs + cutWithinMs);
  }
  return found;
}

/** S6: nothing is given up before its tries are used up: an attempt that ran, or a life that ended with it. */
function givenUpAtLast({ history }: Played): Violation[] {
  const ended = countBy(
    history.of("ran").flatMap(({ agentId, batch }) => batch.map((content) => ({ agentId, content }))),
  );
  const lateCommits = history.of("late-commit").length;
  return history.of("given-up").flatMap(({ agentId, content }) => {
    const ran = ended.get(`${agentId} ${content}`) ?? 0;
    const lives = history.of("started").filter((event) => event.agentId === agentId).length;
    if (ran >= failuresAllowed || lives - 1 + lateCommits >= abandonmentsAllowed) return [];
    return [{ property: "S6", text: `${content} was given up after ${ran} runs in ${lives} lives` }];
  });
}

/** L1: every message is settled. */
function nothingLost({ platform }: Played): Violation[] {
  return platform.unsettled().map(({ content }) => ({ property: "L1", text: `${content} was never settled` }));
}

/** L1: and answered, unless it was given up or a person or a newer message cut it. */
function everythingAnswered(plan: Plan, { history, platform }: Played): Violation[] {
  if (plan.whileBusy !== "queue") return [];
  const said = new Set(history.of("text").map(({ agentId, content }) => `${agentId} ${content}`));
  const givenUp = new Set(history.of("given-up").map(({ agentId, content }) => `${agentId} ${content}`));
  const interrupted = new Set(
    history
      .of("control")
      .flatMap(({ mode, agentId, roomId }) => (mode === "interrupt" ? [`${agentId} ${roomId}`] : [])),
  );
  const found: Violation[] = [];
  for (const room of platform.rooms) {
    for (const item of room.items) {
      for (const agentId of item.deliveries.keys()) {
        const key = `${agentId} ${item.content}`;
        if (givenUp.has(key) || interrupted.has(`${agentId} ${room.id}`)) continue;
        if (!said.has(`${agentId} answer to ${item.content}`))
          found.push({ property: "L1", text: `${item.content} was settled without an answer` });
      }
    }
  }
  return found;
}

/** L2: every agent is live, in all its rooms, with nothing to do. */
function converged(plan: Plan, { statuses, settledAtMs, history }: Played): Violation[] {
  const busy = history.of("run").filter(({ atMs }) => atMs > settledAtMs);
  const found: Violation[] = busy.map(({ content }) => ({ property: "L2", text: `${content} ran again at rest` }));
  for (const status of statuses) {
    if (status.state === "live" && status.joinedRooms === plan.rooms && status.runningTurns === 0) continue;
    found.push({
      property: "L2",
      text: `at rest an agent is ${status.state}, in ${status.joinedRooms} of ${plan.rooms} rooms, ${status.runningTurns} turns`,
    });
  }
  return found;
}

/** S8: at rest an agent holds nothing back. */
function nothingHeld({ statuses }: Played): Violation[] {
  return statuses
    .filter(({ outbox, waitingTurns, oldestMessageMs }) => outbox + waitingTurns + oldestMessageMs > 0)
    .map(({ outbox, waitingTurns }) => ({
      property: "S8",
      text: `at rest ${outbox} unsent, ${waitingTurns} turns wait`,
    }));
}

/** L4: at rest there are audits and nothing else. */
function silentAtRest({ history, restStartsMs }: Played): Violation[] {
  const asked = history.of("request").filter(({ atMs }) => atMs > restStartsMs);
  const odd = asked.filter(({ method, path }) => method !== "GET" || !path.endsWith("/messages/next"));
  return odd.map(({ method, path }) => ({ property: "L4", text: `${method} ${path} at rest` }));
}

function countBy(events: readonly { readonly agentId: string; readonly content: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { agentId, content } of events) {
    const key = `${agentId} ${content}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** How many commits of texts on a message came late. */
function lateCommits(commits: readonly Dated<"late-commit">[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { content } of commits) {
    const label = labelOf(content);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
