import { createRoot } from "react-dom/client";
import uPlot from "uplot";
import { LiveChart } from "@/components/live/live-chart";
import { LiveProvider, useLiveSession } from "@/components/live/live-provider";
import { Sparkline } from "@/components/live/sparkline";
import { HEADER_LENGTH } from "@/lib/telemetry/batch-writer";
import type { IngestBatch } from "@/lib/telemetry/ingest";
import type { LiveSession } from "@/lib/telemetry/live-session.client";

/** What is on the page: how many charts, lines in each, points in each line, and its size in CSS pixels. */
interface Scene {
  readonly charts: number;
  readonly lines: number;
  readonly points: number;
  readonly width: number;
  readonly height: number;
}

const STEP_MS = 1_000;
const things = ({ charts }: Scene) => Array.from({ length: charts }, (_, index) => `pump-${index}`);
const metrics = ({ lines }: Scene) => Array.from({ length: lines }, (_, index) => `m${index}`);
const valueAt = (line: number, row: number): number => Math.sin(row / 40 + line) * 20 + Math.sin(row * 1.7 + line * 3) * 3 + line * 5;

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
  const names = isFirst ? { newThings: things(scene), newMetrics: metrics(scene) } : { newThings: [], newMetrics: [] };
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

function rootElement(): HTMLElement {
  const element = document.getElementById("root");
  if (element === null) throw new Error("the page has no root");
  return element;
}

type Update = (atMs: number, row: number) => void;

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

/** The same lines in bare uPlots: a sparkline without axes and legend, a chart with axes. */
function mountUPlot(scene: Scene): Promise<Update> {
  const isSpark = scene.lines === 1;
  const nowS = Date.now() / 1000;
  const data = [
    Array.from({ length: scene.points }, (_, row) => nowS - scene.points + row),
    ...metrics(scene).map((_, line) => Array.from({ length: scene.points }, (_unused, row) => valueAt(line, row))),
  ];
  const options: uPlot.Options = {
    width: scene.width,
    height: scene.height,
    legend: { show: false },
    cursor: { show: !isSpark },
    ...(isSpark ? { axes: [{ show: false }, { show: false }], padding: [0, 0, 0, 0] } : {}),
    series: [{}, ...metrics(scene).map((_, line) => ({ stroke: `hsl(${line * 36} 70% 45%)`, width: 1.5, points: { show: false } }))],
  };
  const root = rootElement();
  const charts = things(scene).map(() => new uPlot(options, data as uPlot.AlignedData, root));
  return Promise.resolve((atMs, row) => {
    data.forEach((column, line) => {
      column.shift();
      column.push(line === 0 ? atMs / 1000 : valueAt(line - 1, row));
    });
    for (const chart of charts) chart.setData(data as uPlot.AlignedData);
  });
}

let update: Update = () => undefined;
let row = 100_000;

Object.assign(globalThis, {
  bench: {
    mount: async (side: "ours" | "uplot", scene: Scene) => {
      update = await (side === "ours" ? mountOurs(scene) : mountUPlot(scene));
    },
    run: async ({ updates, everyMs }: { updates: number; everyMs: number }) => {
      const startedMs = performance.now();
      for (let index = 1; index <= updates; index += 1) {
        await new Promise((resolve) => setTimeout(resolve, startedMs + index * everyMs - performance.now()));
        update(Date.now(), (row += 1));
      }
    },
    paintedCanvases: () =>
      [...document.querySelectorAll("canvas")].filter((canvas) => {
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return data.some((byte) => byte !== 0);
      }).length,
  },
});
