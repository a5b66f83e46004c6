import type { ConnectionLoss } from "./connection-state.ts";

/** What the transport saw when a connection ended or could not be made. */
export interface LossEvidence {
  phase: "handshake" | "connected";
  /** CONNACK reason code, when one came. */
  connackReason?: number;
  /** Reason code of the server's DISCONNECT, when one came. */
  disconnectReason?: number;
  /** Set when this tab ended it itself. */
  ownVerdict?: "stalled" | "client-error";
  isOnline: boolean;
}

function loss(cause: ConnectionLoss["cause"], sentence: string, isGuess = false): ConnectionLoss {
  return { cause, sentence, isGuess };
}

/** DISCONNECT and CONNACK reason codes AWS IoT uses (AWS.md D.6), in words. */
const BY_REASON: Record<number, ConnectionLoss> = {
  0x82: loss("client-error", "The broker could not read what this page sent."),
  0x87: loss("credentials-refused", "AWS policy does not allow this connection."),
  0x88: loss("server-restarting", "The broker is not available just now."),
  0x89: loss("throttled", "The broker is busy and asked this page to wait."),
  0x8b: loss("server-restarting", "The broker is restarting."),
  0x8d: loss("keep-alive", "The broker heard nothing from this page for too long."),
  0x8e: loss("taken-over", "Another connection used this tab's name."),
  0x97: loss("throttled", "The account's connection quota is used up."),
  0x98: loss("server-closed", "The connection was ended by an administrator or a sign-out."),
  0x9f: loss("throttled", "Too many connections in a short time."),
  0xa0: loss("day-limit", "AWS IoT closes every connection after a day."),
};

/** One cause, in words, and whether it is a guess: a browser is not told why a WebSocket failed. */
export function classifyLoss(evidence: LossEvidence): ConnectionLoss {
  if (evidence.ownVerdict === "stalled") return loss("stalled", "The connection went silent: nothing came back in time.");
  if (evidence.ownVerdict === "client-error") return loss("client-error", "The connection could not be set up by this page.");
  const reason = evidence.disconnectReason ?? evidence.connackReason;
  if (reason !== undefined && reason !== 0) {
    return BY_REASON[reason] ?? loss("server-closed", `The broker ended the connection (reason 0x${reason.toString(16)}).`);
  }
  if (!evidence.isOnline) return loss("network", "This computer is offline.");
  if (evidence.phase === "handshake") return loss("network", "The broker did not answer, or refused this page's keys.", true);
  return loss("network", "The connection was cut.", true);
}
