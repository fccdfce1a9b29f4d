import { MentionError } from "../errors.ts";
import type { Participant, Peer } from "../model/participant.ts";
import { resolveMentions } from "../outbox/mentions.ts";
import { boardOf } from "../rest/board.ts";
import { contactsOf } from "../rest/contacts.ts";
import { memoriesOf } from "../rest/memories.ts";
import { addParticipant, removeParticipant } from "../rest/participants.ts";
import { listPeers } from "../rest/peers.ts";
import { createRoom } from "../rest/rooms.ts";
import { tasksOf } from "../rest/tasks.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { FoundPeer, Toolbox } from "../tools/toolbox.ts";
import type { OutgoingMessage } from "./turn.ts";

/** How the tools of a room speak; and, in a turn, what else they can do. */
export interface ToolVoice {
  send(message: OutgoingMessage): ReturnType<Toolbox["send"]>;
  readonly report: Toolbox["report"];
  readonly ask?: Toolbox["ask"];
  readonly staySilent?: Toolbox["staySilent"];
  /** Aborts when the turn is over: nothing is reported and nothing is changed from then on. */
  readonly closed?: AbortSignal;
}

/** What the tools of one room work with. The room may still have to be reached: nothing is asked before a tool is used. */
export function toolboxOf(reach: () => Promise<KnownRoom>, voice: ToolVoice): Toolbox {
  const { closed } = voice;
  const clientOf = ({ session: { client } }: KnownRoom) =>
    closed === undefined ? client : client.writingUntil(closed);
  const client = async () => clientOf(await reach());
  return {
    identity: async () => (await reach()).session.identity,
    send: (message) => voice.send(message),
    report: (event) => {
      closed?.throwIfAborted();
      voice.report(event);
    },
    participants: async () => (await reach()).people.list(),
    findParticipant: async (who) => findParticipant(await reach(), who),
    findPeer: async (who) => findPeer(await reach(), who),
    add: async (participant) => {
      const room = await reach();
      const { id, role } = participant;
      const added = await addParticipant(clientOf(room), {
        roomId: room.id,
        participantId: id,
        ...(role !== undefined && { role }),
      });
      room.people.add(added);
      return added;
    },
    remove: async (participantId) => {
      const room = await reach();
      const removed = await removeParticipant(clientOf(room), { roomId: room.id, participantId });
      room.people.remove(participantId);
      return removed;
    },
    async *peers() {
      const room = await reach();
      yield* listPeers(room.session.client, { notInRoom: room.id });
    },
    createRoom: async (input) => createRoom(await client(), input),
    contacts: async () => contactsOf(await client()),
    memories: async () => memoriesOf(await client()),
    tasks: async () => {
      const room = await reach();
      return tasksOf(clientOf(room), room.id);
    },
    board: async () => {
      const room = await reach();
      return boardOf(clientOf(room), room.id);
    },
    ask: voice.ask,
    staySilent: voice.staySilent,
  };
}

/** Someone in the room. Who is not found is looked for once more in a fresh list. */
async function findParticipant(room: KnownRoom, who: string): Promise<Participant> {
  const selfId = room.session.identity.id;
  try {
    return only(resolveMentions([who], await room.people.list(), selfId));
  } catch (error) {
    if (!(error instanceof MentionError)) throw error;
    return only(resolveMentions([who], await room.people.refresh(), selfId));
  }
}

/** Someone in the room, else someone who could be brought into it. */
export async function findPeer(room: KnownRoom, who: string): Promise<FoundPeer> {
  const selfId = room.session.identity.id;
  const here = await room.people.list();
  try {
    return { ...only(resolveMentions([who], here, selfId)), isHere: true };
  } catch (error) {
    if (!(error instanceof MentionError) || error.code !== "mention.unknown") throw error;
  }
  const [fresh, peers] = await Promise.all([room.people.refresh(), allPeers(room)]);
  const couldCome = peers
    .filter(({ id }) => !fresh.some((person) => person.id === id))
    .map((peer) => ({ ...peer, role: "member" as const }));
  const found = only(resolveMentions([who], [...fresh, ...couldCome], selfId));
  return { ...found, isHere: fresh.some(({ id }) => id === found.id) };
}

/** Everyone who could be asked in a room: who is here, and who could come. */
export async function reachablePeers(room: KnownRoom): Promise<readonly Peer[]> {
  const [here, peers] = await Promise.all([room.people.list(), allPeers(room)]);
  const selfId = room.session.identity.id;
  const onlyHere = here.filter(({ id }) => id !== selfId && !peers.some((peer) => peer.id === id));
  return [...peers, ...onlyHere.map((person) => ({ ...person, isContact: false }))];
}

async function allPeers(room: KnownRoom): Promise<readonly Peer[]> {
  return Array.fromAsync(listPeers(room.session.client));
}

function only(people: readonly Participant[]): Participant {
  const [first] = people;
  if (first === undefined) throw new MentionError("mention.missing", "nobody was named", []);
  return first;
}
