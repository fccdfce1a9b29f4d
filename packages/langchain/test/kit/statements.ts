import { describe } from "vitest";

/** The twenty statements, in full. */
const statements = [
  'Reporting is free: however long the platform takes for an event, a run of ten tools waits for none, and another consumer\'s `streamMode` "messages" gets every chunk',
  "Order and completeness: events reach the room in the order they were emitted, those of tools before the final text; a post that fails is sent again or given up, never thrown into the run, never out of order",
  "Balanced lifecycles: every `tool_call` has exactly one `tool_result` with its id: after success, throw, unfit arguments, unknown tool, arguments that are no JSON, retry, refusal by a person, a `Command`, abort",
  "Retries are not failures: a tool or model that fails twice and then succeeds is one result and no error; only a run that ends in failure is an error, exactly one",
  "Interrupts are not errors: a tool that interrupts is one `tool_call`, no error, no `tool_result` until it is resumed, and no second `tool_call` after that",
  "Aborts are silent and final: no error, open calls closed as cut off, callbacks that come late change nothing, and the room takes the next message at once",
  "Our tools never throw: 400, 404, 409, 429, 5xx, a lost network, a timeout, a wrong room or none each become a tool message with status `error`, also where a middleware wraps tool calls; a graph's control flow and aborts pass untouched",
  "We do not change the app: with handler and middleware a tool that throws ends as it does without, and the model is called by the same path with the same messages and the same order of tools",
  "Side effects happen once: `send_message` posts once per call id, also when the graph executes its node again for a sibling's interrupt, or the platform's answer was lost",
  "One turn per room: two messages that come together are both in the thread, in order; rooms run side by side; a turn that is stuck ends by its time and frees its room",
  "At-least-once delivery is harmless: a message delivered twice, before or after a restart, is one turn and one `HumanMessage`, whose id is the message's",
  "The model never sees a broken transcript: after a crash, an abort, an interrupt given up or trimming there is no call without result, no result without call, nothing between them, no `undefined`, and a human message first",
  "Memory is neither doubled nor lost: a checkpointer is sent only what it has not seen, the first contact brings the room once; without one history is mapped each time; only own messages are `AIMessage`, others speak under their names, and every `name` is one that providers take",
  "Pending questions survive restarts: a reply resumes the interrupt that is found in the checkpoint, of two each gets its own answer, and `null`, stale and unknown ids never reach the graph",
  "Bad answers are harmless: what doesn't fit is asked for again or refuses, and the thread can be gone on with; where one call of a step is refused the room is told of each that did not run",
  "Only entitled people decide: no agent, no other person and no quoted text resolves a question, and since the compiled graph is resumed a foreign `Command` class can't skip it",
  "Rooms are isolated: a run that is started inside of another room's sees none of its callbacks, tags, `configurable`, signal or recursion limit",
  "One answer per question: the final text is posted once, mentions who asked, and is not repeated where the model sent it by tool; text beside tool calls is a thought; a run without an answer still ends in the open",
  "Thoughts are right and events are clean: reasoning is found in every spelling, internal models and nested agents are hidden, and events hold no artifacts, config, metadata or secrets, survive circles and big integers, keep to the size cap and obey `redact`",
  "Peers behave: tool names are valid, unique and stable; parallel asks get their own answers; a timeout, a peer that leaves and mutual asks end as results, never in a deadlock; an abort ends the wait; all of it with a second copy of `@langchain/core` and without `langchain` and `@langchain/langgraph`",
] as const;

/** Tests of one of the twenty statements. The table of `scripts/statements.ts` is read from these titles. */
export function statement(number: number, tests: () => void): void {
  const sentence = statements[number - 1];
  if (sentence === undefined) throw new RangeError(`There is no statement ${number}.`);
  describe(`${number}. ${sentence}`, tests);
}
