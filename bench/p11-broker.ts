import { benchBroker } from "./broker.ts";
import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";

export const p11Broker: Bench = {
  id: "P11",
  title: "Local broker with every check on, 100 publishers to 1 subscriber, against mosquitto without any",
  run: async ({ isQuick }) => {
    const { ours, mosquitto, ratio, goals, integrity, policyDecision, rounds } = await benchBroker({ isQuick });
    const lost = integrity.lost + integrity.reordered + integrity.misnamed;
    const perRound = rounds.flatMap((round) =>
      round.mosquitto === undefined ? [] : [round.ours.messagesPerSecond / round.mosquitto.messagesPerSecond],
    );
    return {
      figures: [
        reading("messages lost, reordered or misnamed", "", lost, { must: 0, stretch: 0, better: "lower" }),
        reading("ours", "msg/s", ours),
        ...(mosquitto === undefined ? [] : [reading("mosquitto", "msg/s", mosquitto)]),
        reading("a policy decision, evaluated (processor time)", "µs", policyDecision.evaluatedMicros, { must: 10, better: "lower" }),
        reading("a policy decision, remembered", "µs", policyDecision.rememberedMicros),
      ],
      ratios: ratio === undefined ? [] : [reading("ours / mosquitto", "", { ...ratio, rounds: perRound }, { ...goals, better: "higher" })],
      notes: ["The rate limits are lifted for the run; signature, role and IoT policy are checked for every connection and message."],
      notMeasured:
        mosquitto === undefined ? ["ours / mosquitto: mosquitto is not installed on this machine (Debian: apt-get install mosquitto)"] : [],
    };
  },
};
