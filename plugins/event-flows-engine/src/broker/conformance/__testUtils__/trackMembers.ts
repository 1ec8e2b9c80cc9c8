import { openSockets, waitForSockets } from './sockets';
import { TestMember } from './TestMember';

/** Members of groups that leave after each test, and leave no socket behind. */
export function trackMembers() {
  const members = new Set<TestMember>();
  let socketsBefore = 0;

  beforeEach(() => {
    socketsBefore = openSockets();
  });

  const leave = async (member: TestMember) => {
    members.delete(member);
    await member.consumer.close(5_000);
  };

  afterEach(async () => {
    await Promise.all([...members].map(leave));
    await waitForSockets(socketsBefore);
  });

  return {
    leave,
    join: async (...args: Parameters<typeof TestMember.join>) => {
      const member = await TestMember.join(...args);
      members.add(member);
      return member;
    },
  };
}
