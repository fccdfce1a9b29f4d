/** What happened, as far as the properties are about it. */
export type Happening =
  | { readonly type: "message"; readonly roomId: string; readonly content: string }
  | { readonly type: "text"; readonly agentId: string; readonly roomId: string; readonly content: string }
  | {
      readonly type: "event";
      readonly agentId: string;
      readonly roomId: string;
      readonly eventType: string;
      readonly content: string;
    }
  | {
      readonly type: "mark";
      readonly as: "delivered" | "processing" | "processed" | "failed";
      readonly agentId: string;
      readonly roomId: string;
      readonly content: string;
      readonly attempt: number;
    }
  | {
      readonly type: "control";
      readonly mode: "interrupt" | "stop" | "play";
      readonly agentId: string;
      readonly roomId: string;
    }
  /** The word of a person has reached the agent. */
  | {
      readonly type: "heard";
      readonly mode: "interrupt" | "stop" | "play";
      readonly agentId: string;
      readonly roomId: string;
      readonly life: number;
    }
  | (({ readonly type: "run" } | { readonly type: "ran" } | { readonly type: "aborted" }) & {
      readonly agentId: string;
      readonly roomId: string;
      readonly content: string;
      readonly attempt: number;
      /** What it was to answer, the message itself included, oldest first. */
      readonly batch: readonly string[];
      /** Which life of the agent it was. */
      readonly life: number;
    })
  | { readonly type: "given-up"; readonly agentId: string; readonly content: string }
  | (({ readonly type: "started" } | { readonly type: "killed" } | { readonly type: "ended" }) & {
      readonly agentId: string;
      readonly life: number;
    })
  | { readonly type: "request"; readonly life: number; readonly method: string; readonly path: string }
  | { readonly type: "connect"; readonly life: number; readonly agentId: string }
  | { readonly type: "fault"; readonly what: string }
  | { readonly type: "late-commit"; readonly byMs: number; readonly content: string }
  | { readonly type: "log"; readonly text: string };

export type Dated<Type extends Happening["type"] = Happening["type"]> = Extract<Happening, { readonly type: Type }> & {
  readonly atMs: number;
};

/** Everything that happened in one simulated run, in order. */
export class History {
  readonly #nowMs: () => number;
  readonly #happenings: Dated[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(happening: Happening): void {
    this.#happenings.push({ ...happening, atMs: this.#nowMs() });
  }

  get all(): readonly Dated[] {
    return this.#happenings;
  }

  of<Type extends Happening["type"]>(type: Type): readonly Dated<Type>[] {
    return this.#happenings.filter((happening): happening is Dated<Type> => happening.type === type);
  }
}
