interface MetricWords {
  readonly label: string;
  readonly unit?: string;
  readonly decimals?: number;
}

const METRICS: Record<string, MetricWords> = {
  flow: { label: "Flow", unit: "L/min", decimals: 1 },
  pressure: { label: "Pressure", unit: "bar", decimals: 2 },
  temperature: { label: "Temperature", unit: "°C", decimals: 1 },
  vibration: { label: "Vibration", unit: "mm/s", decimals: 2 },
  power: { label: "Power", unit: "kW", decimals: 2 },
  supplyTemperature: { label: "Supply temperature", unit: "°C", decimals: 1 },
  returnTemperature: { label: "Return temperature", unit: "°C", decimals: 1 },
  load: { label: "Load", unit: "%", decimals: 0 },
  voltage: { label: "Voltage", unit: "V", decimals: 1 },
  current: { label: "Current", unit: "A", decimals: 2 },
  energy: { label: "Energy", unit: "kWh", decimals: 1 },
  cpu: { label: "CPU", unit: "%", decimals: 1 },
  memory: { label: "Memory", unit: "%", decimals: 1 },
  uplink: { label: "Uplink", unit: "ms", decimals: 0 },
  clients: { label: "Clients", decimals: 0 },
  load1: { label: "Load, 1 min", decimals: 2 },
  disk: { label: "Disk", unit: "%", decimals: 1 },
  rx: { label: "Received", unit: "kB/s", decimals: 1 },
  tx: { label: "Sent", unit: "kB/s", decimals: 1 },
};

/** The metrics a row shows, by thing type: the first is the headline, the second stands beside it. */
const HEADLINES: Record<string, readonly [string, string]> = {
  pump: ["flow", "pressure"],
  chiller: ["supplyTemperature", "load"],
  meter: ["power", "voltage"],
  gateway: ["uplink", "clients"],
  host: ["cpu", "memory"],
};

const wordsOf = (metric: string): MetricWords | undefined => (Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined);

/** A metric's name for people; an unknown one keeps its own. */
export const metricLabel = (metric: string): string => wordsOf(metric)?.label ?? metric;

/** The unit, where one is known. */
export const metricUnit = (metric: string): string | undefined => wordsOf(metric)?.unit;

/** The two metrics a row of this type shows; of an unknown type the first two it reported. */
export function headlineMetrics(thingType: string | null, reported: readonly string[]): readonly (string | undefined)[] {
  return (thingType !== null && Object.hasOwn(HEADLINES, thingType) ? HEADLINES[thingType] : undefined) ?? reported;
}

/** A value as text: fixed decimals for known metrics, four significant digits for others; booleans read On and Off. */
export function metricText(metric: string, value: number | boolean | string): string {
  if (typeof value === "boolean") return value ? "On" : "Off";
  if (typeof value === "string") return value;
  const decimals = wordsOf(metric)?.decimals;
  if (Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 1e-4)) return value.toExponential(2);
  return decimals === undefined ? String(Number(value.toPrecision(4))) : value.toFixed(decimals);
}

/** Metrics in panels: those of one unit share one, in the order given; what has no unit stands alone. */
export function metricPanels(metrics: readonly string[]): { readonly unit: string | undefined; readonly metrics: string[] }[] {
  const panels: { unit: string | undefined; metrics: string[] }[] = [];
  for (const metric of metrics) {
    const unit = metricUnit(metric);
    const panel = unit === undefined ? undefined : panels.find((candidate) => candidate.unit === unit);
    if (panel) panel.metrics.push(metric);
    else panels.push({ unit, metrics: [metric] });
  }
  return panels;
}
