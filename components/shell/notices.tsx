import { KeysNotice } from "./keys-notice";
import { SessionNotice } from "./session-notice";

/** What comes above a page by itself while it is open: nothing of it belongs to the first seconds. */
export function Notices() {
  return (
    <>
      <SessionNotice />
      <KeysNotice />
    </>
  );
}
