import { createRoot, type Root } from "react-dom/client";
import type { ThingSummary } from "@/lib/fleet/thing";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import { rootElement } from "./chart-scene.ts";
import { benchThings, FleetDeck } from "./fleet-deck.tsx";
import { afterPaint, watchFrames } from "./frame-watch.ts";

const collator = new Intl.Collator("en", { numeric: true });
let root: Root | undefined;
let session: LiveSession | undefined;
let all: ThingSummary[] = [];

const onSession = (opened: LiveSession): void => {
  session = opened;
};
const render = (things: readonly ThingSummary[]) => root?.render(<FleetDeck things={things} hasChart={false} onSession={onSession} />);

async function timed(change: () => void): Promise<number> {
  const startedMs = performance.now();
  change();
  await afterPaint();
  return performance.now() - startedMs;
}

const box = (): HTMLElement => {
  const found = document.querySelector<HTMLElement>("[data-live-area]");
  if (found === null) throw new Error("the table is not there");
  return found;
};

const plainRow = ({ thingName, label, site, thingType }: ThingSummary): string =>
  `<tr class="border-line h-11 border-b"><td>Live</td><td><span>${label}</span><span>${thingName}</span></td><td>${thingType ?? ""}</td><td>${site}</td><td><span>51.3</span></td><td>4.2</td><td>1 s ago</td><td>in sync</td><td>off</td></tr>`;

Object.assign(globalThis, {
  bench: {
    /** Milliseconds from the call to the frame painted, and the nodes of the page then. */
    mount: async (count: number) => {
      root?.unmount();
      all = benchThings(count);
      root = createRoot(rootElement());
      const ms = await timed(() => render(all));
      return { ms, nodes: document.querySelectorAll("*").length };
    },
    /** A row for each thing as plain elements, thirteen to a row. */
    mountPlain: async (count: number) => {
      root?.unmount();
      root = undefined;
      const place = rootElement();
      const ms = await timed(() => {
        place.innerHTML = `<div style="height:100vh;overflow:auto"><table class="w-full table-fixed border-collapse text-left"><tbody>${benchThings(count).map(plainRow).join("")}</tbody></table></div>`;
      });
      const nodes = document.querySelectorAll("*").length;
      place.innerHTML = "";
      return { ms, nodes };
    },
    /** As on a key of the search box: those whose label holds the text. */
    filter: (text: string) => timed(() => render(all.filter(({ label }) => label.includes(text)))),
    sort: (direction: 1 | -1) =>
      timed(() => {
        all = all.toSorted((a, b) => direction * collator.compare(a.label, b.label));
        render(all);
      }),
    isLive: () => session?.state().status === "live",
    firstRow: () => document.querySelector("tr[data-row='0']")?.textContent ?? "",
    /** Scrolls by a row and a half each frame, up and down, while whatever comes keeps coming. */
    scroll: (forMs: number) => {
      const element = box();
      // Read once: asking in each frame would lay the table out a second time.
      const end = element.scrollHeight - element.clientHeight;
      let top = element.scrollTop;
      let step = 66;
      return watchFrames(forMs, () => {
        if (top + step < 0 || top + step > end) step = -step;
        top += step;
        element.scrollTop = top;
      });
    },
  },
});
