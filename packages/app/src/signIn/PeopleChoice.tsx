import { WarningPanel } from '@backstage/core-components';
import Avatar from '@material-ui/core/Avatar';
import Card from '@material-ui/core/Card';
import CardActionArea from '@material-ui/core/CardActionArea';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { Logo } from '../Logo';
import type { DemoPerson } from './people';

const useStyles = makeStyles(theme => ({
  page: {
    minHeight: '100vh',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    padding: theme.spacing(4, 2),
    boxSizing: 'border-box',
    background: theme.palette.background.default,
    color: theme.palette.text.primary,
  },
  content: { width: '100%', maxWidth: 560 },
  title: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(1),
  },
  notice: { marginBottom: theme.spacing(3) },
  error: { marginBottom: theme.spacing(2) },
  people: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  },
  person: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'flex-start',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  avatar: { background: '#12343b', color: '#fff' },
}));

interface PeopleChoiceProps {
  people: DemoPerson[];
  onChoose(user: string): void;
  /** Why the last choice did not lead in. */
  error?: Error;
}

export function PeopleChoice({ people, onChoose, error }: PeopleChoiceProps) {
  const classes = useStyles();

  return (
    <main className={classes.page}>
      <div className={classes.content}>
        <div className={classes.title}>
          <Logo size={40} />
          <Typography variant="h3" component="h1">
            Event Flows
          </Typography>
        </div>
        {people.length === 0 ? (
          <WarningPanel
            title="This portal has no sign-in yet"
            message="Configure an identity provider and give the app its sign-in page, or configure auth.providers.demo for a demo on this machine."
          />
        ) : (
          <Typography color="textSecondary" className={classes.notice}>
            Choose who you are. This is a demo: there are no passwords.
          </Typography>
        )}
        {error && (
          <div className={classes.error} role="alert">
            <WarningPanel
              severity="error"
              title="That did not work"
              message={`Just after the start the catalog may not know everyone yet: choose again in a few seconds. (${error.message})`}
            />
          </div>
        )}
        <ul className={classes.people}>
          {people.map(({ user, name, role }) => (
            <li key={user}>
              <Card>
                <CardActionArea
                  className={classes.person}
                  onClick={() => onChoose(user)}
                >
                  <Avatar
                    component="span"
                    className={classes.avatar}
                    aria-hidden
                  >
                    {initials(name)}
                  </Avatar>
                  <span>
                    <Typography variant="h6" component="span" display="block">
                      {name}
                    </Typography>
                    <Typography
                      variant="body2"
                      component="span"
                      color="textSecondary"
                    >
                      {role}
                    </Typography>
                  </span>
                </CardActionArea>
              </Card>
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}

function initials(name: string): string {
  return name
    .split(' ')
    .map(part => part.charAt(0))
    .join('');
}
