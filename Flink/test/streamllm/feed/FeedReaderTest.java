package streamllm.feed;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import streamllm.engine.Policy;

/** A reader against a publisher that is played here: the pieces in which records are handed on, and when it is done with. */
public final class FeedReaderTest {
    private static final int COUNT = 40_000;
    private static final byte[] LINES = "\n".repeat(COUNT - 1).getBytes(StandardCharsets.US_ASCII);

    private FeedReaderTest() {}

    /** Has a stream of empty lines, which has ended; or says that it doesn't have it. */
    static final class Publisher implements AutoCloseable {
        private final ServerSocket live = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        private final ServerSocket replay = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        private final boolean hasIt;
        private final List<String> asked = new CopyOnWriteArrayList<>();

        Publisher(boolean hasIt) throws IOException {
            this.hasIt = hasIt;
            CompletableFuture.runAsync(() -> serve(live, this::speak));
            CompletableFuture.runAsync(() -> serve(replay, this::answer));
        }

        private interface Talk { void with(DataInputStream in, OutputStream out) throws IOException; }

        private static void serve(ServerSocket server, Talk talk) {
            try (Socket socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                socket.getOutputStream().write(ZmtpTest.greeting("NULL"));
                in.readFully(new byte[64]);
                message(in);
                socket.getOutputStream().write(ZmtpTest.READY);
                talk.with(in, socket.getOutputStream());
            } catch (IOException e) { /* the reader has gone */ }
        }

        private void speak(DataInputStream in, OutputStream out) throws IOException {
            String control = "{\"stream\":\"s\",\"first\":1,\"next\":" + (COUNT + 1)
                + ",\"replay\":\"tcp://127.0.0.1:" + replay.getLocalPort() + "\",\"ended\":true,\"fingerprint\":\"cbf29ce484222325\"}";
            while (true) {
                say(out, ZmtpTest.bytes("control"), ZmtpTest.bytes(control), new byte[0]);
                try { Thread.sleep(50); } catch (InterruptedException e) { return; }
            }
        }

        private void answer(DataInputStream in, OutputStream out) throws IOException {
            while (true) {
                List<byte[]> request = message(in);
                String kind = new String(request.get(0), StandardCharsets.US_ASCII);
                asked.add(kind);
                if (!kind.equals("FETCH")) continue;
                byte[] stream = ZmtpTest.bytes("s");
                if (!hasIt) say(out, ZmtpTest.bytes("UNKNOWN"), stream);
                else if (number(request.get(2)) == 1) say(out, ZmtpTest.bytes("BATCH"), stream, number(1), number(COUNT + 1), LINES);
                else say(out, ZmtpTest.bytes("NOTHING"), stream, number(COUNT + 1));
            }
        }

        private static byte[] number(long number) { return ByteBuffer.allocate(8).putLong(number).array(); }

        private static long number(byte[] frame) { return ByteBuffer.wrap(frame).getLong(); }

        private static void say(OutputStream out, byte[]... frames) throws IOException {
            for (int i = 0; i < frames.length; i++) out.write(ZmtpTest.frame(i < frames.length - 1 ? 3 : 2, frames[i]));
        }

        static List<byte[]> message(DataInputStream in) throws IOException {
            List<byte[]> frames = new ArrayList<>();
            for (boolean hasMore = true; hasMore; ) {
                int flags = in.readUnsignedByte();
                byte[] body = new byte[(flags & 2) != 0 ? (int) in.readLong() : in.readUnsignedByte()];
                in.readFully(body);
                frames.add(body);
                hasMore = (flags & 1) != 0;
            }
            return frames;
        }

        @Override public void close() throws IOException {
            live.close();
            replay.close();
        }
    }

    private static final Policy POLICY = new Policy(Policy.Kind.TUMBLING, 1, 1, 1, 1, 0, 0, 1, Policy.NEVER, Policy.Limits.STANDARD);

    /** What a reader hands on until the stream has ended: the kind, how many, and what is next. */
    private static List<String> pieces(FeedReader reader) throws IOException {
        List<String> told = new ArrayList<>();
        for (long end = System.nanoTime() + 20_000_000_000L; System.nanoTime() - end < 0; ) {
            RecordsWithSplitIds<FeedPiece> found = reader.fetch();
            while (found.nextSplit() != null) {
                for (FeedPiece piece; (piece = found.nextRecordFromSplit()) != null; ) {
                    String last = piece.last() == null ? "" : " " + piece.last();
                    told.add(piece.kind() + " " + piece.items().size() + " " + piece.next() + last);
                }
            }
            if (!found.finishedSplits().isEmpty()) return told;
        }
        throw new AssertionError("no end: " + told);
    }

    private static void check(String what, Object expected, Object got) {
        if (!expected.equals(got)) throw new AssertionError(what + ": expected " + expected + ", got " + got);
        System.out.println("FeedReaderTest: " + what);
    }

    private static FeedSplit begin(FeedReader reader, Publisher publisher) {
        FeedSplit split = FeedSplit.begin("s", "tcp://127.0.0.1:" + publisher.live.getLocalPort(), "test", POLICY);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
        return split;
    }

    private static void ends() throws Exception {
        List<FeedReader> done = new ArrayList<>();
        try (Publisher publisher = new Publisher(true)) {
            FeedReader reader = new FeedReader(new FeedOptions(List.of(), "test", POLICY, 30_000, false, 1, false), done::add);
            FeedSplit split = begin(reader, publisher);
            String empty = " cbf29ce484222325";
            check("records come in pieces, each with its place", List.of("BEGAN 0 1", "RECORDS 16384 16385" + empty,
                "RECORDS 16384 32769" + empty, "RECORDS 7232 40001" + empty, "ENDED 0 40001" + empty), pieces(reader));
            reader.close();
            check("until the end is safe, a reader stays", List.of(), List.copyOf(done));
            for (int looks = 0; looks < 400 && !publisher.asked.contains("HOLD"); looks++) Thread.sleep(10);
            check("and says so", true, publisher.asked.contains("HOLD"));
            check("the publisher is told", true, reader.acknowledge(split));
            check("then it is done", List.of(reader), List.copyOf(done));
            for (int looks = 0; looks < 400 && !publisher.asked.contains("END"); looks++) Thread.sleep(10);
            check("and has been told", true, publisher.asked.contains("END"));
        }
    }

    private static void vanishes() throws Exception {
        List<FeedReader> done = new ArrayList<>();
        try (Publisher publisher = new Publisher(false)) {
            FeedReader reader = new FeedReader(new FeedOptions(List.of(), "test", POLICY, 30_000, false, 1, false), done::add);
            begin(reader, publisher);
            check("a stream that nobody has", List.of("BEGAN 0 1", "LOST 0 1", "ENDED 0 1"), pieces(reader));
            reader.close();
            check("isn't waited for", List.of(reader), List.copyOf(done));
        }
    }

    public static void main(String[] arguments) throws Exception {
        ends();
        vanishes();
    }
}
