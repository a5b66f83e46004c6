import type { ConnectionAuthority } from "../policy/connection-authority.ts";
import type { ProtocolVersion } from "./codec/packets.ts";
import type { Connection } from "./connection.ts";
import type { OutboundFlow } from "./delivery/outbound-flow.ts";
import type { DisconnectReason } from "./lifecycle-events.ts";
import type { Session } from "./sessions/session.ts";
import type { ArmedWill } from "./wills.ts";

export interface ConnectedClientInput {
  readonly connection: Connection;
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  readonly session: Session;
  readonly authority: ConnectionAuthority;
  readonly flow: OutboundFlow;
  readonly will: ArmedWill | undefined;
  readonly keepAliveMs: number;
  readonly wantsProblemInformation: boolean;
  /** Session expiry of the CONNECT; 0 forbids a later one in DISCONNECT. */
  readonly connectExpirySeconds: number;
}

/** What an accepted CONNECT made of a connection. */
export class ConnectedClient {
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  readonly session: Session;
  readonly authority: ConnectionAuthority;
  readonly flow: OutboundFlow;
  readonly keepAliveMs: number;
  readonly wantsProblemInformation: boolean;
  readonly connectExpirySeconds: number;
  readonly connectedAtMs: number;
  /** Topics by alias - 1. */
  readonly topicAliases: (string | undefined)[] = [];
  readonly #connection: Connection;
  readonly #will: ArmedWill | undefined;
  readonly #versionNumber: number;

  constructor(input: ConnectedClientInput) {
    this.clientId = input.clientId;
    this.protocolVersion = input.protocolVersion;
    this.session = input.session;
    this.authority = input.authority;
    this.flow = input.flow;
    this.keepAliveMs = input.keepAliveMs;
    this.wantsProblemInformation = input.wantsProblemInformation;
    this.connectExpirySeconds = input.connectExpirySeconds;
    this.#connection = input.connection;
    this.#will = input.will;
    const { clock, events } = input.connection.core;
    this.connectedAtMs = clock.nowMs();
    events.connected(input.connection.subjectOf(input.clientId));
    this.#versionNumber = events.versionOf(input.clientId);
  }

  /** The connection is over: the session goes offline, the will goes out (AWS: for every reason but the client's own). */
  end(reason: DisconnectReason, isWillPrevented: boolean): void {
    const { core } = this.#connection;
    const { session } = this;
    this.flow.close();
    if (session.link === this.flow) core.sessions.detach(session);
    const isCurrent = core.sessions.get(this.clientId)?.link === undefined;
    core.events.disconnected(this.#connection.subjectOf(this.clientId), reason, this.#versionNumber, isCurrent);
    if (this.#will === undefined || isWillPrevented || reason === "CLIENT_INITIATED_DISCONNECT") return;
    core.wills.send(this.#will, session.expirySeconds);
  }
}
