import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * Apache Camel, from Kafka to HTTP: six consumers, one for each partition, which
 * call the endpoint one record after the other. Positions are committed
 * automatically.
 *
 * <p>Arguments: brokers, topic, group, endpoint.
 */
public final class CamelClient {
  public static void main(String[] args) throws Exception {
    Main camel = new Main();
    camel
        .configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                String from =
                    "kafka:%s?brokers=%s&groupId=%s&consumersCount=6&autoOffsetReset=earliest"
                        + "&maxPollRecords=2000"
                        + "&valueDeserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer";
                fromF(from, args[1], args[0], args[2])
                    .removeHeaders("*")
                    .setHeader(Exchange.HTTP_METHOD, constant("POST"))
                    .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                    .to(args[3] + "?connectionsPerRoute=64&maxTotalConnections=64");
              }
            });
    camel.run();
  }
}
