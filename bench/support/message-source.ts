import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { StreamOrder } from "./message-stream.ts";

/** A loopback source of MQTT messages in a process of its own. */
export interface MessageSource {
  readonly url: string;
  /** Streams to the client that connected last; resolves when the last byte is handed to its socket. */
  stream(order: StreamOrder): Promise<void>;
  close(): Promise<void>;
}

/** The caller must `close()` it. */
export async function startMessageSource(): Promise<MessageSource> {
  const child = fork(fileURLToPath(new URL("source-child.ts", import.meta.url)), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  return {
    url,
    stream: async (order) => {
      child.send(order);
      const [answer] = (await once(child, "message")) as [{ done: boolean; why?: string }];
      if (!answer.done) throw new Error(`the source stopped: ${answer.why ?? "unknown"}`);
    },
    close: async () => {
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
}
