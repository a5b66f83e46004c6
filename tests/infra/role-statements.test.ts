import { beforeAll, expect, test } from "vitest";
import type { PolicyStatement } from "../../lib/credentials/policy-statements.ts";
import { CONTROL_ROLE, rolePolicies } from "../../lib/credentials/role-statements.ts";
import { flat, list, type Statement, statementsOf, synthesise, type Template } from "../support/synthesise.ts";

const GUEST_SITE = "harbor";
const ARN_PREFIX = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:";

let template: Template;

beforeAll(() => {
  template = synthesise({ guestSite: GUEST_SITE });
}, 400_000);

/** A deployed statement as the Access page writes it: lists, and resources without the part that names region and account. */
function plain({ Effect, Action, Resource, ...rest }: Statement): PolicyStatement {
  expect(rest, "the page explains no conditions").toEqual({});
  const resources = list(Resource).map((resource) => flat(resource).replace(ARN_PREFIX, ""));
  return { Effect, Action: list(Action), Resource: resources };
}

const deployed = (role: string) =>
  statementsOf(template)
    .filter(({ owner, statement }) => owner.includes(role) && statement.Principal === undefined)
    .map(({ statement }) => plain(statement));

test.each([
  ["ViewerRole", rolePolicies("operator", undefined)],
  ["ViewerRole", rolePolicies("admin", GUEST_SITE)],
  ["GuestRole", rolePolicies("guest", GUEST_SITE)],
  ["ControlRole", [CONTROL_ROLE]],
])("the access page says of the %s what the template says, statement by statement", (role, shown) => {
  expect(deployed(role)).not.toEqual([]);
  expect(shown.flatMap(({ statements }) => statements)).toEqual(deployed(role));
});
