/** How smoothly a page ran for a while. */
export interface Smoothness {
  readonly fps: number;
  /** Frames a 60 Hz screen showed twice. */
  readonly dropped: number;
  /** Tasks over 50 ms. */
  readonly longTasks: number;
  readonly longestFrameMs: number;
  readonly forMs: number;
}

const FRAME_MS = 1_000 / 60;

/** Watches frames for `forMs`; `onFrame` is called in each. */
export async function watchFrames(forMs: number, onFrame: () => void = () => undefined): Promise<Smoothness> {
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => {
    longTasks += list.getEntries().length;
  });
  observer.observe({ type: "longtask" });
  const startedMs = await nextFrame();
  let beforeMs = startedMs;
  let frames = 0;
  let dropped = 0;
  let longestFrameMs = 0;
  while (beforeMs - startedMs < forMs) {
    const atMs = await nextFrame();
    onFrame();
    frames += 1;
    dropped += Math.max(0, Math.round((atMs - beforeMs) / FRAME_MS) - 1);
    longestFrameMs = Math.max(longestFrameMs, atMs - beforeMs);
    beforeMs = atMs;
  }
  await afterPaint();
  observer.disconnect();
  return { fps: (frames * 1_000) / (beforeMs - startedMs), dropped, longTasks, longestFrameMs, forMs: beforeMs - startedMs };
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Resolves when the frame being prepared has been painted by the main thread. */
export async function afterPaint(): Promise<void> {
  await nextFrame();
  await new Promise<void>((resolve) => {
    const after = new MessageChannel();
    after.port1.onmessage = () => resolve();
    after.port2.postMessage(0);
  });
}
