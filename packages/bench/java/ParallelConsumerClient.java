import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.vertx.VertxParallelEoSStreamProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Confluent Parallel Consumer with Vert.x, in order by key.
 *
 * <p>Arguments: brokers, topic, group, endpoint, requests at once.
 */
public final class ParallelConsumerClient {
  public static void main(String[] args) {
    URI endpoint = URI.create(args[3]);
    int concurrency = Integer.parseInt(args[4]);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", args[2]);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("max.poll.records", "2000");
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());

    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    WebClient client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setMaxPoolSize(concurrency)
                .setKeepAlive(true)
                .setPipelining(false)
                .setTcpNoDelay(true));
    ParallelConsumerOptions<String, byte[]> options =
        ParallelConsumerOptions.<String, byte[]>builder()
            .consumer(consumer)
            .ordering(ProcessingOrder.KEY)
            .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
            .maxConcurrency(concurrency)
            .build();
    VertxParallelEoSStreamProcessor<String, byte[]> processor =
        new VertxParallelEoSStreamProcessor<>(vertx, client, options);
    processor.subscribe(List.of(args[1]));
    processor.vertxHttpWebClient(
        (web, context) ->
            web.post(endpoint.getPort(), endpoint.getHost(), endpoint.getPath())
                .putHeader("content-type", "application/json")
                .sendBuffer(Buffer.buffer(context.getSingleConsumerRecord().value())),
        result -> {});
  }
}
