import type { SchedulerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';

/** Has one of the replicas run a task now, unless one is at it already. */
export async function triggerTask(
  scheduler: SchedulerService,
  id: string,
): Promise<void> {
  try {
    await scheduler.triggerTask(id);
  } catch (error) {
    if (!isError(error) || error.name !== 'ConflictError') {
      throw error;
    }
  }
}
