/** For `expect.poll`: looks often, and gives up only when something hangs, however busy the machine is. */
export const soon = { interval: 10, timeout: 15_000 } as const;
