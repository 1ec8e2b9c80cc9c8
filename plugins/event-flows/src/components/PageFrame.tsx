import { Content, Header, Page } from '@backstage/core-components';
import { BreadcrumbEntry } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { createContext, useContext, type ReactNode } from 'react';

/**
 * Who draws the header of the page: the app does in the new frontend system,
 * the page itself in the legacy one.
 */
export const PageHeaderContext = createContext<'app' | 'page'>('app');

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      minHeight: 40,
      marginBottom: theme.spacing(2),
    },
    heading: { minWidth: 0, flex: '1 1 320px' },
    titleRow: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1.5),
    },
    title: { margin: 0, overflowWrap: 'anywhere' },
    actions: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(1),
      alignItems: 'center',
    },
    body: { maxWidth: (props: { maxWidth?: number }) => props.maxWidth },
  }),
  { name: 'EventFlowsPageFrame' },
);

/** What {@link PageFrame} is given. */
export interface PageFrameProps {
  title: string;
  subtitle?: string;
  /** The page above, and the way back to it. Its absence makes this the root. */
  parent?: { title: string; href: string };
  /** Where this page is, for the breadcrumb. */
  href: string;
  /** Beside the title, like a state. */
  status?: ReactNode;
  /** On the right of the title. */
  actions?: ReactNode;
  /** Pixels; forms are easier to read when they are narrow. */
  maxWidth?: number;
  children: ReactNode;
}

/** A page of the plugin, level with the pages of the portal around it. */
export function PageFrame(props: PageFrameProps) {
  const header = useContext(PageHeaderContext);
  return header === 'page' ? (
    <Page themeId="tool">
      <Header
        title={props.title}
        subtitle={props.subtitle}
        type={props.parent?.title}
        typeLink={props.parent?.href}
      />
      <Content>
        <FrameContent {...props} showTitle={false} />
      </Content>
    </Page>
  ) : (
    <BreadcrumbEntry
      entry={props.parent && { label: props.title, href: props.href }}
    >
      <Content>
        <FrameContent {...props} showTitle={Boolean(props.parent)} />
      </Content>
    </BreadcrumbEntry>
  );
}

function FrameContent(props: PageFrameProps & { showTitle: boolean }) {
  const { showTitle, title, subtitle, status, actions, maxWidth } = props;
  const classes = useStyles({ maxWidth });
  const shownSubtitle = useContext(PageHeaderContext) === 'app' && subtitle;
  return (
    <div className={classes.body}>
      {(showTitle || shownSubtitle || status || actions) && (
        <div className={classes.bar}>
          <div className={classes.heading}>
            <div className={classes.titleRow}>
              {showTitle && (
                <Typography
                  variant="h4"
                  component="h2"
                  className={classes.title}
                >
                  {title}
                </Typography>
              )}
              {status}
            </div>
            {shownSubtitle && (
              <Typography variant="body1" color="textSecondary">
                {subtitle}
              </Typography>
            )}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      {props.children}
    </div>
  );
}
