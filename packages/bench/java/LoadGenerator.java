import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Shows what the endpoint can do: sends prepared requests, one at a time on each
 * connection, and prints how many a second were answered.
 *
 * <p>Arguments: the endpoint's port, connections, seconds.
 */
public final class LoadGenerator {
  public static void main(String[] args) throws Exception {
    int connections = Integer.parseInt(args[1]);
    long seconds = Long.parseLong(args[2]);
    byte[] body = new Records(1_024).encode(1, 0);
    String head =
        "POST / HTTP/1.1\r\nhost: endpoint\r\ncontent-length: " + body.length + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocateDirect(headBytes.length + body.length);
    request.put(headBytes).put(body);
    ByteBuffer answer = ByteBuffer.allocateDirect(1_024);

    Selector selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, channel);
      request.clear();
      channel.write(request);
    }
    long answered = 0;
    long begun = System.nanoTime();
    long end = begun + seconds * 1_000_000_000;
    while (System.nanoTime() < end) {
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        SocketChannel channel = (SocketChannel) key.attachment();
        answer.clear();
        if (channel.read(answer) > 0) {
          answered++;
          request.clear();
          channel.write(request);
        }
      }
      selector.selectedKeys().clear();
    }
    System.out.println(answered / seconds);
    System.exit(0);
  }
}
