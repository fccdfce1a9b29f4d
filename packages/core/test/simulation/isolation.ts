import type { Plan } from "./plan.ts";
import { type Played, play } from "./play.ts";
import type { Violation } from "./properties.ts";

/** Two histories differ by the time that requests travel; what waits for a failing message waits for seconds. */
const hardlyMs = 1_500;

/**
 * S12 and L3: what fails in one room changes nothing in another.
 *
 * The messages of the plan are said twice in calm weather, once with each of the first room failing for ever. What is said
 * in the other rooms must be the same, in the same order, at nearly the same time.
 */
export async function leaksOf(plan: Plan): Promise<readonly Violation[]> {
  const sound = await play(calmed(plan, "plain"));
  const spoiled = await play(calmed(plan, "poison"));
  return sound.platform.rooms.slice(1).flatMap(({ id }, index) => {
    const roomId = spoiled.platform.rooms[index + 1]?.id ?? id;
    const [expected, found] = [textsOf(sound, id), textsOf(spoiled, roomId)];
    const differs = expected.findIndex((text, at) => text.content !== found[at]?.content);
    if (differs >= 0 || found.length !== expected.length)
      return [{ property: "S12", text: `"${expected[differs]?.content}" is not what another room's failing left it` }];
    const late = expected.find(({ atMs }, at) => (found[at]?.atMs ?? 0) > atMs + hardlyMs);
    return late === undefined ? [] : [{ property: "L3", text: `"${late.content}" came late for another room's sake` }];
  });
}

function calmed(plan: Plan, kindInFirstRoom: "plain" | "poison"): Plan {
  const messages = plan.messages.map((message) => {
    if (message.room % plan.rooms === 0) return { ...message, kind: kindInFirstRoom };
    return { ...message, kind: message.kind === "flaky" ? ("flaky" as const) : ("plain" as const) };
  });
  return { ...plan, messages, whileBusy: "queue", faults: [], processes: [], controls: [] };
}

/** The texts of a room by agent, in their order. */
function textsOf({ history, platform }: Played, roomId: string) {
  const texts = history.of("text").filter((text) => text.roomId === roomId);
  return platform.agents.flatMap(({ id }) => texts.filter(({ agentId }) => agentId === id));
}
