import * as echarts from "echarts";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Line, LineChart, XAxis, YAxis } from "recharts";
import uPlot from "uplot";
import { metrics, peerColor, rootElement, type Scene, STEP_MS, things, type Update, valueAt } from "./chart-scene.ts";

const isSpark = ({ lines }: Scene): boolean => lines === 1;

/** Bare uPlots: a sparkline without axes and legend, a chart with axes. */
export function mountUPlot(scene: Scene): Update {
  const nowS = Date.now() / 1000;
  const data = [
    Array.from({ length: scene.points }, (_, row) => nowS - scene.points + row),
    ...metrics(scene).map((_, line) => Array.from({ length: scene.points }, (_unused, row) => valueAt(line, row))),
  ];
  const options: uPlot.Options = {
    width: scene.width,
    height: scene.height,
    legend: { show: false },
    cursor: { show: !isSpark(scene) },
    ...(isSpark(scene) ? { axes: [{ show: false }, { show: false }], padding: [0, 0, 0, 0] } : {}),
    series: [{}, ...metrics(scene).map((_, line) => ({ stroke: peerColor(line), width: 1.5, points: { show: false } }))],
  };
  const root = rootElement();
  const charts = things(scene).map(() => new uPlot(options, data as uPlot.AlignedData, root));
  return (atMs, row) => {
    data.forEach((column, line) => {
      column.shift();
      column.push(line === 0 ? atMs / 1000 : valueAt(line - 1, row));
    });
    for (const chart of charts) chart.setData(data as uPlot.AlignedData);
  };
}

/** ECharts as its own guide makes it fast: no animation, no symbols, reduced to least and greatest per pixel. */
export function mountECharts(scene: Scene): Update {
  const firstMs = Date.now() - scene.points * STEP_MS;
  const lines = metrics(scene).map((_, line) =>
    Array.from({ length: scene.points }, (_unused, row): [number, number] => [firstMs + row * STEP_MS, valueAt(line, row)]),
  );
  const seriesNow = () => lines.map((data) => ({ data }));
  const charts = things(scene).map(() => {
    const element = rootElement().appendChild(document.createElement("div"));
    element.style.cssText = `width:${scene.width}px;height:${scene.height}px;display:inline-block`;
    const chart = echarts.init(element);
    chart.setOption({
      animation: false,
      grid: isSpark(scene) ? { left: 0, right: 0, top: 0, bottom: 0 } : { left: 46, right: 10, top: 10, bottom: 22 },
      xAxis: { type: "time", show: !isSpark(scene) },
      yAxis: { type: "value", scale: true, show: !isSpark(scene) },
      series: lines.map((data, line) => ({
        type: "line",
        data,
        showSymbol: false,
        sampling: "minmax",
        lineStyle: { width: 1.5, color: peerColor(line) },
      })),
    });
    return chart;
  });
  return (atMs, row) => {
    lines.forEach((data, line) => {
      data.shift();
      data.push([atMs, valueAt(line, row)]);
    });
    for (const chart of charts) chart.setOption({ series: seriesNow() });
  };
}

/** Recharts: one React element a line, no animation, no dots. */
export function mountRecharts(scene: Scene): Update {
  const names = metrics(scene);
  const rowAt = (atMs: number, row: number) => ({ atMs, ...Object.fromEntries(names.map((name, line) => [name, valueAt(line, row)])) });
  const firstMs = Date.now() - scene.points * STEP_MS;
  let data = Array.from({ length: scene.points }, (_, row) => rowAt(firstMs + row * STEP_MS, row));
  const root = createRoot(rootElement());
  const render = () => {
    const { width, height } = scene;
    flushSync(() =>
      root.render(
        things(scene).map((thing) => (
          <LineChart key={thing} width={width} height={height} data={data} style={{ display: "inline-block" }}>
            {!isSpark(scene) && <XAxis dataKey="atMs" type="number" domain={["dataMin", "dataMax"]} />}
            {!isSpark(scene) && <YAxis />}
            {names.map((name, line) => (
              <Line key={name} dataKey={name} dot={false} isAnimationActive={false} stroke={peerColor(line)} strokeWidth={1.5} />
            ))}
          </LineChart>
        )),
      ),
    );
  };
  render();
  return (atMs, row) => {
    data = [...data.slice(1), rowAt(atMs, row)];
    render();
  };
}
