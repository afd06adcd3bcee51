package streamllm.job;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import streamllm.engine.Policy;
import streamllm.feed.Endpoint;
import streamllm.feed.FeedOptions;
import streamllm.feed.Shards;

/**
 * The job's options: those of streamllm-consumer that are about where messages come from and how windows are cut, with the same
 * names, meanings and standards; and where results go. Durations are in seconds.
 */
final class Options {
    /** What a person wrote that can't be used. */
    static final class Problem extends Exception {
        Problem(String words) { super(words); }
    }

    private static final Set<String> FLAGS = Set.of("exit-on-end", "at-once");
    private static final Map<String, String> STANDARDS = new LinkedHashMap<>();
    static {
        for (String option : List.of("input-endpoint tcp://127.0.0.1:5556", "results-to tcp://127.0.0.1:5561",
                "window tumbling", "window-size 30", "window-slide 10", "session-gap 30", "session-max ",
                "max-out-of-orderness 0", "allowed-lateness 0", "max-advance 3600", "idle-timeout 30", "trigger window",
                "turn-silence 2", "from start", "follower flink", "room 256", "checkpoint-interval ")) {
            STANDARDS.put(option.substring(0, option.indexOf(' ')), option.substring(option.indexOf(' ') + 1));
        }
    }

    /** Longer than thirty years: no sum of such durations overflows. In milliseconds. */
    private static final long LONGEST = 1_000_000_000_000L;

    /** In bytes. */
    private static final int LONGEST_STREAM = 128;

    private final Map<String, List<String>> given = new LinkedHashMap<>();

    Options(String... arguments) throws Problem {
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (!argument.startsWith("--")) throw new Problem("not an option: " + argument);
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            if (FLAGS.contains(name) && equals < 0) {
                given.put(name, List.of("true"));
                continue;
            }
            if (name.equals("help")) throw new Problem("there are " + all());
            if (!STANDARDS.containsKey(name)) throw new Problem("unknown option --" + name + "; there are " + all());
            if (equals < 0 && ++i == arguments.length) throw new Problem("--" + name + " needs a value");
            given.computeIfAbsent(name, any -> new ArrayList<>()).add(equals < 0 ? arguments[i] : argument.substring(equals + 1));
        }
    }

    private static String all() {
        List<String> names = new ArrayList<>(STANDARDS.keySet());
        names.addAll(FLAGS.stream().sorted().toList());
        return "--" + String.join(", --", names);
    }

    private boolean isSet(String name) { return given.containsKey(name); }

    /** What was written last, or the standard. */
    private String text(String name) {
        List<String> values = given.get(name);
        return values == null ? STANDARDS.get(name) : values.get(values.size() - 1);
    }

    /** Each may be given several times, or with commas. */
    private List<String> endpoints(String name) throws Problem {
        List<String> endpoints = new ArrayList<>();
        for (String text : given.getOrDefault(name, List.of(STANDARDS.get(name)))) {
            for (String one : text.split(",")) {
                try { Endpoint.of(one); } catch (IllegalArgumentException e) { throw new Problem("--" + name + ": " + e.getMessage()); }
                if (!endpoints.contains(one)) endpoints.add(one);
            }
        }
        return endpoints;
    }

    /** In milliseconds. */
    private long seconds(String name, long least) throws Problem {
        double seconds;
        try { seconds = Double.parseDouble(text(name)); } catch (NumberFormatException e) {
            throw new Problem("--" + name + " is not a number of seconds: " + text(name));
        }
        long milliseconds = Math.round(seconds * 1000);
        if (!(seconds >= 0) || milliseconds < least || milliseconds > LONGEST) {
            throw new Problem("--" + name + " must be from " + least / 1000.0 + " to " + LONGEST / 1000 + " seconds: " + text(name));
        }
        return milliseconds;
    }

    private <T> T choice(String name, Map<String, T> choices) throws Problem {
        T chosen = choices.get(text(name));
        if (chosen == null) throw new Problem("--" + name + " is one of " + String.join(", ", choices.keySet()) + ": " + text(name));
        return chosen;
    }

    Policy policy() throws Problem {
        Map<String, Policy.Kind> kinds = new LinkedHashMap<>();
        for (Policy.Kind kind : Policy.Kind.values()) kinds.put(kind.text(), kind);
        Policy.Kind kind = choice("window", kinds);
        long size = seconds("window-size", 1), slide = kind == Policy.Kind.SLIDING ? seconds("window-slide", 1) : size;
        if (slide > size) throw new Problem("--window-slide must not be over --window-size: messages between two windows would be in none");
        if (size / slide > 1000) throw new Problem("--window-size must be at most 1000 times --window-slide");
        long longest = text("session-max").isEmpty() ? Long.MAX_VALUE : seconds("session-max", 1);
        boolean hasTurns = choice("trigger", Map.of("window", false, "turn", true));
        return new Policy(kind, size, slide, seconds("session-gap", 1), longest, seconds("max-out-of-orderness", 0),
            seconds("allowed-lateness", 0), seconds("max-advance", 1), hasTurns ? seconds("turn-silence", 1) : Policy.NEVER,
            Policy.Limits.STANDARD);
    }

    /** To consumers the job is a stream, and has a stream's name. */
    private String follower() throws Problem {
        String name = text("follower");
        int size = Result.job(name).getBytes(StandardCharsets.UTF_8).length, most = LONGEST_STREAM - Result.job("").length();
        if (name.isEmpty() || size > LONGEST_STREAM) {
            throw new Problem("--follower must have from 1 to " + most + " bytes: " + name);
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) throw new Problem("--follower must not have control characters");
        return name;
    }

    FeedOptions feed() throws Problem {
        return new FeedOptions(endpoints("input-endpoint"), follower(), policy(), seconds("idle-timeout", 1),
            choice("from", Map.of("start", false, "now", true)), Shards.COUNT, isSet("exit-on-end"));
    }

    /** Where results go: each session's to one of these. */
    List<String> consumers() throws Problem { return endpoints("results-to"); }

    /** Results go out with each record, not with each checkpoint. */
    boolean isAtOnce() { return isSet("at-once"); }

    /** What the open windows of a subtask may hold, in bytes. */
    long room() throws Problem {
        try {
            long room = Long.parseLong(text("room"));
            if (room > 0 && room <= 1 << 20) return room << 20;
        } catch (NumberFormatException e) { /* said below */ }
        throw new Problem("--room is a number of MiB from 1 to 1048576: " + text("room"));
    }

    /** In milliseconds; 0: as the cluster is configured. */
    long checkpointInterval() throws Problem { return text("checkpoint-interval").isEmpty() ? 0 : seconds("checkpoint-interval", 10); }
}
