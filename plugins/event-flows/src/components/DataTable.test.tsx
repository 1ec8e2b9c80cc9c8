import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DataTable } from './DataTable';

describe('DataTable', () => {
  it('begins at the first page when it is sorted anew', async () => {
    renderInTestApp(
      <DataTable
        label="Numbers"
        rows={[1, 2, 3, 4, 5]}
        rowKey={String}
        columns={[
          { id: 'number', title: 'Number', render: String, sortBy: n => n },
        ]}
        initialSort="number"
        pageSize={2}
      />,
    );
    const shown = () =>
      screen.getAllByRole('rowheader').map(({ textContent }) => textContent);
    await screen.findByRole('table', { name: 'Numbers' });
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(shown()).toEqual(['3', '4']);
    await userEvent.click(screen.getByRole('button', { name: 'Number' }));
    expect(shown()).toEqual(['5', '4']);
  });
});
