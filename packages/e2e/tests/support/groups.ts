import { expect } from '@playwright/test';
import { withAdmin } from '@event-flows/testbed';
import { AssignerProtocol, type GroupDescription } from 'kafkajs';

/** Members of all consumer groups that belong to queues: who could still deliver. */
export async function membersOfQueueGroups(brokers: string[]): Promise<number> {
  const groups = await queueGroups(brokers);
  return groups.flatMap(({ members }) => members).length;
}

/** The partitions of a topic that each member of the queues' groups has. */
export async function partitionsOfMembers(
  brokers: string[],
  topic: string,
): Promise<number[][]> {
  const groups = await queueGroups(brokers);
  return groups
    .flatMap(({ members }) => members)
    .map(
      ({ memberAssignment }) =>
        AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[
          topic
        ] ?? [],
    );
}

/** Groups stay when their members leave: once a queue was enabled, there are some. */
function queueGroups(brokers: string[]): Promise<GroupDescription[]> {
  return withAdmin(brokers, async admin => {
    const { groups } = await admin.listGroups();
    const ours = groups
      .map(({ groupId }) => groupId)
      .filter(groupId => groupId.startsWith('event-flows.'));
    expect(ours).not.toEqual([]);
    return (await admin.describeGroups(ours)).groups;
  });
}
