import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { find, isFound } from './find.ts';
import { Scroll } from './scroll.tsx';
import { Nothing, Section } from './section.tsx';
import type { Tone } from './tone.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly tone?: (row: Row) => Tone | undefined;
  /** `number`: aligned right. `name`: heads the row. */
  readonly kind?: 'name' | 'number';
}

interface DataTableProps<Row> {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  /** In the order in which they are to be read: what is wrong first. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The words by which a row is found. */
  readonly wordsOf: (row: Row) => string;
  /** Said when there are no rows at all. */
  readonly none: string;
  readonly aside?: ComponentChildren;
}

/** Rows that are drawn at once: a browser that draws thousands each second does nothing else. */
const pageSize = 25;

/** A section with a table: those rows that are looked for, a page at a time. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, title, columns, rows, keyOf, wordsOf, none } = props;
  const page = useSignal(0);
  const found = find.value === '' ? rows : rows.filter((row) => isFound(wordsOf(row), find.value));
  const last = Math.max(0, Math.ceil(found.length / pageSize) - 1);
  const at = Math.min(page.value, last);
  const drawn = found.slice(at * pageSize, (at + 1) * pageSize);
  const turn = (to: number): void => {
    page.value = Math.min(last, Math.max(0, to));
  };
  return (
    <Section id={id} title={title} aside={props.aside}>
      {rows.length === 0 ? (
        <Nothing>{none}</Nothing>
      ) : found.length === 0 ? (
        <p class="nothing">None of {rows.length} is called that.</p>
      ) : (
        <Scroll label={`Table of ${title}, wider than the screen`}>
          <table aria-labelledby={`${id}-title`}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th scope="col" key={column.title} class={column.kind}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {drawn.map((row) => (
                <tr key={keyOf(row)}>{columns.map((column) => cellOf(column, row))}</tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {last > 0 && (
        <p class="pager">
          <span role="status">
            {at * pageSize + 1}–{at * pageSize + drawn.length} of {found.length}
          </span>{' '}
          <button aria-disabled={at === 0} onClick={() => turn(at - 1)}>
            Previous <span class="hidden">{title}</span>
          </button>{' '}
          <button aria-disabled={at === last} onClick={() => turn(at + 1)}>
            Next <span class="hidden">{title}</span>
          </button>
        </p>
      )}
    </Section>
  );
}

function cellOf<Row>({ title, cell, tone, kind }: Column<Row>, row: Row) {
  const classes = [kind, tone?.(row)].filter((word) => word !== undefined).join(' ');
  return kind === 'name' ? (
    <th scope="row" key={title} class={classes}>
      {cell(row)}
    </th>
  ) : (
    <td key={title} class={classes}>
      {cell(row)}
    </td>
  );
}
