import { ARN, startBrokerWorld } from "../../tests/integration/iot-core/support/broker-world.ts";
import { WITHOUT_RATES } from "../../local-aws/iot-core/broker/limits.ts";

/** The process `startOurBroker` forks: the real IAM, registry and broker on a fresh store. */
const IDENTITY = "eu-west-1:00000000-0000-4000-8000-000000000001";
const world = await startBrokerWorld({ limits: WITHOUT_RATES });
world.broker.liftRates(true);
const policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: `${ARN}client/\${cognito-identity.amazonaws.com:sub}-*` },
    { Effect: "Allow", Action: ["iot:Publish", "iot:Receive"], Resource: `${ARN}topic/dt/harbor/*` },
    { Effect: "Allow", Action: "iot:Subscribe", Resource: `${ARN}topicfilter/dt/harbor/*` },
  ],
} as const;
world.definePolicy("bench", policy);
world.registry.attachPolicy("bench", IDENTITY);
const keys = await world.cognitoKeys(IDENTITY, policy);
let accepted = 0;
world.broker.onAccepted(() => (accepted += 1));
process.on("SIGTERM", () => {
  process.stderr.write(`accepted ${accepted} messages\n`);
  void world.close().then(() => process.exit(0));
});
process.send?.({ url: world.url(keys), clientIdPrefix: `${IDENTITY}-` });
