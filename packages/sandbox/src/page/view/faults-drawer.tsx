import type { VNode } from "preact";
import { useState } from "preact/hooks";
import {
  clearFaults,
  crashChannels,
  cutSockets,
  latencyOf,
  type RequestFault,
  removeFault,
  setLatency,
  strikeRequests,
} from "../platform/sandbox-api.ts";
import type { Participant } from "../platform/wire.ts";
import type { RoomView } from "../session.ts";
import { ActiveFaults, useActiveFaults } from "./active-faults.tsx";
import { Icon } from "./icons.tsx";
import { Latency } from "./latency.tsx";
import type { Attempt } from "./notices.tsx";
import { Panel } from "./panel.tsx";
import { plain } from "./plain.ts";

const requestFaults: readonly { readonly name: string; readonly fault: RequestFault }[] = [
  { name: "Refuse (503)", fault: { status: 503 } },
  { name: "Rate-limit (429, 2 s)", fault: { status: 429, retryAfterSeconds: 2 } },
  { name: "Delay by 2 s", fault: { delayMs: 2_000 } },
  { name: "Cut, effect done", fault: { cut: "after" } },
];

const requests: readonly { readonly name: string; readonly where: string }[] = [
  { name: "everything an agent asks", where: "* *" },
  { name: "texts it posts", where: "POST messages" },
  { name: "events it posts", where: "POST events" },
  { name: "marks it sets", where: "POST messages/:id/*" },
];

/** Makes the network and the platform fail, to see in the timeline how agents recover. */
export function FaultsDrawer(props: {
  readonly room: RoomView | undefined;
  readonly peers: readonly Participant[];
  readonly attempt: Attempt;
  readonly onClose: () => void;
}): VNode {
  const { room, attempt } = props;
  const [agent, setAgent] = useState("");
  const [fault, setFault] = useState(0);
  const [where, setWhere] = useState(0);
  const [times, setTimes] = useState("1");
  const [done, setDone] = useState("");
  const agents = props.peers.filter(({ type }) => type === "Agent");
  const who = agent === "" ? {} : { agent };
  const { faults, read } = useActiveFaults();
  const strike = async (what: string, how: () => Promise<unknown>): Promise<void> => {
    const isDone = await attempt(how);
    setDone(isDone ? what : "");
    await read();
  };
  return (
    <Panel title="Faults" onClose={props.onClose}>
      <label class="field">
        <span>Whose</span>
        <select value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
          <option value="">everyone, this page too</option>
          {agents.map((each) => (
            <option key={each.id} value={each.handle}>
              {plain(each.name)} (@{each.handle})
            </option>
          ))}
        </select>
      </label>
      <section class="fault-group" aria-label="Sockets">
        <h3>Sockets</h3>
        <div class="buttons">
          <button type="button" onClick={() => void strike("Sockets were cut.", () => cutSockets(who))}>
            Cut sockets
          </button>
          <button
            type="button"
            disabled={!room}
            onClick={() =>
              room &&
              void strike("The channel crashed.", () => crashChannels({ ...who, topic: `chat_room:${room.id}` }))
            }
          >
            Crash this room’s channel
          </button>
        </div>
      </section>
      <form
        class="fault-group"
        aria-label="Requests"
        onSubmit={(event) => {
          event.preventDefault();
          const chosen = requestFaults[fault];
          const request = requests[where]?.where;
          if (!chosen || request === undefined) return;
          void strike("It strikes from now on.", () =>
            strikeRequests({
              times: times === "always" ? times : Number(times),
              where: { request, ...who },
              fault: chosen.fault,
            }),
          );
        }}
      >
        <h3>Requests</h3>
        <label class="field">
          <span>What happens</span>
          <select value={fault} onChange={(event) => setFault(Number(event.currentTarget.value))}>
            {requestFaults.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>To</span>
          <select value={where} onChange={(event) => setWhere(Number(event.currentTarget.value))}>
            {requests.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>How often</span>
          <select value={times} onChange={(event) => setTimes(event.currentTarget.value)}>
            <option value="1">once</option>
            <option value="3">3 times</option>
            <option value="10">10 times</option>
            <option value="always">until cleared</option>
          </select>
        </label>
        <button type="submit">
          <Icon name="bolt" /> Strike
        </button>
      </form>
      <Latency
        inForceMs={latencyOf(faults)}
        onSet={(ms) => strike("Everything is that much slower.", () => setLatency(ms))}
      />
      <ActiveFaults
        faults={faults}
        onTakeBack={({ id, name }) => void strike(`Taken back: ${name}.`, () => removeFault(id))}
      />
      <button type="button" onClick={() => void strike("All faults are cleared.", clearFaults)}>
        Clear all faults
      </button>
      <p class="quiet-text" role="status">
        {done}
      </p>
    </Panel>
  );
}
