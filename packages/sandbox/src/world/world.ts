import { Accounts, type AgentChanges, type AgentFilter, type NewAgent, type NewUser } from "./accounts.ts";
import { Boards } from "./boards.ts";
import { ContactRequests } from "./contact-requests.ts";
import { Contacts } from "./contacts.ts";
import { Control, type ControlInput } from "./control.ts";
import { Deliveries, type OfferRules, type WorkFilter } from "./deliveries.ts";
import { Events, type NewEvent } from "./events.ts";
import { type Execution, Executions } from "./executions.ts";
import { History } from "./history.ts";
import { Keys } from "./keys.ts";
import { Listening } from "./listening.ts";
import { Memories } from "./memories.ts";
import { type Marked, type MarkInput, Messages, type NewText } from "./messages.ts";
import type { Agent, Entity, Message, Participant, Role, Room, User } from "./model.ts";
import type { ControlSignal, News } from "./news.ts";
import type { Page, PageRequest } from "./paging.ts";
import { Participants } from "./participants.ts";
import { type Peer, type PeerFilter, Peers } from "./peers.ts";
import { Plan } from "./plan.ts";
import { invalid, notFound } from "./refusal.ts";
import { type NewRoom, type RoomFilter, Rooms } from "./rooms.ts";
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
 * The platform's state: accounts, rooms, what is said in them, and how far each agent got with it.
 *
 * A change is whole or not at all, is committed before its news is told, and is refused with a {@link Refusal} when the
 * platform would refuse it. The world knows nothing of HTTP and sockets. Ends with dispose; a data file keeps all of it.
 */
export class World implements Disposable {
  readonly contacts: Contacts;
  readonly contactRequests: ContactRequests;
  readonly tasks: Tasks;
  readonly boards: Boards;
  readonly memories: Memories;
  readonly plan: Plan;
  readonly #store: Store;
  readonly #listening = new Listening();
  readonly #unseen = new Unseen();
  readonly #keys: Keys;
  readonly #accounts: Accounts;
  readonly #rooms: Rooms;
  readonly #peers: Peers;
  readonly #participants: Participants;
  readonly #control: Control;
  readonly #executions: Executions;
  readonly #messages: Messages;
  readonly #events: Events;

  constructor(options: WorldOptions = {}) {
    const store = new Store(options.file ?? ":memory:", options.now ?? Date.now);
    this.#keys = new Keys(store);
    const accounts = new Accounts(store, this.#keys);
    const executions = new Executions(store);
    this.plan = new Plan(store);
    const rooms = new Rooms(store, executions);
    const contacts = new Contacts(store, accounts);
    const peers = new Peers(store, accounts);
    const participants = new Participants(store, {
      accounts,
      rooms,
      peers,
      listening: this.#listening,
      executions,
      plan: this.plan,
    });
    const control = new Control(store, executions);
    const deliveries = new Deliveries(store, this.#listening);
    const messages = new Messages(store, {
      accounts,
      rooms,
      participants,
      deliveries,
      control,
      executions,
      plan: this.plan,
      unseen: this.#unseen,
      offerRules: options.offerRules ?? (() => ({})),
    });
    this.contacts = contacts;
    const history = new History(store);
    this.tasks = new Tasks(store, { participants, history });
    this.memories = new Memories(store, accounts);
    this.boards = new Boards(store, { participants, history });
    this.contactRequests = new ContactRequests(store, { accounts, contacts });
    this.#store = store;
    this.#accounts = accounts;
    this.#rooms = rooms;
    this.#peers = peers;
    this.#participants = participants;
    this.#control = control;
    this.#executions = executions;
    this.#messages = messages;
    this.#events = new Events(store, { rooms, participants, messages, tasks: this.tasks });
  }

  /** Tells all later news, synchronously and in order. Returns how to stop it. */
  subscribe(listener: (news: News) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Tells news once more, with no other effect, as a platform does that repeats itself. */
  repeat(news: News): void {
    this.#store.publish(news);
  }

  // accounts

  authenticate(apiKey: string): Principal | undefined {
    const owner = this.#keys.owner(apiKey);
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

  /** Somebody of that id, deleted or not. */
  everKnown(id: string): Entity | undefined {
    return this.#accounts.everKnown(id);
  }

  users(): readonly User[] {
    return this.#accounts.users();
  }

  agents(): readonly Agent[] {
    return this.#accounts.agents();
  }

  entityByHandle(handle: string): Entity | undefined {
    return this.#accounts.byHandle(handle);
  }

  createUser(input: NewUser): { user: User; apiKey: string } {
    return this.#accounts.createUser(input);
  }

  registerAgent(input: NewAgent): { agent: Agent; apiKey: string } {
    this.plan.checkRoomFor("agents");
    return this.#accounts.registerAgent(input);
  }

  describeAgent(agent: Agent, about: AgentChanges): Agent {
    return this.#accounts.describeAgent(agent, about);
  }

  /**
   * Deletes an agent: it is out of every room and of everyone's contacts, its memories, keys and executions are gone, and its
   * handle is free. What it said stays. A room it alone owned goes to its owner, else to whoever came first; one with nobody
   * left ends. Returns how many executions there were. Throws a 422 when there were some and that was not `force`d.
   */
  deleteAgent(agent: Agent, { force }: { readonly force: boolean }): number {
    return this.#store.change(() => {
      const executions = this.#executions.forget(agent.id);
      if (executions > 0 && !force)
        throw invalid("/force", "must be true for an agent with history", "Agent has history");
      for (const { id: roomId } of this.#rooms.of(agent.id)) {
        this.removeParticipant(undefined, { roomId, entityId: agent.id });
        this.#rooms.passOn(roomId, agent.ownerId);
        if (this.participants(roomId).length === 0) this.deleteRoom(roomId);
      }
      this.contactRequests.forget(agent);
      this.contacts.forget(agent);
      this.memories.forget(agent.id);
      this.#accounts.retire(agent);
      this.#store.publish({ type: "agent_deleted", agent });
      return executions;
    });
  }

  renameUser(user: User, names: { firstName?: string | undefined; lastName?: string | undefined }): User {
    return this.#accounts.renameUser(user, names);
  }

  listAgents(ownerId: string, filter: AgentFilter, request: PageRequest): Page<Agent> {
    return this.#accounts.agentsOf(ownerId, filter, request);
  }

  listPeers(actor: Entity, filter: PeerFilter, request: PageRequest): Page<Peer> {
    return this.#peers.list(actor, filter, request);
  }

  issueKey(entityId: string): string {
    const entity = this.#accounts.entity(entityId);
    if (entity === undefined) throw notFound("Account");
    return this.#keys.issue(entity);
  }

  revokeKey(apiKey: string): void {
    this.#keys.revoke(apiKey);
  }

  /** The newest key that works: the sandbox may tell keys, the platform never does. */
  apiKeyOf(entityId: string): string | undefined {
    return this.#keys.newest(entityId);
  }

  // rooms

  room(id: string): Room | undefined {
    return this.#rooms.room(id);
  }

  /** The room, for someone in it. Throws a 404 for anyone else. */
  roomFor(entityId: string, roomId: string): Room {
    return this.#participants.room(roomId, entityId);
  }

  roomsOf(entityId: string): readonly Room[] {
    return this.#rooms.of(entityId);
  }

  listRooms(entityId: string, filter: RoomFilter, request: PageRequest): Page<Room> {
    return this.#rooms.list(entityId, filter, request);
  }

  createRoom(actor: Entity, input: NewRoom): Room {
    this.plan.checkRoomFor("chats");
    return this.#rooms.create(actor, input);
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
    const members = this.participants(roomId).map(({ entity }) => entity);
    this.#rooms.delete(room, members, actor);
    for (const { id } of members) this.#listening.set(id, roomId, false);
    return room;
  }

  // participants

  isParticipant(roomId: string, entityId: string): boolean {
    return this.#participants.isIn(roomId, entityId);
  }

  participants(roomId: string): readonly Participant[] {
    return this.#participants.of(roomId);
  }

  listParticipants(roomId: string, type: Entity["kind"] | undefined, request: PageRequest): Page<Participant> {
    return this.#participants.list(roomId, type, request);
  }

  addParticipant(actor: Entity | undefined, input: { roomId: string; entityId: string; role?: Role }): Participant {
    return this.#participants.add(actor, { role: "member", ...input });
  }

  removeParticipant(actor: Entity | undefined, input: { roomId: string; entityId: string }): Participant {
    return this.#store.change(() => {
      const removed = this.#participants.remove(actor, input);
      this.tasks.drop(input.roomId, removed.entity);
      return removed;
    });
  }

