import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { GroupRecord, PoolRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { paginate } from "./list-users.ts";
import { adminOperation, requireUser, type Operations } from "./operation.ts";
import { toGroupType, toUserType } from "./shapes.ts";

const groupName = z.string().regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u);
const named = { GroupName: groupName };
const membership = { ...named, Username: z.string().min(1) };
const settings = {
  Description: z.string().max(2048).optional(),
  Precedence: z.number().int().min(0).optional(),
  RoleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/\S+$/)
    .optional(),
};
const paging = { Limit: z.number().int().min(0).max(60).optional(), NextToken: z.string().min(1).optional() };

/** Groups and who is in them, by SigV4 and IAM. */
export const ADMIN_GROUP_OPERATIONS: Operations = {
  CreateGroup: adminOperation({ ...named, ...settings }, (pools, pool, given) => {
    if (pools.directory.group(pool.poolId, given.GroupName) !== undefined) {
      throw new AwsError("GroupExistsException", "A group with the name already exists.");
    }
    const nowMs = pools.context.clock.nowMs();
    return save(pools, { poolId: pool.poolId, name: given.GroupName, ...toSettings(given), createdAtMs: nowMs, modifiedAtMs: nowMs });
  }),
  UpdateGroup: adminOperation({ ...named, ...settings }, (pools, pool, given) => {
    const group = requireGroup(pools, pool, given.GroupName);
    return save(pools, { ...group, ...toSettings(given), modifiedAtMs: pools.context.clock.nowMs() });
  }),
  GetGroup: adminOperation(named, (pools, pool, { GroupName }) => ({ Group: toGroupType(requireGroup(pools, pool, GroupName)) })),
  DeleteGroup: adminOperation(named, (pools, pool, { GroupName }) => {
    pools.directory.deleteGroup(pool.poolId, requireGroup(pools, pool, GroupName).name);
    return {};
  }),
  ListGroups: adminOperation(paging, (pools, pool, query) => toGroupPage(pools.directory.groups(pool.poolId), query)),
  ListUsersInGroup: adminOperation({ ...named, ...paging }, (pools, pool, { GroupName, Limit: limit, NextToken: token }) => {
    const { name } = requireGroup(pools, pool, GroupName);
    const members = pools.directory.users.all(pool.poolId).filter((user) => user.groups.includes(name));
    const page = paginate(members, { limit, token, idOf: (user) => user.sub });
    return { Users: page.items.map(toUserType), ...(page.next === undefined ? {} : { NextToken: page.next }) };
  }),
  AdminAddUserToGroup: adminOperation(membership, (pools, pool, { GroupName, Username }) => {
    const user = requireUser(pools, pool, Username);
    const { name } = requireGroup(pools, pool, GroupName);
    if (!user.groups.includes(name)) pools.directory.users.put({ ...user, groups: [...user.groups, name] });
    return {};
  }),
  AdminRemoveUserFromGroup: adminOperation(membership, (pools, pool, { GroupName, Username }) => {
    const user = requireUser(pools, pool, Username);
    const { name } = requireGroup(pools, pool, GroupName);
    pools.directory.users.put({ ...user, groups: user.groups.filter((group) => group !== name) });
    return {};
  }),
  AdminListGroupsForUser: adminOperation({ Username: z.string().min(1), ...paging }, (pools, pool, { Username, ...query }) => {
    const user = requireUser(pools, pool, Username);
    return toGroupPage(
      pools.directory.groups(pool.poolId).filter((group) => user.groups.includes(group.name)),
      query,
    );
  }),
};

function toGroupPage(
  groups: readonly GroupRecord[],
  { Limit: limit, NextToken: token }: { Limit?: number | undefined; NextToken?: string | undefined },
): object {
  const page = paginate(groups, { limit, token, idOf: (group) => group.name });
  return { Groups: page.items.map(toGroupType), ...(page.next === undefined ? {} : { NextToken: page.next }) };
}

function requireGroup(pools: UserPools, pool: PoolRecord, name: string): GroupRecord {
  const group = pools.directory.group(pool.poolId, name);
  if (group === undefined) throw new AwsError("ResourceNotFoundException", "Group not found.");
  return group;
}

function save(pools: UserPools, group: GroupRecord): object {
  pools.directory.putGroup(group);
  return { Group: toGroupType(group) };
}

function toSettings(given: { Description?: string | undefined; Precedence?: number | undefined; RoleArn?: string | undefined }) {
  return {
    ...(given.Description === undefined ? {} : { description: given.Description }),
    ...(given.Precedence === undefined ? {} : { precedence: given.Precedence }),
    ...(given.RoleArn === undefined ? {} : { roleArn: given.RoleArn }),
  };
}
