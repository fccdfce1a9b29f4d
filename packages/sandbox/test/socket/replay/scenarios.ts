import type { SocketOptions } from "../../../src/index.ts";

/** How a recording is played again. */
export interface Scenario {
  /** Settings of the sandbox besides the `phoenix` profile. */
  readonly settings?: SocketOptions;
  /** Whether what the server and the client do by themselves waits as long as it did: where waiting is what was recorded. */
  readonly keepsTime?: boolean;
  /** Whether processes race for the order of a topic's frames, so that more than one is right. */
  readonly isRaced?: boolean;
  /** Runs the sandbox in a process of its own, because the recorded one was frozen. */
  readonly isOwnProcess?: boolean;
  /** A connection of it that can't be played, and why. */
  readonly without?: { readonly conn: number; readonly because: string };
}

const cowboy = { webServer: "cowboy" } as const;
const older = { phoenixVersion: "1.7" } as const;

/** What differs from playing a recording as it is; suffixes of a name say which server it was. */
const special: Readonly<Record<string, Scenario>> = {
  "05a-duplicate-join-raw": { isRaced: true },
  "05a-duplicate-join-raw.p17": { isRaced: true },
  "09c-slow-join-blocks-heartbeat": { keepsTime: true },
  "10b-disconnect-code-1000-client-1.8.15": { settings: older },
  "16-oversized-frame": {
    settings: { maxFrameBytes: 65_536 },
    without: {
      conn: 3,
      because: "ws has one limit for frames and whole messages, Bandit a lower one for messages in fragments",
    },
  },
  "16-oversized-frame.cowboy": { settings: { maxFrameBytes: 65_536 } },
  "17-idle-timeout": { settings: { idleTimeoutMs: 1500 }, keepsTime: true },
  "17-idle-timeout.cowboy": { settings: { idleTimeoutMs: 1650 }, keepsTime: true }, // 1500 were set; Cowboy looks now and then
  "17b-idle-timeout-client-1.8.15": { settings: { ...older, ...cowboy, idleTimeoutMs: 300 } },
  "17c-idle-timeout-default": { settings: { idleTimeoutMs: 300 } }, // that the default is a minute has a test of its own
  "26-heartbeat-timeout-client": { isOwnProcess: true, keepsTime: true },
  "30-compression-negotiated": { settings: { compress: true } },
  "30-compression-negotiated.cowboy": { settings: { compress: true } },
};

/** How the recording of that name is played again. */
export function scenarioOf(name: string): Scenario {
  const ofServer = { ...(name.endsWith(".cowboy") && cowboy), ...(name.endsWith(".p17") && older) };
  const scenario = special[name] ?? {};
  return { ...scenario, settings: { ...ofServer, ...scenario.settings } };
}
