import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The endpoint that every client calls: answers each request after the latency,
 * counts, and watches the order. One thread serves all; a second port takes
 * orders from the bench: /arrivals, /latency?N (milliseconds) and /reset?N.
 *
 * <p>Arguments: the port for requests, the port for orders.
 */
public final class Endpoint implements Connection.Listener {
  private static final int READ_BYTES = 512 * 1024;
  private static final int BACKLOG = 4_096;
  private static final long NANOS_PER_MS = 1_000_000;

  private record Answer(Connection connection, int key, long dueNanos) {}

  private final Selector selector = Selector.open();
  private final ArrivalCheck check = new ArrivalCheck();
  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
  /** All wait equally long, so the first is always the next. */
  private final ArrayDeque<Answer> waiting = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private long latencyNanos;

  private Endpoint(int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress("127.0.0.1", port), BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, server);
  }

  public static void main(String[] args) throws Exception {
    Endpoint endpoint = new Endpoint(Integer.parseInt(args[0]));
    HttpServer control =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 0);
    control.createContext(
        "/",
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          String answer = endpoint.obey(exchange.getRequestURI().getPath(), query);
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    control.start();
    System.out.println("The endpoint listens");
    endpoint.serve();
  }

  @Override
  public void begin(int key, int sequence) {
    check.begin(key, sequence);
  }

  @Override
  public void end(Connection connection, int key) {
    if (latencyNanos == 0) {
      answer(connection, key);
    } else {
      waiting.add(new Answer(connection, key, System.nanoTime() + latencyNanos));
    }
  }

  private String obey(String path, String query) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    orders.add(
        () -> {
          if (path.equals("/reset")) {
            check.reset();
          }
          if (query != null) {
            latencyNanos = Long.parseLong(query) * NANOS_PER_MS;
          }
          answer.complete(check.toJson());
        });
    selector.wakeup();
    return answer.join();
  }

  private void serve() throws IOException {
    while (true) {
      select();
      for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
        order.run();
      }
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.attachment() instanceof ServerSocketChannel server) {
          accept(server);
        } else {
          read((Connection) key.attachment());
        }
      }
      selector.selectedKeys().clear();
      answerDue();
    }
  }

  private void select() throws IOException {
    Answer first = waiting.peek();
    if (first == null) {
      selector.select();
      return;
    }
    long nanos = first.dueNanos - System.nanoTime();
    if (nanos <= 0) {
      selector.selectNow();
    } else {
      selector.select(Math.max(1, nanos / NANOS_PER_MS));
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new Connection(channel, this));
    }
  }

  private void read(Connection connection) throws IOException {
    try {
      if (!connection.read(buffer)) {
        connection.close();
      }
    } catch (IOException error) {
      giveUp(connection, error);
    }
  }

  private void answerDue() {
    long now = System.nanoTime();
    for (Answer first = waiting.peek();
        first != null && first.dueNanos <= now;
        first = waiting.peek()) {
      waiting.remove();
      answer(first.connection, first.key);
    }
  }

  private void answer(Connection connection, int key) {
    check.end(key);
    try {
      connection.answer();
    } catch (IOException error) {
      giveUp(connection, error);
    }
  }

  /** Clients that are stopped leave connections behind. */
  private static void giveUp(Connection connection, IOException error) {
    String message = String.valueOf(error.getMessage());
    if (!message.matches("(?i).*(reset|broken pipe|closed).*") && !message.equals("null")) {
      System.err.println(message);
    }
    try {
      connection.close();
    } catch (IOException ignored) {
      // It is gone either way.
    }
  }
}
