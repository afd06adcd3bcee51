package streamllm.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The rules of event time, one by one: the same tables as the engine in Swift runs (Tests/Tables/Windows). Each is run in one piece, and
 * once more with the whole state written and read between all events.
 */
public final class RulesTest {
    private static final long START = 1_737_642_600_000L; // 2025-01-23T14:30:00Z

    private static long at(double seconds) { return START + Math.round(seconds * 1000); }

    /** One stream's clock and engine, and what comes out of them, as lines. */
    private static final class Run implements Engine.Output {
        private final long total;
        private final Policy policy;
        private final boolean isKept;
        private final Map<Long, String> texts = new HashMap<>();
        final List<String> lines = new ArrayList<>();
        private StreamClock clock;
        private Engine engine;
        private long sequence;

        Run(JsonNode rules, boolean isKept) {
            this.isKept = isKept;
            policy = policy(rules);
            total = rules.path("total-bytes").asLong(Long.MAX_VALUE);
            clock = new StreamClock("s", policy);
            engine = new Engine("s", policy);
        }

        void take(String event) {
            String[] words = event.split(" ", 4);
            switch (words[0]) {
                case "time" -> clock.tick(at(Double.parseDouble(words[1])), this::process);
                case "idle" -> {
                    clock.closeOpenWindows();
                    tell(Item.Kind.TIME);
                }
                case "ended" -> {
                    clock.end(this::process);
                    tell(Item.Kind.ENDED);
                    engine = new Engine("s", policy);
                }
                default -> say(words);
            }
            tell(Item.Kind.TIME);
            if (isKept) keep();
        }

        private void say(String[] words) {
            Item item = Item.of(Item.Kind.MESSAGE, "s");
            item.sequence = ++sequence;
            item.session = words[1];
            texts.put(sequence, words[3]);
            item.message = new Message(at(Double.parseDouble(words[0])), sequence, words[2].equals("answers"),
                words[3].getBytes(StandardCharsets.UTF_8));
            item.line = new byte[0];
            clock.take(item, this::process);
        }

        private void process(Item item) {
            if (item.kind == Item.Kind.REJECTED) lines.add("rejected: " + texts.get(item.sequence));
            engine.process(item, this);
            if (engine.cost() > total) engine.cutLargest(total / 2, this);
        }

        private void tell(Item.Kind kind) { process(clock.stamp(Item.of(kind, "s"))); }

        /** Writes the state and reads it again. */
        private void keep() {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                clock.write(out);
                engine.write(out);
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
                clock = StreamClock.read(in);
                engine = Engine.read(in).copy();
                if (in.read() >= 0) throw new IOException("more was written than is read");
            } catch (IOException e) { throw new UncheckedIOException(e); }
        }

        @Override public void result(WindowResult result) {
            StringBuilder line = new StringBuilder(result.session() + " " + bounds(result.start(), result.end()));
            switch (result.trigger()) {
                case TURN -> line.append(" early");
                case SIZE -> line.append(" part");
                case WINDOW -> { }
            }
            if (result.revision() > 1) line.append(" #").append(result.revision());
            String separator = " for ";
            for (WindowResult.Bounds earlier : result.supersedes()) {
                line.append(separator).append(bounds(earlier.start(), earlier.end())).append(" #").append(earlier.revision());
                separator = " and ";
            }
            separator = ": ";
            for (Message message : result.messages()) {
                line.append(separator).append(new String(message.text(), StandardCharsets.UTF_8));
                separator = ", ";
            }
            lines.add(line.toString());
        }

        @Override public void late(Item message) { lines.add("late: " + texts.get(message.sequence)); }

        private static String bounds(long start, long end) { return seconds(start) + "-" + seconds(end); }

        private static String seconds(long time) {
            double seconds = (time - START) / 1000.0;
            return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
        }
    }

    private static Policy policy(JsonNode rules) {
        String kind = rules.get("window").asText();
        long size = millis(rules, "window-size", 30), longest = millis(rules, "session-max", -1);
        return new Policy(Policy.Kind.valueOf(kind.toUpperCase(java.util.Locale.ROOT)), size,
            kind.equals("sliding") ? millis(rules, "window-slide", 10) : size, millis(rules, "session-gap", 30),
            longest < 0 ? Long.MAX_VALUE : longest, millis(rules, "max-out-of-orderness", 0),
            millis(rules, "allowed-lateness", 0), millis(rules, "max-advance", 3600),
            rules.has("turn-silence") ? millis(rules, "turn-silence", 0) : Policy.NEVER,
            new Policy.Limits(rules.path("window-bytes").asLong(8 << 20), millis(rules, "clock-proof", 10)));
    }

    private static long millis(JsonNode rules, String name, double standard) {
        return Math.round(rules.path(name).asDouble(standard) * 1000);
    }

    public static void main(String[] arguments) throws IOException {
        int count = 0, failed = 0;
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(arguments[0], "Windows"))) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        for (Path file : files) {
            for (JsonNode rule : new ObjectMapper().readTree(file.toFile()).get("rules")) {
                // How many streams are remembered is the source's to say here, and not the engine's.
                if (rule.get("policy").has("ended-streams")) continue;
                for (boolean isKept : new boolean[] {false, true}) {
                    Run run = new Run(rule.get("policy"), isKept);
                    for (JsonNode event : rule.get("events")) run.take(event.asText());
                    List<String> expected = new ArrayList<>();
                    for (JsonNode line : rule.get("results")) expected.add(line.asText());
                    count++;
                    if (run.lines.equals(expected)) continue;
                    failed++;
                    System.out.println(file.getFileName() + (isKept ? ", kept" : "") + ": " + rule.get("rule").asText()
                        + "\n  expected " + expected + "\n  got      " + run.lines);
                }
            }
        }
        System.out.println(count + " rules, " + failed + " failed");
        if (failed > 0 || count < 200) System.exit(1);
    }
}
