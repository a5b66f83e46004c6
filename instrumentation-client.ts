import { beginFirstReads, readSiteLoads } from "./lib/fleet/first-reads.client.ts";
import { setPageViewer } from "./lib/session/page-viewer.client.ts";
import { LIVE_MARK } from "./lib/telemetry/live-mark.ts";
import { prepareInterest, prepareLiveWorker } from "./lib/telemetry/start-live-worker.client.ts";

const viewer = document.querySelector<HTMLMetaElement>(`meta[name="${LIVE_MARK}"]`)?.content;

// Next runs this before it hydrates the page. Worker, keys, socket and the first list are the long way to the first value: they begin now.
if (viewer !== undefined) {
  setPageViewer(viewer);
  prepareLiveWorker(viewer);
  beginFirstReads(location);
  void readSiteLoads().then(prepareInterest);
}
