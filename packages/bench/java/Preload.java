import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Fills a topic. Keys come in a fixed order, the same for everyone; records of
 * one key are numbered from 0 and lie in one partition.
 *
 * <p>Arguments: brokers, topic, partitions, records, bytes of a record, "uniform" or "hot".
 */
public final class Preload {
  public static void main(String[] args) {
    String topic = args[1];
    int partitions = Integer.parseInt(args[2]);
    int count = Integer.parseInt(args[3]);
    Records records = new Records(Integer.parseInt(args[4]));
    boolean hot = args[5].equals("hot");
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "bootstrap.servers", args[0],
            "acks", "all",
            "linger.ms", "20",
            "batch.size", "900000",
            "buffer.memory", "134217728"));
    int[] sequences = new int[Records.KEYS];
    int state = 1;
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        int key = 0;
        if (!hot || i % 2 == 0) {
          // A linear congruential generator: all that matters is that nothing repeats soon.
          state = state * 1_664_525 + 1_013_904_223;
          key = (int) ((Integer.toUnsignedLong(state) * Records.KEYS) >>> 32);
        }
        byte[] value = records.encode(key, sequences[key]++);
        producer.send(
            new ProducerRecord<>(topic, key % partitions, "key-" + key, value),
            (metadata, error) -> {
              if (error != null) {
                System.err.println(error);
                Runtime.getRuntime().halt(1);
              }
            });
      }
    }
  }
}
