import type { Agent, Entity, User } from "../world/model.ts";
import type { World } from "../world/world.ts";

/** What a client needs to connect as an account; spread it into its options. */
export interface Credentials {
  readonly apiKey: string;
  readonly agentId: string;
  /** Origin of the REST endpoints, without `/api/v1`. */
  readonly baseUrl: string;
}

/**
 * The accounts of a sandbox by the names tests use: a user by handle, an agent as `weather` or `ada/weather`.
 *
 * A plain agent name belongs to the first user of the sandbox. Looking up a name that nobody has throws and lists those there are.
 */
export class Roster {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  user(name: string): User {
    const user = this.#findUser(name);
    if (user) return user;
    throw new Error(`No user ${quote(name)} in this sandbox; there ${listed(this.#world.accounts.users())}`);
  }

  agent(name: string): Agent {
    const agent = this.#findAgent(name);
    if (agent) return agent;
    throw new Error(`No agent ${quote(name)} in this sandbox; there ${listed(this.#world.accounts.agents())}`);
  }

  /** An agent or, failing that, a user. */
  entity(name: string): Entity {
    const entity = this.#findAgent(name) ?? this.#findUser(name);
    if (entity) return entity;
    throw new Error(
      `Nobody called ${quote(name)} in this sandbox; there ${listed([...this.#world.accounts.users(), ...this.#world.accounts.agents()])}`,
    );
  }

  userOrNew(handle: string, about: { readonly name?: string; readonly apiKey?: string } = {}): User {
    const name = `${handle.charAt(0).toUpperCase()}${handle.slice(1)}`;
    return this.#findUser(handle) ?? this.#world.accounts.createUser({ name, ...about, handle }).user;
  }

  /** Registers the agent if there is none of that name. Its own name is its slug, so that `@weather` means it. */
  agentOrNew(name: string, about: { readonly description?: string; readonly apiKey?: string } = {}): Agent {
    const known = this.#findAgent(name);
    if (known) return known;
    const [slug = name, ownerHandle] = name.split("/").reverse();
    const owner = ownerHandle === undefined ? this.#world.accounts.users()[0] : this.userOrNew(ownerHandle);
    if (!owner) throw new Error(`Agent ${quote(name)} needs an owner: name a user first, or write it as "ada/${slug}"`);
    const { description = `The ${slug} agent of this sandbox`, apiKey } = about;
    const input = { ownerId: owner.id, name: slug, description, ...(apiKey !== undefined && { apiKey }) };
    return this.#world.accounts.registerAgent(input).agent;
  }

  /** The account's key; a new one where the last was revoked. */
  keyOf(entity: Entity): string {
    return this.#world.keys.newest(entity.id) ?? this.#world.issueKey(entity.id);
  }

  #findUser(name: string): User | undefined {
    const entity = this.#world.accounts.byHandle(name);
    return entity?.kind === "User" ? entity : undefined;
  }

  #findAgent(name: string): Agent | undefined {
    const entity = this.#world.accounts.byHandle(name);
    if (entity?.kind === "Agent") return entity;
    if (name.includes("/")) return undefined;
    const [agent, ...others] = this.#world.accounts.agents().filter(({ slug }) => slug === name);
    if (!agent || others.length === 0) return agent;
    throw new Error(`${quote(name)} could be ${[agent, ...others].map(({ handle }) => quote(handle)).join(" or ")}`);
  }
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function listed(entities: readonly Entity[]): string {
  if (entities.length === 0) return "is nobody yet";
  return `${entities.length === 1 ? "is" : "are"} ${entities.map(({ handle }) => handle).join(", ")}`;
}
