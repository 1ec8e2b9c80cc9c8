import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';

async function fillIn(name: string, brokers: string) {
  await userEvent.type(await screen.findByLabelText(/^Name/), name);
  await userEvent.click(screen.getByLabelText(/^Brokers/));
  await userEvent.paste(brokers);
  await userEvent.tab();
}

const submit = () =>
  userEvent.click(screen.getByRole('button', { name: 'Connect to Broker' }));

describe('the form that connects a cluster', () => {
  it('connects, then shows the list with the new row marked', async () => {
    const api = new InMemoryEventFlows();
    renderQueueManager('/queue-manager/new', api);

    await fillIn('orders-prod', 'a.example.com:9092, b.example.com:9092');
    await expectAccessible();
    await submit();

    expect(await screen.findByRole('status')).toHaveTextContent(
      'orders-prod is connected',
    );
    expect(screen.getByRole('row', { name: /orders-prod/ })).toHaveAttribute(
      'aria-current',
      'true',
    );
    expect(api.connections[0]).toMatchObject({
      name: 'orders-prod',
      brokers: ['a.example.com:9092', 'b.example.com:9092'],
    });
  });

  it('sends TLS and sign-in as they were entered', async () => {
    const api = new InMemoryEventFlows();
    const create = jest.spyOn(api, 'createConnection');
    renderQueueManager('/queue-manager/new', api);

    await fillIn('secure', 'a.example.com:9093');
    await userEvent.click(
      screen.getByRole('radio', { name: /TLS with our own CA/ }),
    );
    await userEvent.click(screen.getByLabelText(/^CA certificate/));
    await userEvent.paste('-----BEGIN CERTIFICATE-----\nMIIB');
    await userEvent.click(screen.getByLabelText('Mechanism'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'SCRAM-SHA-512' }),
    );
    await userEvent.type(screen.getByLabelText(/^User/), 'event-flows');
    const password = screen.getByLabelText(/^Password/);
    await userEvent.type(password, 'secret');
    expect(password).toHaveAttribute('type', 'password');
    await userEvent.click(
      screen.getByRole('button', { name: 'Show the password' }),
    );
    expect(password).toHaveAttribute('type', 'text');
    await submit();

    await waitFor(() => expect(create).toHaveBeenCalled());
    expect(create.mock.calls[0][0]).toEqual({
      name: 'secure',
      type: 'kafka',
      brokers: ['a.example.com:9093'],
      tls: { ca: '-----BEGIN CERTIFICATE-----\nMIIB' },
      sasl: {
        mechanism: 'scram-sha-512',
        username: 'event-flows',
        password: 'secret',
      },
    });
  });

  it('says what failed and what to check, and keeps what was entered', async () => {
    const api = new InMemoryEventFlows({
      failingConnections: { wrong: 'authentication' },
    });
    renderQueueManager('/queue-manager/new', api);

    await fillIn('wrong', 'a.example.com:9092');
    await submit();

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The cluster did not accept the password',
    );
    expect(screen.getByLabelText(/^Name/)).toHaveValue('wrong');
    expect(screen.getByText('a.example.com:9092')).toBeInTheDocument();
    expect(screen.getByText('Technical details')).toBeInTheDocument();
    expect(api.connections).toEqual([]);
  });

  it('takes a certificate that is dropped as a file, and no other drag', async () => {
    renderQueueManager('/queue-manager/new', new InMemoryEventFlows());
    await userEvent.click(
      await screen.findByRole('radio', { name: /TLS with our own CA/ }),
    );
    const field = screen.getByLabelText(/^CA certificate/);
    const pem = '-----BEGIN CERTIFICATE-----';
    // The files of jsdom cannot be read as those of browsers can.
    const file = Object.assign(new File([pem], 'ca'), {
      text: async () => pem,
    });
    const dataTransfer = { types: ['Files'], files: [file] };

    // An event that is not prevented is the browser's, which opens the file.
    expect(fireEvent.dragOver(field, { dataTransfer })).toBe(false);
    expect(fireEvent.drop(field, { dataTransfer })).toBe(false);
    await waitFor(() => expect(field).toHaveValue(pem));

    const text = { types: ['text/plain'], files: [] };
    expect(fireEvent.dragOver(field, { dataTransfer: text })).toBe(true);
  });

  it('does not send the form with the Enter that ends a pasted list', async () => {
    const api = new InMemoryEventFlows();
    const create = jest.spyOn(api, 'createConnection');
    renderQueueManager('/queue-manager/new', api);
    await userEvent.type(await screen.findByLabelText(/^Name/), 'orders');
    await userEvent.click(screen.getByLabelText(/^Brokers/));
    await userEvent.paste('a.example.com:9092, b.example.com:9092');
    await userEvent.keyboard('{Enter}');
    expect(
      await screen.findByRole('button', { name: 'b.example.com:9092' }),
    ).toBeInTheDocument();
    expect(create).not.toHaveBeenCalled();
    await submit();
    await waitFor(() => expect(create).toHaveBeenCalledTimes(1));
  });

  it('checks a field when it is left, not while one types', async () => {
    renderQueueManager('/queue-manager/new', new InMemoryEventFlows());

    await userEvent.click(await screen.findByLabelText(/^Brokers/));
    await userEvent.keyboard('nonsense');
    expect(screen.queryByText(/must be host:port/)).not.toBeInTheDocument();
    await userEvent.tab();
    expect(
      screen.getByText(
        'nonsense must be host:port, like kafka.example.com:9092',
      ),
    ).toBeInTheDocument();
    expect(screen.queryByText('Must not be empty')).not.toBeInTheDocument();
    await submit();
    expect(await screen.findByText('Must not be empty')).toBeInTheDocument();
  });

  it('can be called off while it connects', async () => {
    const api = new InMemoryEventFlows({
      failingConnections: { slow: 'hangs' },
    });
    const create = jest.spyOn(api, 'createConnection');
    renderQueueManager('/queue-manager/new', api);

    await fillIn('slow', 'a.example.com:9092 b.example.com:9092');
    await submit();
    expect(
      await screen.findByText('Connecting to 2 brokers…'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));

    expect(
      await screen.findByText('Cancelled. Nothing was stored.'),
    ).toBeInTheDocument();
    expect(create.mock.calls[0][1]?.signal?.aborted).toBe(true);
    expect(screen.getByLabelText(/^Name/)).toHaveValue('slow');
  });
});
