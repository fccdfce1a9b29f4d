import { Accounts } from "./accounts.ts";
import { Boards } from "./boards.ts";
import { ContactRequests } from "./contact-requests.ts";
import { Contacts } from "./contacts.ts";
import { Control } from "./control.ts";
import { Deliveries, type OfferRules } from "./deliveries.ts";
import { Events } from "./events.ts";
import { Executions } from "./executions.ts";
import { History } from "./history.ts";
import { Keys } from "./keys.ts";
import { Listening } from "./listening.ts";
import { Memories } from "./memories.ts";
import { Messages } from "./messages.ts";
import type { Agent, Entity, Participant, Room, User } from "./model.ts";
import type { News } from "./news.ts";
import { Participants } from "./participants.ts";
import { Peers } from "./peers.ts";
import { Plan } from "./plan.ts";
import { invalid, notFound } from "./refusal.ts";
import { Rooms } from "./rooms.ts";
import { Store } from "./store.ts";
import { Tasks } from "./tasks.ts";
import { Unseen } from "./unseen.ts";

export interface WorldOptions {
  /** SQLite data file, made when missing; default `:memory:`, which is gone with the process. */
  readonly file?: string;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number;
  /** What `messages/next` offers, asked each time; default: everything that is not processed. */
  readonly offerRules?: () => OfferRules;
}

/** Whose key it is. */
export type Principal =
  | { readonly kind: "User"; readonly user: User }
  | { readonly kind: "Agent"; readonly agent: Agent };

/**
 * The platform's state: accounts, rooms, what is said in them, and how far each agent got with it. Each part is asked directly;
 * what reaches into several of them, and who may do it, is asked of the world.
 *
 * A change is whole or not at all, is committed before its news is told, and is refused with a {@link Refusal} when the
 * platform would refuse it. The world knows nothing of HTTP and sockets. Ends with dispose; a data file keeps all of it.
 */
export class World implements Disposable {
  readonly accounts: Omit<Accounts, "retire">;
  readonly keys: Keys;
  readonly peers: Peers;
  readonly contacts: Contacts;
  readonly contactRequests: ContactRequests;
  readonly rooms: Omit<Rooms, "rename" | "setStatus" | "delete" | "passOn" | "touch">;
  readonly participants: Omit<Participants, "remove">;
  readonly messages: Omit<Messages, "insert">;
  readonly events: Events;
  readonly tasks: Tasks;
  readonly boards: Boards;
  readonly memories: Memories;
  readonly control: Control;
  readonly executions: Executions;
  readonly plan: Plan;
  /** Which agents' live sockets have joined which rooms; told by the socket. */
  readonly listening = new Listening();
  /** What reads leave out or tell as it was, as reads do that lag behind. */
  readonly unseen = new Unseen();
  readonly #store: Store;
  readonly #accounts: Accounts;
  readonly #rooms: Rooms;
  readonly #participants: Participants;

  constructor(options: WorldOptions = {}) {
    const store = new Store(options.file ?? ":memory:", options.now ?? Date.now);
    const { listening, unseen } = this;
    const plan = new Plan(store);
    const keys = new Keys(store);
    const accounts = new Accounts(store, { keys, plan });
    const executions = new Executions(store);
    const rooms = new Rooms(store, { executions, plan });
    const contacts = new Contacts(store, accounts);
    const peers = new Peers(store, accounts);
    const participants = new Participants(store, { accounts, rooms, peers, listening, executions, plan });
    const control = new Control(store, executions);
    const messages = new Messages(store, {
      accounts,
      rooms,
      participants,
      deliveries: new Deliveries(store, listening),
      control,
      executions,
      plan,
      unseen,
      offerRules: options.offerRules ?? (() => ({})),
    });
    const history = new History(store);
    const tasks = new Tasks(store, { participants, history });
    this.#store = store;
    this.keys = keys;
    this.accounts = this.#accounts = accounts;
    this.peers = peers;
    this.contacts = contacts;
    this.contactRequests = new ContactRequests(store, { accounts, contacts });
    this.rooms = this.#rooms = rooms;
    this.participants = this.#participants = participants;
    this.messages = messages;
    this.events = new Events(store, { rooms, participants, messages, tasks });
    this.tasks = tasks;
    this.boards = new Boards(store, { participants, history });
    this.memories = new Memories(store, accounts);
    this.control = control;
    this.executions = executions;
    this.plan = plan;
  }

