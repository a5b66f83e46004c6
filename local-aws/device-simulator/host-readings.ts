import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { cpus, freemem, loadavg, totalmem } from "node:os";
import { round } from "./random.ts";

/** Reads this machine's gauges; rates are over the time since the previous reading. */
export interface HostReader {
  read(): Promise<Record<string, number>>;
}

export function createHostReader(): HostReader {
  let lastCpu = cpuTicks();
  let lastNet = networkBytes();
  let lastMs = performance.now();
  return {
    read: async () => {
      const cpu = cpuTicks();
      const net = networkBytes();
      const nowMs = performance.now();
      const seconds = Math.max(0.001, (nowMs - lastMs) / 1000);
      const busy = cpu.total === lastCpu.total ? 0 : 1 - (cpu.idle - lastCpu.idle) / (cpu.total - lastCpu.total);
      const readings = {
        cpu: round(100 * Math.min(1, Math.max(0, busy)), 1),
        memory: round(100 * (1 - availableBytes() / totalmem()), 1),
        load1: round(loadavg()[0] ?? 0, 2),
        disk: await diskPercent(),
        ...(net === undefined || lastNet === undefined
          ? {}
          : { rx: round((net.rx - lastNet.rx) / 1024 / seconds, 1), tx: round((net.tx - lastNet.tx) / 1024 / seconds, 1) }),
      };
      lastCpu = cpu;
      lastNet = net;
      lastMs = nowMs;
      return readings;
    },
  };
}

function cpuTicks(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

/** Linux tells what could be had without swapping; `freemem` counts caches as used. */
function availableBytes(): number {
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(readIfThere("/proc/meminfo"));
  return match?.[1] === undefined ? freemem() : Number(match[1]) * 1024;
}

/** Received and sent bytes over all interfaces (Linux only; loopback counts, because the demo's traffic is on it). */
function networkBytes(): { rx: number; tx: number } | undefined {
  const lines = readIfThere("/proc/net/dev").split("\n").slice(2).filter(Boolean);
  if (lines.length === 0) return undefined;
  const columns = lines.map((line) =>
    line
      .slice(line.indexOf(":") + 1)
      .trim()
      .split(/\s+/)
      .map(Number),
  );
  return {
    rx: columns.reduce((sum, column) => sum + (column[0] ?? 0), 0),
    tx: columns.reduce((sum, column) => sum + (column[8] ?? 0), 0),
  };
}

async function diskPercent(): Promise<number> {
  const { blocks, bavail } = await statfs(".");
  return blocks === 0 ? 0 : round(100 * (1 - bavail / blocks), 1);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
