import { MemoryBudget } from './MemoryBudget';

const MIB = 1024 * 1024;

describe('MemoryBudget', () => {
  it('lets a queue hold what it wants while all together hold little', () => {
    const budget = new MemoryBudget();
    for (let count = 0; count < 100; count += 1) {
      budget.addQueues(1);
    }
    budget.add(100 * MIB);
    expect(budget.bytesForQueue).toBe(32 * MIB);
  });

  it('shares what there is when all together hold much, and leaves each enough to go on', () => {
    const budget = new MemoryBudget();
    const queues = (count: number) => {
      for (let added = 0; added < count; added += 1) {
        budget.addQueues(1);
      }
    };
    queues(4);
    budget.add(128 * MIB);
    expect(budget.bytesForQueue).toBe(32 * MIB);
    queues(12);
    expect(budget.bytesForQueue).toBe(16 * MIB);
    queues(10_000);
    expect(budget.bytesForQueue).toBe(MIB / 4);
    budget.add(-128 * MIB);
    expect(budget.bytesForQueue).toBe(32 * MIB);
    expect(budget.bytes).toBe(0);
  });
});