  /** Tells all later news, synchronously and in order. Returns how to stop it. */
  subscribe(listener: (news: News) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Tells news once more, with no other effect, as a platform does that repeats itself. */
  repeat(news: News): void {
    this.#store.publish(news);
  }

  authenticate(apiKey: string): Principal | undefined {
    const owner = this.keys.owner(apiKey);
    const entity = owner === undefined ? undefined : this.#accounts.entity(owner);
    if (entity === undefined) return undefined;
    return entity.kind === "User" ? { kind: "User", user: entity } : { kind: "Agent", agent: entity };
  }

  user(id: string): User | undefined {
    const entity = this.#accounts.entity(id);
    return entity?.kind === "User" ? entity : undefined;
  }

  agent(id: string): Agent | undefined {
    const entity = this.#accounts.entity(id);
    return entity?.kind === "Agent" ? entity : undefined;
  }

  /** An agent of that person. Throws a 404 for anyone else's: nobody is told of agents that are not theirs. */
  ownAgent(owner: User, id: string): Agent {
    const agent = this.agent(id);
    if (agent?.ownerId !== owner.id) throw notFound("Agent");
    return agent;
  }

  issueKey(entityId: string): string {
    const entity = this.#accounts.entity(entityId);
    if (entity === undefined) throw notFound("Account");
    return this.keys.issue(entity);
  }

  /**
   * Deletes an agent: it is out of every room and of everyone's contacts, its memories, keys and executions are gone, and its
   * handle is free. What it said stays. A room it alone owned goes to its owner, else to whoever came first; one with nobody
   * left ends. Returns how many executions there were. Throws a 422 when there were some and that was not `force`d.
   */
  deleteAgent(agent: Agent, { force }: { readonly force: boolean }): number {
    return this.#store.change(() => {
      const executions = this.executions.forget(agent.id);
      if (executions > 0 && !force)
        throw invalid("/force", "must be true for an agent with history", "Agent has history");
      for (const { id: roomId } of this.#rooms.of(agent.id)) {
        this.removeParticipant(undefined, { roomId, entityId: agent.id });
        this.#rooms.passOn(roomId, agent.ownerId);
        if (this.participants.of(roomId).length === 0) this.deleteRoom(roomId);
      }
      this.contactRequests.forget(agent);
      this.contacts.forget(agent);
      this.memories.forget(agent.id);
      this.#accounts.retire(agent);
      this.#store.publish({ type: "agent_deleted", agent });
      return executions;
    });
  }

  /** The room, for someone in it. Throws a 404 for anyone else. */
  roomFor(entityId: string, roomId: string): Room {
    return this.participants.room(roomId, entityId);
  }

  renameRoom(actor: Entity, input: { roomId: string; title: string }): Room {
    return this.#rooms.rename(actor, this.roomFor(actor.id, input.roomId), input.title);
  }

  /** Archives the room or takes it back. Agents are shown active rooms only; nothing else changes for anyone. */
  setRoomStatus(actor: Entity, input: { roomId: string; status: "active" | "archived" }): Room {
    return this.#rooms.setStatus(actor, this.roomFor(actor.id, input.roomId), input.status);
  }

  /** Deletes the room for everyone. An actor must own it; without one, the sandbox itself deletes. */
  deleteRoom(roomId: string, actor?: Entity): Room {
    const room = actor === undefined ? this.#rooms.room(roomId) : this.roomFor(actor.id, roomId);
    if (room === undefined) throw notFound("Chat room");
    const members = this.participants.of(roomId).map(({ entity }) => entity);
    this.#rooms.delete(room, members, actor);
    for (const { id } of members) this.listening.set(id, roomId, false);
    return room;
  }

  removeParticipant(actor: Entity | undefined, input: { roomId: string; entityId: string }): Participant {
    return this.#store.change(() => {
      const removed = this.#participants.remove(actor, input);
      this.tasks.drop(input.roomId, removed.entity);
      return removed;
    });
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }
}
