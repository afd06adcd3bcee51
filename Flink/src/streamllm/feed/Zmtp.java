package streamllm.feed;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/**
 * One connection to a libzmq socket, as a SUB or a DEALER: ZMTP 3.0 with the mechanism NULL
 * (https://rfc.zeromq.org/spec/23/). It never waits: who owns it calls {@link #poll} when its selector says so, and now and
 * then. Whoever is at the other end may do what he likes: what he sends is bounded, and so is what waits for him.
 *
 * <p>There is no libzmq in Java, and JeroMQ would be a second jar on each cluster, for two socket types that this file has.
 */
public final class Zmtp implements AutoCloseable {
    public enum Type { SUB, DEALER }

    /** Who hasn't connected and said hello by then doesn't. In nanoseconds. */
    private static final long HANDSHAKE = 10_000_000_000L;
    /** Messages that have been read and not been taken. In bytes there may be as much as one may have, and one more. */
    private static final int MOST_WAITING = 1000;
    /** Frames that are read in one go: who sends commands, which aren't handed on, doesn't keep anybody from others. */
    private static final int MOST_FRAMES = 1000;
    /** In bytes. */
    private static final int LARGEST_COMMAND = 4 << 10;
    /** How long who has been told the last thing may take to read it. In nanoseconds. */
    private static final long LEAVING = 100_000_000L;
    /** What may wait to be written, in bytes: who reads nothing is left. */
    private static final int MOST_UNWRITTEN = 256 << 10;
    private static final int GREETING = 64;
    /** The usual buffer, in bytes. */
    private static final int SMALL = 64 << 10;

    private final Type type;
    private final byte[] identity;
    private final long largest;
    private final Selector selector;
    private final SocketChannel channel;
    private final long deadline;
    private ByteBuffer in = ByteBuffer.allocate(SMALL).flip();
    private final ArrayDeque<ByteBuffer> unwritten = new ArrayDeque<>();
    private int unwrittenSize;
    /** Messages that were sent before the other end was ready; who connects sends few. */
    private final List<byte[][]> early = new ArrayList<>();
    private final ArrayDeque<List<byte[]>> messages = new ArrayDeque<>();
    private long waitingSize, heardAt, pollAt;
    private List<byte[]> parts = new ArrayList<>();
    private long partsSize;
    private boolean isConnected, isGreeted, isReady;
    /** Why nothing more comes. */
    private IOException end;

    /**
     * Begins to connect.
     *
     * @param identity by which a ROUTER knows this client; empty: by none
     * @param largest the largest message that is taken, in bytes
     * @param now {@link System#nanoTime}
     */
    public Zmtp(Endpoint endpoint, Type type, byte[] identity, long largest, Selector selector, Object owner, long now) throws IOException {
        this.type = type;
        this.identity = identity;
        this.largest = largest;
        this.selector = selector;
        deadline = now + HANDSHAKE;
        heardAt = now;
        pollAt = now;
        channel = endpoint.path() == null ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (endpoint.path() == null) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                keepAlive();
            }
            channel.register(selector, SelectionKey.OP_CONNECT, owner);
            sendGreeting();
            if (channel.connect(endpoint.address())) connected();
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    /** Whether both sides have said hello. */
    public boolean isReady() { return isReady; }

    /** When something came last, in terms of {@link #poll}; or, if nothing has, when this began. */
    long heardAt() { return heardAt; }

    /** A machine that has gone without a word is noticed after 25 seconds, where the system can: as followers in Swift do. */
    private void keepAlive() throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        set(ExtendedSocketOptions.TCP_KEEPIDLE, 10);
        set(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        set(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    }

    private void set(SocketOption<Integer> option, int value) throws IOException {
        if (channel.supportedOptions().contains(option)) channel.setOption(option, value);
    }

    private void connected() {
        isConnected = true;
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
    }

    private void sendGreeting() throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(GREETING);
        hello.put((byte) 0xFF).put(9, (byte) 0x7F).put(10, (byte) 3).put(12, "NULL".getBytes(StandardCharsets.US_ASCII));
        write(hello.rewind());
    }

