import type { Agent, User } from "../../src/world/model.ts";
import { type Answer, Api, idOf } from "../rest/api.ts";

/** Tests that hold something, each a file below this package's `test` with a title in it. */
export type HeldBy = Readonly<Record<string, string>>;

/** One operation of the platform's API: the row of `docs/fidelity.md`, and how each of its documented answers comes about. */
export interface Operation {
  /** As the platform's contract calls it; ours where the contract has none. */
  readonly id: string;
  readonly call: string;
  /**
   * By status and code, as in `422 mentions_required`, a way to get that answer. The 401 without a key and the 403 with a key of the
   * other kind are every operation's, and not listed.
   */
  readonly answers: Readonly<Record<string, Way>>;
  /** Documented statuses that can't come about here, with the reason. */
  readonly never?: Readonly<Record<number, string>>;
  /** What holds it beyond its statuses. */
  readonly heldBy: HeldBy;
  /** What the sources leave open, and what the sandbox does. */
  readonly open?: string;
}

/** Calls the platform until it has answered as wanted. */
export type Way = (scene: Scene) => Promise<Answer>;

type Who = "dana" | "miguel" | "planner" | "weather" | "ledger";

/** Someone calls: in the line and the body, names in capitals stand for ids, see {@link Scene}. */
export function ask(who: Who, line: string, body?: object | string): Way {
  return async (scene) => {
    const text = typeof body === "string" || body === undefined ? body : await scene.fill(JSON.stringify(body));
    return scene.heard(await scene.api.as(scene.api[who], await scene.fill(line), text));
  };
}

/** One after the other; the last answer counts. */
export function inTurn(...ways: readonly [Way, ...Way[]]): Way {
  const [first, ...others] = ways;
  return async (scene) => {
    let answer = await first(scene);
    for (const way of others) answer = await way(scene);
    return answer;
  };
}

/** Changes the world behind the API's back first. */
export function given(change: (scene: Scene) => Promise<void> | void, way: Way): Way {
  return async (scene) => {
    await change(scene);
    return way(scene);
  };
}

/**
 * A platform of its own for one answer. `ROOM` is a room that Dana owns, with Weather and Planner; `TEXT` one of hers there, for
 * Weather; `LAST` what was answered last; `NOBODY` an id nobody has; `DANA`, `LEDGER` and so on the cast.
 */
export class Scene implements AsyncDisposable {
  readonly api: Api;
  #roomId: string | undefined;
  #textId: string | undefined;
  #lastId = "";

  constructor(api: Api) {
    this.api = api;
  }

  static async start(): Promise<Scene> {
    return new Scene(await Api.start());
  }

  get room() {
    const { api } = this;
    this.#roomId ??= api.room(api.dana, api.weather, api.planner).id;
    const room = api.world.rooms.room(this.#roomId);
    if (room === undefined) throw new Error("the room is gone");
    return room;
  }

  async fill(text: string): Promise<string> {
    if (text.includes("ROOM")) this.#roomId ??= this.room.id;
    if (text.includes("TEXT")) this.#textId ??= await this.api.say(this.room, "will it rain?", this.api.weather);
    const { dana, miguel, planner, weather, ledger } = this.api;
    const cast: Readonly<Record<string, User | Agent>> = {
      DANA: dana,
      MIGUEL: miguel,
      PLANNER: planner,
      WEATHER: weather,
      LEDGER: ledger,
    };
    const ids: Readonly<Record<string, string | undefined>> = {
      ROOM: this.#roomId,
      TEXT: this.#textId,
      LAST: this.#lastId,
      NOBODY: "00000000-0000-4000-8000-000000000000",
    };
    return text.replaceAll(/\b[A-Z]{4,}\b/gu, (name) => cast[name]?.id ?? ids[name] ?? name);
  }

  heard(answer: Answer): Answer {
    try {
      this.#lastId = idOf(answer);
    } catch {
      // an answer that names nothing
    }
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
  }
}