  // messages and events

  message(id: string): Message | undefined {
    return this.#messages.message(id);
  }

  /** The whole room, oldest first. */
  messages(roomId: string): readonly Message[] {
    return this.#messages.of(roomId);
  }

  listMessages(
    roomId: string,
    filter: { type?: Message["type"] | undefined; since?: string | undefined },
    request: PageRequest,
  ): Page<Message> {
    return this.#messages.list(roomId, filter, request);
  }

  listWork(
    agent: Agent,
    input: { roomId: string; filter?: WorkFilter | undefined },
    request: PageRequest,
  ): Page<Message> {
    return this.#messages.work(agent, input, request);
  }

  nextMessage(agent: Agent, roomId: string): Message | undefined {
    return this.#messages.next(agent, roomId);
  }

  listContext(agent: Agent, roomId: string, request: PageRequest): Page<Message> {
    return this.#messages.context(agent, roomId, request);
  }

  createMessage(actor: Entity, input: NewText): Message {
    return this.#messages.say(actor, input);
  }

  createEvent(actor: Agent, input: NewEvent): Message {
    return this.#events.report(actor, input);
  }

  showActivity(agent: Agent, input: { roomId: string; working: boolean }): void {
    this.#events.showActivity(agent, input);
  }

  /** Takes a text or event back, for everyone. */
  deleteMessage(message: Message): void {
    this.#messages.delete(message);
  }

  /** Undefined while the agent is stopped in the room, where the platform answers 204. */
  mark(agent: Agent, input: MarkInput): Marked | undefined {
    return this.#messages.mark(agent, input);
  }

  /** Leaves a message or event out of all lists for a while, as reads do that lag behind. */
  hideFromReads({ messageId, forMs }: { readonly messageId: string; readonly forMs: number }): void {
    this.#unseen.hide(messageId, forMs);
  }

  /** Goes on offering a message to the agent as it was, for a while. */
  offerAsBefore(input: { readonly agentId: string; readonly message: Message; readonly forMs: number }): void {
    this.#unseen.offerAsBefore(input);
  }

  // control and sockets

  control(input: ControlInput): ControlSignal {
    return this.#control.give(input);
  }

  /** Throws a 404 when the agent was never at work under that id. */
  execution(agent: Agent, id: string): Execution {
    const execution = this.#executions.find(agent.id, id);
    if (execution === undefined) throw notFound("Execution");
    return execution;
  }

  listExecutions(agent: Agent, request: PageRequest): Page<Execution> {
    return this.#executions.list(agent, request);
  }

  isStopped(agentId: string, roomId: string): boolean {
    return this.#control.isStopped(agentId, roomId);
  }

  /** Told by the socket: this agent's live socket has, or no longer has, joined this room. */
  setListening(agentId: string, roomId: string, listening: boolean): void {
    this.#listening.set(agentId, roomId, listening);
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }
}
