import packets from "aws-crt/node_modules/mqtt-packet/mqtt.js";
import MqttClient from "aws-crt/node_modules/mqtt/lib/client.js";

// With the first packet, the CONNECT, it would make a buffer for each of 65,536 numbers: 8 MB of a tab, and up to 0.2 s before it is sent.
packets.writeToStream.cacheNumbers = false;

/** Stands in for mqtt in the live worker's build: the SDK brings its own stream and takes the client alone, none of mqtt's transports. */
export { MqttClient };
