/** What people write: kafkajs' `eachMessage`, and `fetch`. */
import { Kafka, logLevel } from 'kafkajs';
import { readTask } from './task';

async function main() {
  const { brokers, topic, groupId, endpoint } = readTask(process.argv.slice(2));
  const kafka = new Kafka({ brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: message.value && new Uint8Array(message.value),
      });
      if (!response.ok) {
        throw new Error(`The endpoint answered ${response.status}`);
      }
    },
  });
}

main().catch(error => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
