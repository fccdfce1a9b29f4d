import type { ParticipantKind } from "../model/participant.ts";

/** What came back from someone who was asked. */
export interface Answer {
  /** Who answered. */
  readonly peer: {
    readonly id: string;
    readonly name: string;
    readonly handle: string | undefined;
    readonly kind: ParticipantKind;
  };
  /** The text, mentions written as `@handle`. */
  readonly answer: string;
  /** The message that was the answer. */
  readonly messageId: string;
  /** From the question being posted until the answer was here, in milliseconds. */
  readonly waitedMs: number;
}

/** How to ask. */
export interface AskOptions {
  /** How long to wait for an answer, in milliseconds. Default: 60,000 in a turn that a person started, 30,000 in one that an agent started; a person who is asked has 900,000. */
  readonly timeoutMs?: number;
  /** `new-room` asks in a room of its own, titled after the question, and leaves the conversation there. Default `here`. */
  readonly where?: "here" | "new-room";
  /** `until-idle` collects every text until the peer was quiet for two seconds. Default `first`. */
  readonly collect?: "first" | "until-idle";
  /**
   * A run after a crash takes up only a question of the same words. Else its first question to a peer takes up the newest
   * one, however it was put: a model words things anew. Default false.
   */
  readonly sameWords?: boolean;
  /** Ends the wait with an {@link AskError}. */
  readonly signal?: AbortSignal;
  /** Told in a few words what is waited for. */
  readonly onProgress?: (text: string) => void;
}
