import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { gather } from "./gather";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("works once for all that comes together, and not again too soon", async () => {
  const work = vi.fn(() => Promise.resolve());
  const { wanted } = gather(work, 100, 1000);
  wanted();
  wanted();
  await vi.advanceTimersByTimeAsync(99);
  expect(work).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(1);
  wanted();
  await vi.advanceTimersByTimeAsync(999);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(2);
});

it("works again for what came while it worked, one at a time", async () => {
  let end: () => void = () => undefined;
  const work = vi.fn(() => new Promise<void>((done) => (end = done)));
  const { wanted } = gather(work, 100);
  wanted();
  await vi.advanceTimersByTimeAsync(100);
  wanted();
  await vi.advanceTimersByTimeAsync(500);
  expect(work).toHaveBeenCalledTimes(1);
  end();
  await vi.advanceTimersByTimeAsync(100);
  expect(work).toHaveBeenCalledTimes(2);
});

it("does nothing more once it is stopped", async () => {
  const work = vi.fn(() => Promise.resolve());
  const { wanted, stop } = gather(work, 100);
  wanted();
  stop();
  wanted();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).toHaveBeenCalledTimes(0);
});
