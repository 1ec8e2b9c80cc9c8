import type { FaultCase } from '../harness/FaultCase';
import { backendKilled } from './backendKilled';
import { backendRolled } from './backendRolled';
import { backendStopped } from './backendStopped';
import { brokerKilled } from './brokerKilled';
import { brokersRolled } from './brokersRolled';
import { connectionDeleted } from './connectionDeleted';
import { coordinatorLost } from './coordinatorLost';
import { credentialsChanged } from './credentialsChanged';
import { deadLetterTopicUnwritable } from './deadLetterTopicUnwritable';
import { endpointDown } from './endpointDown';
import { endpointHanging } from './endpointHanging';
import { endpointMisconfigured } from './endpointMisconfigured';
import { endpointStatuses } from './endpointStatuses';
import { heldUpDecided } from './heldUpDecided';
import { hostileRecords } from './hostileRecords';
import { linkBlackHoled } from './linkBlackHoled';
import { linkCut } from './linkCut';
import { linkSlow } from './linkSlow';
import { partitionsAdded } from './partitionsAdded';
import { poisonRecords } from './poisonRecords';
import { postgresCut } from './postgresCut';
import { postgresStopped } from './postgresStopped';
import { scaled } from './scaled';
import { switchRaces } from './switchRaces';
import { topicDeleted } from './topicDeleted';

/** Every case of `./run faults`, in the order in which they run where they share a world. */
export const CASES: readonly FaultCase[] = [
  endpointDown,
  endpointStatuses,
  endpointMisconfigured,
  poisonRecords,
  linkSlow,
  postgresCut,
  connectionDeleted,
  backendStopped,
  backendKilled,
  backendRolled,
  heldUpDecided,
  endpointHanging,
  hostileRecords,
  deadLetterTopicUnwritable,
  linkCut,
  linkBlackHoled,
  postgresStopped,
  partitionsAdded,
  topicDeleted,
  switchRaces,
  credentialsChanged,
  scaled,
  brokerKilled,
  brokersRolled,
  coordinatorLost,
];
