import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAsyncInvoker } from "../../../../local-aws/functions/async-invoker.ts";
import { AwsError } from "../../../../local-aws/platform/aws-error.ts";
import { createTestContext } from "../iot-core/support/context.ts";

let world: ReturnType<typeof createTestContext>;
let close: (() => unknown) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  world = createTestContext();
});
afterEach(() => {
  close?.();
  world.close();
  vi.useRealTimers();
});

function invoker(handler: (count: number) => Promise<unknown>) {
  let count = 0;
  const events = createAsyncInvoker(world.ctx, { invoke: () => handler((count += 1)) });
  close = events.close;
  return { events, count: () => count };
}
const failing = () => Promise.reject(new Error("down"));

describe("an event for a function", () => {
  test("is delivered again one minute and two more minutes after its function failed, and then given up", async () => {
    const { events, count } = invoker(failing);
    await events.invoke("arn", {});
    await vi.advanceTimersByTimeAsync(59_000);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(count()).toBe(2);
    await vi.advanceTimersByTimeAsync(121_000);
    expect(count()).toBe(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(count()).toBe(3);
  });

  test("is delivered once when its function took it", async () => {
    const { events, count } = invoker(() => Promise.resolve());
    await events.invoke("arn", {});
    await vi.advanceTimersByTimeAsync(600_000);
    expect(count()).toBe(1);
  });

  test("follows the stand-in's clock", async () => {
    const { events, count } = invoker((at) => (at === 1 ? failing() : Promise.resolve()));
    await events.invoke("arn", {});
    world.ctx.clock.setOffsetMs(61_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(count()).toBe(2);
  });

  test("of a function that does not exist is refused to the rule", async () => {
    const { events } = invoker(() => Promise.reject(new AwsError("ResourceNotFoundException", "Function not found", 404)));
    await expect(events.invoke("arn", {})).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});