    private void sendReady() throws IOException {
        ByteBuffer ready = ByteBuffer.allocate(64 + identity.length);
        ready.put((byte) 5).put("READY".getBytes(StandardCharsets.US_ASCII));
        property(ready, "Socket-Type", type.name().getBytes(StandardCharsets.US_ASCII));
        property(ready, "Identity", identity);
        frame(4, Arrays.copyOf(ready.array(), ready.position()));
    }

    private static void property(ByteBuffer to, String name, byte[] value) {
        to.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII)).putInt(value.length).put(value);
    }

    // Writing

    void subscribe(String topic) throws IOException { send(("\1" + topic).getBytes(StandardCharsets.UTF_8)); }

    void unsubscribe(String topic) throws IOException { send(("\0" + topic).getBytes(StandardCharsets.UTF_8)); }

    /** Sends a message, as soon as the other end has said hello. */
    public void send(byte[]... frames) throws IOException {
        if (!isReady) {
            early.add(frames);
            return;
        }
        for (int i = 0; i < frames.length; i++) frame(i < frames.length - 1 ? 1 : 0, frames[i]);
    }

    private void frame(int flags, byte[] body) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(9 + body.length);
        if (body.length < 256) out.put((byte) flags).put((byte) body.length);
        else out.put((byte) (flags | 2)).putLong(body.length);
        write(out.put(body).flip());
    }

    private void write(ByteBuffer out) throws IOException {
        if (isConnected && unwritten.isEmpty()) channel.write(out);
        if (!out.hasRemaining()) return;
        // One message may be larger than that; a second one doesn't wait behind it.
        if (unwrittenSize > MOST_UNWRITTEN) throw new IOException("the other end doesn't read");
        unwritten.add(out);
        unwrittenSize += out.remaining();
    }

    private void writeRest() throws IOException {
        while (!unwritten.isEmpty()) {
            unwrittenSize -= channel.write(unwritten.peek());
            if (unwritten.peek().hasRemaining()) return;
            unwritten.remove();
        }
    }

    // Reading

    /**
     * Goes on with what has come, and with what couldn't be written.
     *
     * @throws IOException when the connection has ended, or what comes isn't ZMTP; it is to be closed then. What came before is
     *     to be received first
     */
    public void poll(long now) throws IOException {
        pollAt = now;
        if (end != null) {
            if (messages.isEmpty()) throw end;
            return;
        }
        if (!isConnected) {
            if (channel.finishConnect()) connected();
        }
        if (!isReady && now - deadline > 0) throw new IOException("the other end doesn't answer as a publisher does");
        if (!isConnected) return;
        try {
            for (int frames = 0; frames < MOST_FRAMES && hasRoom() && read(); ) frames++;
            writeRest();
        } catch (IOException e) {
            // Who goes may have said something before, an acknowledgement for one.
            end = e;
            if (messages.isEmpty()) throw e;
            return;
        }
        SelectionKey key = channel.keyFor(selector);
        if (key != null) key.interestOps(SelectionKey.OP_READ | (unwritten.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    /** The next message that has been read; null: there is none. */
    public List<byte[]> receive() {
        List<byte[]> message = messages.poll();
        if (message != null) for (byte[] frame : message) waitingSize -= frame.length;
        return message;
    }

    private boolean hasRoom() { return messages.size() < MOST_WAITING && waitingSize <= largest; }

    /** Reads the greeting, or a frame. Returns whether it was there as a whole. */
    private boolean read() throws IOException {
        if (!isGreeted) return greeting();
        if (!has(2)) return false;
        int flags = in.get(in.position()), head = (flags & 2) != 0 ? 9 : 2;
        if (!has(head)) return false;
        long size = head == 9 ? in.getLong(in.position() + 1) : in.get(in.position() + 1) & 0xFF;
        if (size < 0 || size + partsSize > largest || parts.size() > 64) throw new IOException("a message larger than is taken");
        if ((flags & 4) != 0 && size > LARGEST_COMMAND) throw new IOException("a command larger than there are");
        if (!has(head + (int) size)) return false;
        in.position(in.position() + head);
        byte[] body = new byte[(int) size];
        in.get(body);
        if ((flags & 4) != 0) command(body);
        else part(body, (flags & 1) != 0);
        return true;
    }

    private boolean greeting() throws IOException {
        if (!has(GREETING)) return false;
        int at = in.position();
        byte[] mechanism = new byte[20];
        in.get(at + 12, mechanism);
        if (in.get(at) != (byte) 0xFF || in.get(at + 9) != 0x7F || in.get(at + 10) < 3) {
            throw new IOException("what listens there doesn't speak ZMTP 3");
        }
        if (!new String(mechanism, StandardCharsets.US_ASCII).trim().equals("NULL")) {
            throw new IOException("what listens there asks for keys, which this program hasn't");
        }
        in.position(at + GREETING);
        isGreeted = true;
        // Not before: libzmq 4.3.4 closes most connections on which more comes than it waits for.
        sendReady();
        return true;
    }

    private void command(byte[] body) throws IOException {
        int length = body.length > 0 ? body[0] : 0;
        String name = length > 0 && length < body.length ? new String(body, 1, length, StandardCharsets.US_ASCII) : "";
        switch (name) {
            case "READY" -> {
                isReady = true;
                for (byte[][] message : early) send(message);
                early.clear();
            }
            case "ERROR" -> throw new IOException("what listens there refuses the connection");
            case "PING" -> { // a time to live of two bytes, and a context, which comes back
                byte[] pong = Arrays.copyOfRange(body, 2, Math.max(5, body.length));
                System.arraycopy("\4PONG".getBytes(StandardCharsets.US_ASCII), 0, pong, 0, Math.min(5, pong.length));
                frame(4, pong);
            }
            default -> { }
        }
    }

    private void part(byte[] body, boolean hasMore) {
        parts.add(body);
        partsSize += body.length;
        if (hasMore) return;
        messages.add(parts);
        waitingSize += partsSize;
        parts = new ArrayList<>();
        partsSize = 0;
    }

    /** Whether so many bytes are there, after reading what has come. */
    private boolean has(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            if (in.capacity() - in.position() < bytes) makeRoom(bytes);
            int start = in.position();
            in.position(in.limit()).limit(in.capacity());
            int got = channel.read(in);
            in.limit(in.position()).position(start);
            if (got < 0) throw new EOFException("the connection was closed");
            if (got == 0) return false;
            heardAt = pollAt;
        }
        return true;
    }

    /** Moves what is there to the beginning, of a larger buffer if need be. The room of a large message isn't kept for small ones. */
    private void makeRoom(int bytes) {
        boolean isAsLarge = in.capacity() >= bytes && (in.capacity() <= SMALL || bytes > SMALL);
        in = isAsLarge ? in.compact().flip() : ByteBuffer.allocate(Math.max(bytes, SMALL)).put(in).flip();
    }

    /**
     * Says that nothing more will be sent, and waits a moment for the other end to have read what was: closed while there is
     * something to read here, a connection takes with it what was sent last.
     */
    public void leave() {
        try {
            writeRest();
            channel.shutdownOutput();
            ByteBuffer rest = ByteBuffer.allocate(SMALL);
            for (long end = System.nanoTime() + LEAVING; System.nanoTime() - end < 0; ) {
                int got = channel.read(rest.clear());
                if (got < 0) break;
                if (got == 0) Thread.sleep(5);
            }
        } catch (IOException e) { /* it has gone already */
        } catch (InterruptedException e) { Thread.currentThread().interrupt(); }
        close();
    }

    /** A channel that a selector knows keeps its descriptor until that has looked again. */
    @Override public void close() {
        try {
            channel.close();
            selector.selectNow(key -> { });
        } catch (IOException | ClosedSelectorException e) { /* it is gone either way */ }
    }
}
