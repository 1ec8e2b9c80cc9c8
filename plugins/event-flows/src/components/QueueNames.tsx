import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Typography from '@material-ui/core/Typography';

/** Names queues in a list: topic and algorithm of each. */
export function QueueNames(props: {
  queues: Array<{ topic: string; algorithmRef: string }>;
}) {
  return (
    <ul>
      {props.queues.map(({ topic, algorithmRef }) => (
        <Typography component="li" key={`${topic} ${algorithmRef}`}>
          {topic} →{' '}
          <EntityDisplayName entityRef={algorithmRef} hideIcon disableTooltip />
        </Typography>
      ))}
    </ul>
  );
}
