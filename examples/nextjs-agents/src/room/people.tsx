"use client";

import type { RoomPerson } from "@thenvoi/ai-sdk/ui";
import { useState } from "react";
import { bringIn, peersFor } from "../actions.ts";
import { Avatar } from "./avatar.tsx";

/** Who is here, and a way to bring in someone else. */
export function People({ roomId, people }: { roomId: string; people: readonly RoomPerson[] }) {
  const [peers, setPeers] = useState<Awaited<ReturnType<typeof peersFor>>>();
  const look = async () => setPeers(peers === undefined ? await peersFor(roomId) : undefined);
  const bring = async (peerId: string) => {
    setPeers(undefined);
    await bringIn(roomId, peerId);
  };
  return (
    <div className="people">
      <ul aria-label="In this room">
        {people.map(({ id, name, kind, description }) => (
          <li key={id} title={description ?? name}>
            <Avatar id={id} name={name} kind={kind} />
            <span>{name}</span>
          </li>
        ))}
      </ul>
      <div className="bring">
        <button type="button" className="quiet" aria-expanded={peers !== undefined} onClick={() => void look()}>
          Bring in
        </button>
        {peers && (
          <ul aria-label="Who could be here">
            {peers.length === 0 && <li>Everybody is here.</li>}
            {peers.map(({ id, name }) => (
              <li key={id}>
                <button type="button" className="quiet" onClick={() => void bring(id)}>
                  <Avatar id={id} name={name} /> {name}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
