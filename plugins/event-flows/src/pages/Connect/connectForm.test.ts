import {
  checkConnectForm,
  connectionOf,
  emptyConnectForm,
  splitBrokers,
} from './connectForm';

const filled = {
  ...emptyConnectForm,
  name: ' orders-prod ',
  brokers: ['a.example.com:9092'],
};

describe('the form that connects a cluster', () => {
  it('splits a pasted list, however it is separated', () => {
    expect(splitBrokers('a:1, b:2;c:3\nd:4 ')).toEqual([
      'a:1',
      'b:2',
      'c:3',
      'd:4',
    ]);
  });

  it('sends only what was chosen', () => {
    expect(connectionOf({ ...filled, ca: 'left over', username: 'x' })).toEqual(
      {
        name: 'orders-prod',
        type: 'kafka',
        brokers: ['a.example.com:9092'],
      },
    );
    expect(connectionOf({ ...filled, encryption: 'tls' }).tls).toBe(true);
  });

  it('says what is missing, by field', () => {
    expect(
      checkConnectForm({
        ...emptyConnectForm,
        encryption: 'own-ca',
        clientCertificate: true,
        mechanism: 'plain',
      }),
    ).toEqual({
      name: 'Must not be empty',
      brokers: 'At least one broker is needed',
      ca: 'Must not be empty',
      cert: 'Must be a certificate in PEM form (-----BEGIN …)',
      key: 'Must be a private key in PEM form (-----BEGIN …)',
      username: 'Must not be empty',
      password: 'Must not be empty',
    });
    expect(checkConnectForm(filled)).toEqual({});
  });
});
