import { createRoot } from "react-dom/client";
import { LiveChart } from "@/components/live/live-chart";
import { LiveProvider, useLiveSession } from "@/components/live/live-provider";
import { Sparkline } from "@/components/live/sparkline";
import { HEADER_LENGTH } from "@/lib/telemetry/sample-batch";
import type { IngestBatch } from "@/lib/telemetry/ingest";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import { mountECharts, mountRecharts, mountUPlot } from "./chart-peers.tsx";
import { metrics, rootElement, type Scene, STEP_MS, things, type Update, valueAt } from "./chart-scene.ts";

/** One message of every thing for each of the instants, in the form the worker hands to the page. */
function batchOf(scene: Scene, rows: readonly { atMs: number; row: number }[], isFirst: boolean): IngestBatch {
  const size = HEADER_LENGTH + 2 * scene.lines;
  const samples = new Float64Array(rows.length * scene.charts * size);
  let at = 0;
  for (const { atMs, row } of rows) {
    for (let thing = 0; thing < scene.charts; thing += 1) {
      samples.set([thing, atMs, 0, scene.lines], at);
      for (let line = 0; line < scene.lines; line += 1) {
        samples[at + HEADER_LENGTH + 2 * line] = line * 2;
        samples[at + HEADER_LENGTH + 2 * line + 1] = valueAt(line, row);
      }
      at += size;
    }
  }
  const names = isFirst
    ? { newThings: things(scene).map((name, place) => ({ place, name })), newMetrics: metrics(scene) }
    : { newThings: [], newMetrics: [] };
  const messageCount = rows.length * scene.charts;
  return {
    samples: { samples, length: at, messageCount, texts: [], ...names },
    shadows: [],
    presences: [],
    refusals: [],
    skews: [],
    raws: [],
    malformed: 0,
    unknownTopic: 0,
    duplicate: 0,
    shed: 0,
    received: messageCount,
  };
}

function Grab({ onSession }: { readonly onSession: (session: LiveSession) => void }) {
  const session = useLiveSession();
  if (session) onSession(session);
  return null;
}

/** The product's components in its provider. */
function mountOurs(scene: Scene): Promise<Update> {
  const windowMs = scene.points * STEP_MS;
  return new Promise((resolve) => {
    const onSession = (session: LiveSession): void => {
      const nowMs = session.serverNowMs();
      if (session.store.metricIndex("m0") >= 0) return;
      for (const thing of things(scene)) if (scene.points > 300) session.store.open(thing);
      const rows = Array.from({ length: scene.points }, (_, row) => ({ atMs: Math.round(nowMs - windowMs + row * STEP_MS), row }));
      session.store.ingest(batchOf(scene, rows, true));
      resolve((atMs, row) => {
        session.store.ingest(batchOf(scene, [{ atMs: Math.round(atMs), row }], false));
        session.store.flush();
      });
    };
    createRoot(rootElement()).render(
      <LiveProvider viewerSub="bench">
        <Grab onSession={onSession} />
        {things(scene).map((thing) =>
          scene.lines === 1 ? (
            <Sparkline key={thing} thing={thing} metric="m0" width={scene.width} height={scene.height} windowMs={windowMs} />
          ) : (
            <div key={thing} style={{ width: scene.width }}>
              <LiveChart thing={thing} metrics={metrics(scene)} windowMs={windowMs} height={scene.height} title="Bench" />
            </div>
          ),
        )}
      </LiveProvider>,
    );
  });
}

const MOUNTS = { ours: mountOurs, uplot: mountUPlot, echarts: mountECharts, recharts: mountRecharts };

let update: Update = () => undefined;
let row = 100_000;

Object.assign(globalThis, {
  bench: {
    mount: async (side: keyof typeof MOUNTS, scene: Scene) => {
      update = await MOUNTS[side](scene);
    },
    run: async ({ updates, everyMs }: { updates: number; everyMs: number }) => {
      const startedMs = performance.now();
      for (let index = 1; index <= updates; index += 1) {
        await new Promise((resolve) => setTimeout(resolve, startedMs + index * everyMs - performance.now()));
        update(Date.now(), (row += 1));
      }
    },
    /** Charts that show something: canvases with a pixel set, drawings with a path. */
    painted: () =>
      document.querySelectorAll("svg path.recharts-line-curve, svg[aria-hidden] > path[d*=L]").length +
      [...document.querySelectorAll("canvas")].filter((canvas) => {
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return data.some((byte) => byte !== 0);
      }).length,
  },
});
