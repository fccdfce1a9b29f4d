import { expect, test } from "vitest";
import { settingsOf } from "../../src/socket/settings.ts";

test("the platform's socket allows any number of channels, is idle for 45 s at most, and says 1000", () => {
  expect(settingsOf()).toEqual({
    profile: "platform",
    phoenixVersion: "1.8",
    webServer: "bandit",
    channelLimit: Number.POSITIVE_INFINITY,
    idleTimeoutMs: 45_000,
    idleCloseCode: 1000,
    disconnectCode: 1000,
    crashPayload: "reason",
    staleJoinRef: "drop",
    leaveRace: "answered",
    maxFrameBytes: 10_000_000,
    compress: false,
  });
});

test("a Phoenix server allows a hundred channels and a minute of silence; its codes depend on version and web server", () => {
  expect(settingsOf({ profile: "phoenix" })).toMatchObject({
    channelLimit: 100,
    idleTimeoutMs: 60_000,
    idleCloseCode: 1002,
    disconnectCode: 1001,
    crashPayload: "reason",
    staleJoinRef: "drop",
    leaveRace: "overtaken",
  });
  expect(settingsOf({ profile: "phoenix", webServer: "cowboy" })).toMatchObject({ idleCloseCode: 1000 });
  const older = { disconnectCode: 1000, crashPayload: "empty", staleJoinRef: "answer" };
  expect(settingsOf({ profile: "phoenix", phoenixVersion: "1.7" })).toMatchObject(older);
});

test("each setting can be chosen by itself, in either profile", () => {
  const chosen = {
    channelLimit: 3,
    idleTimeoutMs: 1,
    idleCloseCode: 1002,
    disconnectCode: 1011,
    compress: true,
  } as const;
  for (const profile of ["platform", "phoenix"] as const)
    expect(settingsOf({ profile, ...chosen, crashPayload: "empty" })).toMatchObject({
      ...chosen,
      crashPayload: "empty",
    });
});
