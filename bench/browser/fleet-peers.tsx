import { useState } from "react";
import { Provider, useSelector } from "react-redux";
import { Line, LineChart, XAxis, YAxis } from "recharts";
import { legacy_createStore as createStore } from "redux";
import { benchThingName } from "../support/message-names.ts";

/** What a message says, as `JSON.parse` gives it. */
export type Reading = Readonly<Record<string, number>>;

interface FleetState {
  readonly latest: Readonly<Record<string, Reading>>;
  /** The last minute of the first thing. */
  readonly history: readonly Reading[];
}

export interface PeerProps {
  /** Called once with the way to hand a message in. */
  readonly onReady: (take: (thing: string, reading: Reading) => void) => void;
}

const EMPTY: FleetState = { latest: {}, history: [] };
const HISTORY_MAX = 240;
const ROWS = Array.from({ length: 30 }, (_, row) => benchThingName(row));
const CHARTED = benchThingName(0);

function next({ latest, history }: FleetState, thing: string, reading: Reading): FleetState {
  return {
    latest: { ...latest, [thing]: reading },
    history: thing === CHARTED ? [...history.slice(1 - HISTORY_MAX), reading] : history,
  };
}

function Row({ thing, reading }: { readonly thing: string; readonly reading: Reading | undefined }) {
  return (
    <tr className="h-11 border-b">
      <td>{thing}</td>
      <td>{reading?.flow ?? "–"}</td>
      <td>{reading?.pressure ?? "–"}</td>
      <td>{reading?.power ?? "–"}</td>
    </tr>
  );
}

function Chart({ history }: Pick<FleetState, "history">) {
  return (
    <LineChart width={1_000} height={240} data={[...history]}>
      <XAxis dataKey="sent" type="number" domain={["dataMin", "dataMax"]} />
      <YAxis />
      {["flow", "pressure", "temperature", "vibration", "power"].map((metric) => (
        <Line key={metric} dataKey={metric} dot={false} isAnimationActive={false} />
      ))}
    </LineChart>
  );
}

/** The usual way: one state of the page, set for each message. */
export function StatePeer({ onReady }: PeerProps) {
  const [state, setState] = useState(EMPTY);
  useState(() => onReady((thing, reading) => setState((before) => next(before, thing, reading))));
  return (
    <>
      <Chart history={state.history} />
      <table>
        <tbody>
          {ROWS.map((thing) => (
            <Row key={thing} thing={thing} reading={state.latest[thing]} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface Taken {
  readonly type: "taken";
  readonly thing: string;
  readonly reading: Reading;
}

function SelectedRow({ thing }: { readonly thing: string }) {
  return <Row thing={thing} reading={useSelector(({ latest }: FleetState) => latest[thing])} />;
}

function SelectedChart() {
  return <Chart history={useSelector(({ history }: FleetState) => history)} />;
}

/** The other usual way: a Redux store, one action a message, a selector a row. */
export function ReduxPeer({ onReady }: PeerProps) {
  const [store] = useState(() => {
    const made = createStore((state: FleetState = EMPTY, action: Taken | { type: "other" }) =>
      action.type === "taken" ? next(state, action.thing, action.reading) : state,
    );
    onReady((thing, reading) => made.dispatch({ type: "taken", thing, reading }));
    return made;
  });
  return (
    <Provider store={store}>
      <SelectedChart />
      <table>
        <tbody>
          {ROWS.map((thing) => (
            <SelectedRow key={thing} thing={thing} />
          ))}
        </tbody>
      </table>
    </Provider>
  );
}
