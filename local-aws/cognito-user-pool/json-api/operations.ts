import { ADMIN_GROUP_OPERATIONS } from "./admin-group-operations.ts";
import { ADMIN_USER_OPERATIONS } from "./admin-user-operations.ts";
import { DESCRIBE_OPERATIONS } from "./describe-operations.ts";
import type { Operation } from "./operation.ts";
import { SELF_OPERATIONS } from "./self-operations.ts";
import { SIGN_IN_OPERATIONS } from "./sign-in-operations.ts";
import { SIGN_UP_OPERATIONS } from "./sign-up-operations.ts";
import { TOTP_OPERATIONS } from "./totp-operations.ts";

/** Every operation the API answers, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    SIGN_UP_OPERATIONS,
    SIGN_IN_OPERATIONS,
    SELF_OPERATIONS,
    TOTP_OPERATIONS,
    ADMIN_USER_OPERATIONS,
    ADMIN_GROUP_OPERATIONS,
    DESCRIBE_OPERATIONS,
  ].flatMap((operations) => Object.entries(operations)),
);
