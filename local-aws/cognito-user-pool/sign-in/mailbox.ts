import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/log.ts";

/** A message AWS would have sent by e-mail or SMS. */
export interface Mail {
  readonly atMs: number;
  readonly poolId: string;
  readonly to: string;
  readonly subject: string;
  /** The code or temporary password in it. */
  readonly code: string;
  readonly username: string;
}

export interface Mailbox {
  send(mail: Omit<Mail, "atMs">): void;
  /** Newest first. */
  list(): readonly Mail[];
}

const MAILS_MAX = 200;

/** Keeps what AWS would mail, and says it in the log: there is no mail server on a laptop. */
export function createMailbox(clock: Clock, log: Logger): Mailbox {
  const mails: Mail[] = [];
  return {
    send: (mail) => {
      mails.unshift({ ...mail, atMs: clock.nowMs() });
      mails.length = Math.min(mails.length, MAILS_MAX);
      log.info({ to: mail.to, subject: mail.subject, code: mail.code }, "user pool would mail");
    },
    list: () => mails,
  };
}
