import MqttClient from "aws-crt/node_modules/mqtt/lib/client.js";

/** Stands in for mqtt in the browser build (next.config.ts): the SDK brings its own stream and takes the client alone, none of mqtt's transports. */
export { MqttClient };
