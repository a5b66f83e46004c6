import { KeysNotice } from "./keys-notice";
import { ServerNotice } from "./server-notice";
import { SessionNotice } from "./session-notice";

/** What comes above a page by itself while it is open: nothing of it belongs to the first seconds. */
export function Notices() {
  return (
    <>
      <SessionNotice />
      <KeysNotice />
      <ServerNotice />
    </>
  );
}
