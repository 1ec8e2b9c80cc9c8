import { alpha, makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TablePagination from '@material-ui/core/TablePagination';
import TableRow from '@material-ui/core/TableRow';
import TableSortLabel from '@material-ui/core/TableSortLabel';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEffect, useState, type MouseEvent, type ReactNode } from 'react';
import { eventFlowsTranslationRef } from '../translation';
import { sortRows, type SortKey } from './sortRows';
import { useIsNarrow } from './useIsNarrow';

/** Rows on one page of a long table, where nothing else is asked for. */
const PAGE_SIZE = 50;

const useStyles = makeStyles(
  theme => ({
    head: {
      [theme.breakpoints.up('md')]: { whiteSpace: 'nowrap' },
      fontWeight: 600,
      color: theme.palette.text.primary,
      backgroundColor: 'transparent',
      textTransform: 'none',
    },
    cell: {
      padding: theme.spacing(1.25, 2),
      borderBottom: `1px solid ${theme.palette.divider}`,
      wordBreak: 'normal',
      overflowWrap: 'break-word',
      fontSize: theme.typography.body2.fontSize,
      lineHeight: 1.5,
      verticalAlign: 'middle',
      [theme.breakpoints.down('sm')]: {
        padding: theme.spacing(1.25, 1),
        '&:first-child': { paddingLeft: theme.spacing(2) },
        '&:last-child': { paddingRight: theme.spacing(2) },
      },
    },
    row: {
      // The theme stripes rows; a plain table is calmer beside cards.
      '&, &:nth-of-type(odd)': { backgroundColor: 'transparent' },
      '&:last-child > *': { borderBottom: 0 },
    },
    clickable: { cursor: 'pointer' },
    // A stronger tint would leave links too little contrast in dark.
    marked: {
      '&, &:nth-of-type(odd)': {
        backgroundColor: alpha(theme.palette.primary.main, 0.08),
      },
      '& > :first-child': {
        boxShadow: `inset 3px 0 ${theme.palette.primary.main}`,
      },
    },
    number: { fontVariantNumeric: 'tabular-nums' },
  }),
  { name: 'EventFlowsDataTable' },
);

/** One column of a {@link DataTable}. */
export interface Column<Row> {
  id: string;
  title: ReactNode;
  render: (row: Row) => ReactNode;
  /** What the column is sorted by; without it, it is not sortable. */
  sortBy?: (row: Row) => SortKey;
  align?: 'left' | 'right';
  /** Left out where the window is narrow. */
  wide?: boolean;
  /** Holds something to press beside the row, and not what the row is called. */
  control?: boolean;
}

/** What {@link DataTable} is given. */
export interface DataTableProps<Row> {
  /** What the table lists, for those who listen to it. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Opens a row that is clicked; its link does the same by keyboard. */
  onOpen?: (row: Row) => void;
  /** Told the keys of the rows on the screen, whenever they are others. */
  onShow?: (keys: readonly string[]) => void;
  isMarked?: (row: Row) => boolean;
  initialSort?: string;
  /** Rows on one page. */
  pageSize?: number;
}

/** A table that sorts, pages when it is long, and opens its rows. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, rowKey, onOpen, onShow, isMarked } = props;
  const { pageSize = PAGE_SIZE } = props;
  const isNarrow = useIsNarrow();
  const columns = props.columns.filter(({ wide }) => !(wide && isNarrow));
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [sort, setSort] = useState({
    column: props.initialSort,
    direction: 'asc' as 'asc' | 'desc',
  });
  const [page, setPage] = useState(0);

  const header = columns.findIndex(({ control }) => !control);
  const sortBy = columns.find(({ id }) => id === sort.column)?.sortBy;
  const sorted = sortBy ? sortRows(rows, sortBy, sort.direction) : rows;
  const lastPage = Math.max(0, Math.ceil(rows.length / pageSize) - 1);
  const shownPage = Math.min(page, lastPage);
  const shown = sorted.slice(shownPage * pageSize, (shownPage + 1) * pageSize);

  // As text, so that a list that is loaded anew is not another one by itself.
  const shownKeys = JSON.stringify(shown.map(rowKey));
  useEffect(() => onShow?.(JSON.parse(shownKeys)), [onShow, shownKeys]);

  const classOf = (column: Column<Row>, base: string) =>
    column.align === 'right' ? `${base} ${classes.number}` : base;

  return (
    <>
      <TableContainer>
        <Table aria-label={props.label}>
          <TableHead>
            <TableRow>
              {columns.map(column => (
                <TableCell
                  key={column.id}
                  align={column.align}
                  className={classOf(column, `${classes.cell} ${classes.head}`)}
                  sortDirection={
                    column.sortBy && sort.column === column.id
                      ? sort.direction
                      : false
                  }
                >
                  {column.sortBy ? (
                    <TableSortLabel
                      active={sort.column === column.id}
                      direction={
                        sort.column === column.id ? sort.direction : 'asc'
                      }
                      onClick={() => {
                        setPage(0);
                        setSort({
                          column: column.id,
                          direction:
                            sort.column === column.id &&
                            sort.direction === 'asc'
                              ? 'desc'
                              : 'asc',
                        });
                      }}
                    >
                      {column.title}
                    </TableSortLabel>
                  ) : (
                    column.title
                  )}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {shown.map(row => (
              <TableRow
                key={rowKey(row)}
                hover={Boolean(onOpen)}
                className={[
                  classes.row,
                  onOpen && classes.clickable,
                  isMarked?.(row) && classes.marked,
                ]
                  .filter(Boolean)
                  .join(' ')}
                aria-current={isMarked?.(row) ? 'true' : undefined}
                onClick={
                  onOpen &&
                  ((event: MouseEvent<HTMLElement>) => {
                    if (!isOnControl(event)) {
                      // Whatever opens now gives the focus back to the row.
                      event.currentTarget.querySelector('a')?.focus();
                      onOpen(row);
                    }
                  })
                }
              >
                {columns.map((column, index) => (
                  <TableCell
                    key={column.id}
                    component={index === header ? 'th' : 'td'}
                    role={index === header ? 'rowheader' : undefined}
                    scope={index === header ? 'row' : undefined}
                    padding={column.control ? 'checkbox' : undefined}
                    align={column.align}
                    className={classOf(column, classes.cell)}
                  >
                    {column.render(row)}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {rows.length > pageSize && (
        <TablePagination
          component="div"
          count={rows.length}
          page={shownPage}
          rowsPerPage={pageSize}
          rowsPerPageOptions={[pageSize]}
          labelRowsPerPage={t('common.rowsPerPage')}
          onPageChange={(_event, next) => setPage(next)}
        />
      )}
    </>
  );
}

/** Whether a click meant a link or a button inside the row. */
function isOnControl(event: MouseEvent): boolean {
  return (
    event.target instanceof Element &&
    event.target.closest('a, button, input') !== null
  );
}
