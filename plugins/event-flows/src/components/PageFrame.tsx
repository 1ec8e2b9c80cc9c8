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
    // The sides of the header that the app draws above.
    content: { minWidth: 0, padding: theme.spacing(1, 2.5, 4) },
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
    title: {
      margin: 0,
      fontFamily: 'var(--bui-font-regular, inherit)',
      fontSize: '1.5rem',
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
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
  /** The pages above, from the outermost; none above makes this the root. */
  parents?: Array<{ title: string; href: string }>;
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
  const classes = useStyles({});
  const header = useContext(PageHeaderContext);
  const { parents = [] } = props;
  const parent = parents.at(-1);
  return header === 'page' ? (
    <Page themeId="tool">
      <Header
        title={props.title}
        subtitle={props.subtitle}
        type={parent?.title}
        typeLink={parent?.href}
      />
      <Content>
        <FrameContent {...props} showTitle={false} />
      </Content>
    </Page>
  ) : (
    <Breadcrumbs
      // The app itself names the outermost page.
      entries={
        parent
          ? [...parents.slice(1), { title: props.title, href: props.href }]
          : []
      }
    >
      <main className={classes.content}>
        <FrameContent {...props} showTitle={Boolean(parent)} />
      </main>
    </Breadcrumbs>
  );
}

/** Registers the way to this page with the header that the app draws. */
function Breadcrumbs(props: {
  entries: Array<{ title: string; href: string }>;
  children: ReactNode;
}) {
  return props.entries.reduceRight<JSX.Element>(
    (children, { title, href }) => (
      <BreadcrumbEntry entry={{ label: title, href }}>
        {children}
      </BreadcrumbEntry>
    ),
    <>{props.children}</>,
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
              <Typography variant="body1">{subtitle}</Typography>
            )}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      {props.children}
    </div>
  );
}
