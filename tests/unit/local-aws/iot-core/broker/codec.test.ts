import fc from "fast-check";
import { type IPublishPacket, type Packet, generate, parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { FrameSplitter } from "../../../../../local-aws/iot-core/broker/codec/frame-splitter.ts";
import { PacketReader } from "../../../../../local-aws/iot-core/broker/codec/packet-reader.ts";
import { readPublish } from "../../../../../local-aws/iot-core/broker/codec/read-packets.ts";
import { readConnect } from "../../../../../local-aws/iot-core/broker/codec/read-connect.ts";
import { MqttError } from "../../../../../local-aws/iot-core/broker/codec/reason-codes.ts";
import { withPacketId, writePublish } from "../../../../../local-aws/iot-core/broker/codec/write-packets.ts";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((value) => !value.includes("\0") && value.isWellFormed());
const topic = text.map((value) => value.replaceAll(/[+#]/g, "-"));
const userProperties = fc.array(fc.tuple(text, text), { maxLength: 4 });

function split(bytes: Buffer, sizes: readonly number[]): { firstByte: number; reader: PacketReader }[] {
  const found: { firstByte: number; reader: PacketReader }[] = [];
  const splitter = new FrameSplitter(149_504);
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    const chunk = bytes.subarray(at, at + size);
    at += size;
    if (chunk.length === 0) continue;
    splitter.push(
      chunk,
      (firstByte, from, start, end) => found.push({ firstByte, reader: new PacketReader(Buffer.from(from), start, end) }),
      () => true,
    );
  }
  return found;
}

describe("PUBLISH", () => {
  it("read back is what an independent codec wrote, however the stream was cut", () => {
    fc.assert(
      fc.property(
        topic,
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 1 }),
        fc.array(fc.nat({ max: 40 })),
        (name, payload, qos, sizes) => {
          const packet: IPublishPacket = {
            cmd: "publish",
            topic: name,
            payload: Buffer.from(payload),
            qos: qos as 0 | 1,
            dup: false,
            retain: true,
            messageId: 77,
            properties: { contentType: "c", responseTopic: "r", correlationData: Buffer.from([1]), messageExpiryInterval: 9 },
          };
          const bytes = generate(packet, { protocolVersion: 5 });
          const packets = split(Buffer.concat([bytes, bytes]), sizes).map(({ firstByte, reader }) =>
            readPublish(reader, firstByte & 15, 5),
          );
          expect(packets).toHaveLength(2);
          for (const read of packets) {
            expect(read).toEqual({
              topic: name,
              payload: Buffer.from(payload),
              qos,
              isRetained: true,
              packetId: qos === 0 ? 0 : 77,
              topicAlias: 0,
              properties: { contentType: "c", responseTopic: "r", correlationData: Buffer.from([1]), messageExpirySeconds: 9 },
            });
          }
        },
      ),
    );
  });

  it("written is what an independent codec reads", () => {
    fc.assert(
      fc.property(topic, fc.uint8Array({ maxLength: 20_000 }), userProperties, fc.constantFrom(4, 5), (name, payload, pairs, version) => {
        const encoded = writePublish({
          version: version,
          topic: name,
          payload: Buffer.from(payload),
          qos: 1,
          isRetained: false,
          properties: { userProperties: pairs, contentType: "c" },
          expirySeconds: 5,
        });
        let got: Packet | undefined;
        const reader = parser({ protocolVersion: version });
        reader.on("packet", (packet) => (got = packet));
        reader.parse(withPacketId(encoded, 4711));
        expect(got).toMatchObject({ topic: name, payload: Buffer.from(payload), qos: 1, messageId: 4711 });
        if (version === 5) expect(got).toMatchObject({ properties: { contentType: "c", messageExpiryInterval: 5 } });
      }),
    );
  });

  it("keeps user properties in their order", () => {
    fc.assert(
      fc.property(userProperties, (pairs) => {
        const { bytes } = writePublish({
          version: 5,
          topic: "t",
          payload: Buffer.alloc(0),
          qos: 0,
          isRetained: false,
          properties: { userProperties: pairs },
          expirySeconds: undefined,
        });
        const [packet] = split(bytes, []);
        expect(packet === undefined ? [] : (readPublish(packet.reader, 0, 5).properties?.userProperties ?? [])).toEqual(pairs);
      }),
    );
  });
});

describe("any bytes", () => {
  it("are read or refused with an MQTT reason, never with another error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(4, 5), (bytes, version) => {
        for (const read of [
          () => readPublish(new PacketReader(Buffer.from(bytes), 0, bytes.length), (bytes[0] ?? 0) & 15, version),
          () => readConnect(new PacketReader(Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, version, ...bytes]), 0, bytes.length + 7)),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(MqttError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("that announce more than the limit are refused at the header", () => {
    const splitter = new FrameSplitter(100);
    expect(() =>
      splitter.push(
        Buffer.from([0x30, 99]),
        () => undefined,
        () => true,
      ),
    ).toThrow(MqttError);
  });
});
