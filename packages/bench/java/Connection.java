import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One client's connection. It reads no more of a request than it must, the
 * length and the start of the body: a general parser would cost more than the
 * clients that are measured.
 */
final class Connection {
  /** What happens with requests. */
  interface Listener {
    void begin(int key, int sequence);

    void end(Connection connection, int key);
  }

  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final byte[] LENGTH_NAME =
      "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  /** All connections are served by one thread. */
  private static final byte[] SCRATCH = new byte[MAX_HEAD_BYTES];

  private final SocketChannel channel;
  private final Listener listener;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER.length).put(ANSWER);
  private byte[] kept = new byte[0];
  private long missing;
  private int key;

  Connection(SocketChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /** Takes what came; false once the other side has closed. */
  boolean read(ByteBuffer buffer) throws IOException {
    buffer.clear();
    buffer.put(kept);
    kept = new byte[0];
    int count = channel.read(buffer);
    buffer.flip();
    while (buffer.hasRemaining()) {
      if (missing > 0) {
        int taken = (int) Math.min(missing, buffer.remaining());
        buffer.position(buffer.position() + taken);
        missing -= taken;
        if (missing == 0) {
          listener.end(this, key);
        }
      } else if (!begin(buffer)) {
        kept = new byte[buffer.remaining()];
        buffer.get(kept);
      }
    }
    return count >= 0;
  }

  void answer() throws IOException {
    answer.clear();
    channel.write(answer);
    if (answer.hasRemaining()) {
      throw new IOException("A client does not read its answers");
    }
  }

  void close() throws IOException {
    channel.close();
  }

  /** Moves to the body; false while there is too little to tell what comes. */
  private boolean begin(ByteBuffer buffer) throws IOException {
    int length = Math.min(buffer.remaining(), SCRATCH.length);
    buffer.get(buffer.position(), SCRATCH, 0, length);
    int headEnd = findHeadEnd(length);
    int bodyAt = headEnd + 4;
    if (headEnd < 0 || length < bodyAt + Records.PREFIX_BYTES) {
      if (length == SCRATCH.length) {
        throw new IOException("The head of a request is too long");
      }
      return false;
    }
    missing = contentLength(headEnd);
    key = Records.keyAt(SCRATCH, bodyAt);
    listener.begin(key, Records.sequenceAt(SCRATCH, bodyAt));
    buffer.position(buffer.position() + bodyAt);
    return true;
  }

  private static int findHeadEnd(int length) {
    for (int i = 0; i + 3 < length; i++) {
      if (SCRATCH[i] == '\r' && SCRATCH[i + 2] == '\r' && SCRATCH[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static long contentLength(int headEnd) throws IOException {
    for (int i = 0; i + LENGTH_NAME.length < headEnd; i++) {
      if (SCRATCH[i] == '\r' && matchesLengthName(i)) {
        long value = 0;
        for (int at = i + LENGTH_NAME.length; at < headEnd && SCRATCH[at] != '\r'; at++) {
          if (SCRATCH[at] != ' ') {
            value = value * 10 + SCRATCH[at] - '0';
          }
        }
        return value;
      }
    }
    throw new IOException(
        "A request does not say how long it is: "
            + new String(Arrays.copyOf(SCRATCH, headEnd), StandardCharsets.ISO_8859_1));
  }

  private static boolean matchesLengthName(int start) {
    for (int i = 0; i < LENGTH_NAME.length; i++) {
      int letter = SCRATCH[start + i];
      int lower = letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
      if (lower != LENGTH_NAME[i]) {
        return false;
      }
    }
    return true;
  }
}
